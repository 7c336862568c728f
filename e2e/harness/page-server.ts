// A server for tests of pages in a real browser: the one of `latchkey serve`, in this process, so that
// its mails can be read and its configuration be anything.

import { createLatchkey, createLogger, type Latchkey, type LatchkeyConfig } from "@latchkey/server";
import { createHttpServers } from "../../packages/cli/src/serving/http-server.ts";
import { listen } from "../../packages/cli/src/serving/listen.ts";
import { createDirectory } from "./directory.ts";

/** A mail as the operator reads it. */
export interface ReadMail {
  readonly kind: string;
  readonly to: string;
  readonly text: string;
}

/** What the operator is answered; each test names the shape that it expects. */
export interface OperatorAnswer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** A running server. */
export interface PageServer {
  readonly url: string;
  readonly setupLink: string | null;
  /** Everything that was logged. */
  log(): string;
  /** A request as the operator. */
  readonly control: <Body = unknown>(
    method: string,
    path: string,
    json?: unknown,
  ) => Promise<OperatorAnswer<Body>>;
  /** The newest mail of a kind to an address; waits for it, since it goes out behind the answer. */
  mail(kind: string, to: string): Promise<ReadMail>;
  close(): Promise<void>;
}

/** Milliseconds that a mail may take. */
const MAIL_PATIENCE = 5000;

/** Starts a server. */
export async function startPageServer(config: Partial<LatchkeyConfig> = {}): Promise<PageServer> {
  const lines: string[] = [];
  const logger = createLogger({ destination: { write: (line: string) => void lines.push(line) } });
  const servers = createHttpServers({
    handler: (request, connection) => latchkey.fetch(request, connection),
    onError: (error) => logger.error({ err: error }, "request failed"),
  });
  const { port } = await listen({
    host: undefined,
    port: 0,
    createServer: () => servers.create(),
  });
  const url = `http://localhost:${port}`;
  const latchkey: Latchkey = createLatchkey({
    issuer: url,
    ...(config.databaseUrl === undefined ? { data: await createDirectory("data") } : {}),
    keyEncryption: { directory: await createDirectory("kek") },
    logger,
    passwordHashing: { dangerouslyCheap: true },
    ...config,
  });
  const { setupLink } = await latchkey.ready();

  const control: PageServer["control"] = async (method, path, json) => {
    const response = await latchkey.control(
      new Request(`${url}${path}`, {
        method,
        ...(json === undefined
          ? {}
          : { body: JSON.stringify(json), headers: { "Content-Type": "application/json" } }),
      }),
    );
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
  };

  return {
    url,
    setupLink,
    log: () => lines.join(""),
    control,
    mail: async (kind, to) => {
      const until = Date.now() + MAIL_PATIENCE;
      do {
        const { body } = await control<{ items: ReadMail[] }>("GET", "/auth/admin/mail");
        const found = body.items.find((mail) => mail.kind === kind && mail.to === to);
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      } while (Date.now() < until);
      throw new Error(`no mail ${kind} to ${to}`);
    },
    close: async () => {
      await servers.drain(1000);
      await latchkey.close();
    },
  };
}

/** The link of a mail. */
export function linkOf(mail: ReadMail): string {
  const link = /https?:\/\/\S+\?token=\S+/.exec(mail.text)?.[0];
  if (link === undefined) throw new Error(`no link in ${mail.text}`);
  return link;
}
