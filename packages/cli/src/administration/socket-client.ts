// The admin API through the control socket of a running server.

import { Agent, request } from "node:http";
import { type AdminClient, MAX_ANSWER_BYTES, type RawAnswer, readAnswer } from "./admin-client.ts";
import { findSocketPath } from "./control-address.ts";
import { Failure } from "../output/failure.ts";

/** Milliseconds that a server may take to answer a command. */
const ANSWER_TIMEOUT = 30_000;

/** Connects to the server of a data directory; undefined when none listens there. */
export async function connectToServer(data: string): Promise<AdminClient | undefined> {
  const socketPath = await findSocketPath(data);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  if (!(await isListening(socketPath, agent))) {
    agent.destroy();
    return undefined;
  }
  return {
    async send(method, path, body) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      return readAnswer(await exchange({ socketPath, agent, method, path, text }));
    },
    async close() {
      agent.destroy();
    },
  };
}

async function isListening(socketPath: string, agent: Agent): Promise<boolean> {
  try {
    const path = "/healthz";
    await exchange({ socketPath, agent, method: "GET", path, text: undefined });
    return true;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ECONNRESET") return false;
    if (code === "EACCES") {
      throw new Failure("data_directory_unwritable", `${socketPath} belongs to another user.`, {
        remedy: "Run the command as the user who runs the server.",
        cause: error,
      });
    }
    throw error;
  }
}

function exchange(options: {
  readonly socketPath: string;
  readonly agent: Agent;
  readonly method: string;
  readonly path: string;
  readonly text: string | undefined;
}): Promise<RawAnswer> {
  const { socketPath, agent, method, path, text } = options;
  return new Promise((done, fail) => {
    const outgoing = request({
      socketPath,
      agent,
      method,
      path,
      headers: {
        host: "localhost",
        ...(text === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
      },
      timeout: ANSWER_TIMEOUT,
    });
    outgoing.on("error", fail);
    outgoing.on("timeout", () => outgoing.destroy(new Error("the server did not answer in time")));
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      incoming.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_ANSWER_BYTES) incoming.destroy(new Error("the answer is too large"));
        else chunks.push(chunk);
      });
      incoming.on("error", fail);
      incoming.on("end", () => {
        done({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
      });
    });
    outgoing.end(text);
  });
}
