// What only the operator can ask, through the control socket or in the same process: it exists on no
// other channel.

import { type App, createRoutes } from "../http/app.ts";
import type { Logger } from "../observability/logger.ts";
import type { Database } from "../storage/database.ts";
import { backupRoutes } from "./backup-routes.ts";
import { userImportRoutes } from "./user-import/routes.ts";

/** The routes of the operator. */
export function operatorRoutes(
  database: Database,
  deps: { readonly clock: () => number; readonly log: Logger },
): App {
  const routes = createRoutes();
  routes.route("/", backupRoutes(database, deps));
  routes.route("/", userImportRoutes(database));
  return routes;
}
