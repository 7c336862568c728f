// A port that nobody listens on, for two servers that must know each other's before they start.

import { once } from "node:events";
import { createServer } from "node:net";

/** Finds a free port of the loopback interface. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "localhost");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
