// The authentication server of the take-back suite: what `latchkey serve` runs, on a data directory
// that the fixture filled, with its own address as issuer.

import type { AddressInfo } from "node:net";
import { createLatchkey, createLogger, type Latchkey } from "@latchkey/server";
import { createHttpServers } from "../../../packages/cli/src/serving/http-server.ts";
import { KEYS } from "../refresh/fixture.ts";
import { answerQuestions } from "./child.ts";

const [data = "", port = "0"] = process.argv.slice(2);
let latchkey: Latchkey | undefined;
const http = createHttpServers({
  handler: async (request, connection) =>
    (await latchkey?.fetch(request, connection)) ?? new Response(null, { status: 503 }),
  onError: () => undefined,
});
const server = http.create();
server.listen(Number(port), "127.0.0.1", () => void begin());
process.once("SIGTERM", () => void latchkey?.close().then(() => process.exit(0)));

async function begin(): Promise<void> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  latchkey = createLatchkey({
    issuer: url,
    data,
    keyEncryption: { keys: KEYS },
    logger: createLogger({ level: "silent" }),
  });
  const opened = latchkey;
  await opened.ready();
  answerQuestions(
    { url },
    {
      rotate: async () => {
        const request = new Request(`${url}/auth/admin/keys/rotate`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ now: true }),
        });
        return (await opened.control(request)).status;
      },
    },
  );
}
