// The load generator: sign-ins by connections that each wait for their answer, and requests at a
// steady rate whatever the answers do. It runs on a core of its own.

import { Agent, request } from "node:http";

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Where a request goes. */
export interface Destination {
  readonly agent: Agent;
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends JSON. */
export function post(to: Destination, json: object): Promise<Answer> {
  return send(to, JSON.stringify(json));
}

/** Asks. */
export function get(to: Destination): Promise<Answer> {
  return send(to, null);
}

function send(to: Destination, body: string | null): Promise<Answer> {
  const { agent, port, path, headers } = to;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: "127.0.0.1",
        port,
        path,
        method: body === null ? "GET" : "POST",
        headers: {
          ...headers,
          ...(body === null
            ? {}
            : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }),
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("latin1");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.once("error", reject);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // A kept connection that the server was just closing: it was idle while others had their turn.
      if (sent.reusedSocket && error.code === "ECONNRESET") resolve(send(to, body));
      else reject(error);
    });
    sent.end(body ?? undefined);
  });
}

/** Connections with no bound but the load's own. */
export function createAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: Infinity });
}

/** Sends again as soon as the answer is there, on so many connections; answers per second. */
export async function sendInTurn(
  options: { readonly connections: number; readonly milliseconds: number },
  send: (index: number) => Promise<void>,
): Promise<number> {
  const start = performance.now();
  const end = start + options.milliseconds;
  let count = 0;
  const connection = async (): Promise<void> => {
    while (performance.now() < end) {
      const index = count;
      count += 1;
      await send(index);
    }
  };
  await Promise.all(Array.from({ length: options.connections }, connection));
  return count / ((performance.now() - start) / 1000);
}

/** Milliseconds between two looks at what is due. */
const TICK = 2;

/**
 * Sends at a steady rate and does not wait for answers in between.
 *
 * @returns milliseconds from when each request was due to its answer: a request that could not be
 * sent in time is not forgotten
 */
export async function sendSteadily(
  options: { readonly perSecond: number; readonly milliseconds: number },
  send: (index: number) => Promise<void>,
): Promise<readonly number[]> {
  const { perSecond, milliseconds } = options;
  const total = Math.ceil((perSecond * milliseconds) / 1000);
  const start = performance.now();
  const answers: Promise<number>[] = [];
  while (answers.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * perSecond) + 1);
    while (answers.length < due) {
      const index = answers.length;
      const dueAt = start + (index / perSecond) * 1000;
      answers.push(send(index).then(() => performance.now() - dueAt));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK));
  }
  return Promise.all(answers);
}
