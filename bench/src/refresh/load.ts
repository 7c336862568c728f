// The load generator: 32 kept connections of plain node:http, each sending its next request when the
// last one is answered. It runs on a core of its own.

import { Agent, request } from "node:http";

/** Connections at once. */
export const CONNECTIONS = 32;

/** What a target asks of the generator. */
export interface Target {
  readonly port: number;
  readonly path: string;
  readonly contentType: string;
  /** The refresh tokens, replaced by their successors as they come. */
  readonly tokens: string[];
  /** The body of a request with this token. */
  readonly body: (token: string) => string;
  /** The successor in an answer; null when it carries none. */
  readonly successor: (answer: string) => string | null;
}

/** What a slice came to. */
export interface Slice {
  /** Answers per second. */
  readonly rate: number;
  /** Answers that were 200 and carried no successor. */
  readonly unrotated: number;
  /** Bytes of one answer's body. */
  readonly answerBytes: number;
}

/** Sends renewals for some milliseconds. @throws Error at the first answer that is not 200 */
export async function drive(target: Target, milliseconds: number): Promise<Slice> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const { tokens } = target;
  let count = 0;
  let unrotated = 0;
  let answerBytes = 0;
  const start = performance.now();
  const end = start + milliseconds;

  // Each connection has sessions of its own, so no token is ever presented twice at a time.
  async function connection(first: number): Promise<void> {
    for (let index = first; performance.now() < end; index += CONNECTIONS) {
      if (index >= tokens.length) index = first;
      const answer = await post(agent, target, target.body(tokens[index] ?? ""));
      count += 1;
      answerBytes = answer.length;
      const successor = target.successor(answer);
      if (successor === null) unrotated += 1;
      else tokens[index] = successor;
    }
  }

  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, first) => connection(first)));
  } finally {
    agent.destroy();
  }
  return { rate: count / ((performance.now() - start) / 1000), unrotated, answerBytes };
}

function post(agent: Agent, target: Target, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: "127.0.0.1",
        port: target.port,
        path: target.path,
        method: "POST",
        headers: { "Content-Type": target.contentType, "Content-Length": Buffer.byteLength(body) },
      },
      (response) => {
        let text = "";
        response.setEncoding("latin1");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.once("error", reject);
        response.once("end", () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${target.path} answered ${response.statusCode} ${text}`));
        });
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}
