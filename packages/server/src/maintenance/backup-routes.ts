// POST and GET /operator/backup: starts a backup of the running server's store, and tells how far it
// is. Mounted on the operator's own channel only (`Latchkey.control`): whoever can make the server
// write a file of all accounts owns the machine anyway. A backup runs on when its command is gone.

import { isAbsolute } from "node:path";
import { z } from "@hono/zod-openapi";
import { auditEvent } from "../audit/audit-event.ts";
import { OPERATOR } from "../authorization/actor.ts";
import { type App, createRoutes, defineRoute, jsonAnswer, jsonBody } from "../http/app.ts";
import { Refusal } from "../http/refusal.ts";
import type { Logger } from "../observability/logger.ts";
import type { Backup } from "../storage/backup.ts";
import { type Database, DatabaseError, type DatabaseErrorCode } from "../storage/database.ts";
import { writeAll } from "../storage/write.ts";

/** Where the operator's own routes are. */
export const OPERATOR_PATH = "/operator";

/** How far the last backup is. */
export type BackupState =
  | { readonly state: "running"; readonly copied: number; readonly total: number }
  | { readonly state: "done"; readonly file: string; readonly bytes: number }
  | { readonly state: "failed"; readonly code: DatabaseErrorCode; readonly message: string };

const stateSchema = z.looseObject({ state: z.enum(["running", "done", "failed"]) });

const start = defineRoute({
  method: "post",
  path: `${OPERATOR_PATH}/backup`,
  summary: "Start a backup",
  request: {
    body: jsonBody(
      z.strictObject({
        file: z.string().max(4096).refine(isAbsolute, "Not an absolute path"),
        overwrite: z.boolean(),
      }),
    ),
  },
  responses: { 202: jsonAnswer(stateSchema, "Started") },
});

const read = defineRoute({
  method: "get",
  path: `${OPERATOR_PATH}/backup`,
  summary: "How far the last backup is",
  responses: { 200: jsonAnswer(stateSchema, "The state of the last backup") },
});

/** The routes of backups; none where the store cannot make one. */
export function backupRoutes(
  database: Database,
  deps: { readonly clock: () => number; readonly log: Logger },
): App {
  const routes = createRoutes();
  const { backUp } = database;
  if (backUp === undefined) return routes;
  let last: BackupState | undefined;

  routes.openapi(start, (c) => {
    if (last?.state === "running") throw new Refusal("overloaded");
    last = { state: "running", copied: 0, total: 0 };
    void run(backUp, c.req.valid("json"));
    return c.json(last, 202);
  });
  routes.openapi(read, (c) => {
    if (last === undefined) throw new Refusal("not_found");
    return c.json(last);
  });
  return routes;

  async function run(
    make: Backup,
    wanted: { readonly file: string; readonly overwrite: boolean },
  ): Promise<void> {
    try {
      const { bytes } = await make({
        ...wanted,
        onProgress: ({ copied, total }) => {
          last = { state: "running", copied, total };
        },
      });
      await recordBackup(database, bytes, deps.clock());
      last = { state: "done", file: wanted.file, bytes };
    } catch (error) {
      deps.log.error({ err: error }, "backup failed");
      last = {
        state: "failed",
        code: error instanceof DatabaseError ? error.code : "database_unavailable",
        message: error instanceof Error ? error.message : "unknown error",
      };
    }
  }
}

async function recordBackup(database: Database, bytes: number, now: number): Promise<void> {
  await writeAll(database, [
    auditEvent(database, {
      kind: "database.backed_up",
      outcome: "success",
      actorId: OPERATOR,
      detail: { bytes },
      now,
    }),
  ]);
}
