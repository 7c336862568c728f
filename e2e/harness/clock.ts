// Time passes for a server's sessions: it is stopped, every session's times are moved back, and it
// is started again. Real processes and a real database, and no test that sleeps.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Server, restartServer } from "./server.ts";

/** Lets `milliseconds` pass for every session of a server; `args` are for its next start. */
export async function passTime(
  server: Server,
  milliseconds: number,
  args?: readonly string[],
): Promise<Server> {
  await server.child.stop();
  const database = new DatabaseSync(join(server.data, "latchkey.db"));
  database
    .prepare(
      `update sessions set
         advanced_at = advanced_at - :by,
         created_at = created_at - :by,
         last_seen_at = last_seen_at - :by,
         ends_at = ends_at - :by`,
    )
    .run({ by: milliseconds });
  database.close();
  return restartServer(server, args);
}
