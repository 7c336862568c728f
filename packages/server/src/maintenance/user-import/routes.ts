// GET and POST /operator/users/import: takes users of another system, a batch of lines at a time.
// Mounted on the operator's own channel only, like the backup: whoever can write password hashes can
// sign in as anybody.

import { z } from "@hono/zod-openapi";
import { type App, createRoutes, defineRoute, jsonAnswer, jsonBody } from "../../http/app.ts";
import type { Database } from "../../storage/database.ts";
import { OPERATOR_PATH } from "../backup-routes.ts";
import { MAX_IMPORT_LINE } from "./import-line.ts";
import { importUsers, MAX_IMPORT_BATCH, readImportLine } from "./import-users.ts";

/** Bytes of a request of the operator: a batch of lines that a command has bounded to half of it. */
export const OPERATOR_BODY_BYTES = 256 * 1024;

const importId = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const batchSchema = z.strictObject({
  import: importId,
  first_line: z.int().min(1),
  lines: z.array(z.string().max(MAX_IMPORT_LINE).nullable()).min(1).max(MAX_IMPORT_BATCH),
  dry_run: z.boolean(),
});

const outcomeSchema = z.object({
  imported: z.int(),
  refused: z.array(z.object({ line: z.int(), code: z.string(), member: z.string().optional() })),
  names: z.array(z.object({ line: z.int(), email: z.string(), username: z.string().optional() })),
});

/** The routes of imports. */
export function userImportRoutes(database: Database): App {
  const routes = createRoutes();
  routes.openapi(
    defineRoute({
      method: "get",
      path: `${OPERATOR_PATH}/users/import/{id}`,
      summary: "How many lines of a file are dealt with",
      request: { params: z.object({ id: importId }) },
      responses: { 200: jsonAnswer(z.object({ line: z.int() }), "The last line, or 0") },
    }),
    async (c) => c.json({ line: await readImportLine(database, c.req.valid("param").id) }),
  );
  routes.openapi(
    defineRoute({
      method: "post",
      path: `${OPERATOR_PATH}/users/import`,
      summary: "Import a batch of lines",
      request: { body: jsonBody(batchSchema) },
      responses: { 200: jsonAnswer(outcomeSchema, "What became of them") },
    }),
    async (c) => {
      const body = c.req.valid("json");
      const batch = {
        importId: body.import,
        firstLine: body.first_line,
        lines: body.lines,
        isDryRun: body.dry_run,
      };
      return c.json(await importUsers(database, batch, c.get("now")));
    },
  );
  return routes;
}
