// GET /auth/admin/settings: what this server runs with, where each value came from, and what it
// does. No secret is in it: of what holds one, only that it is set.

import { z } from "@hono/zod-openapi";
import { type App, bearer, createRoutes, defineRoute, jsonAnswer } from "../http/app.ts";
import type { LatchkeyConfig } from "./latchkey-config.ts";
import { describeSettings } from "./describe-settings.ts";
import type { Settings } from "./settings.ts";

const settingSchema = z
  .object({
    name: z.string(),
    value: z.string().openapi({ description: "In words; never a secret" }),
    source: z.string().openapi({ description: "`default`, or what set it" }),
    is_default: z.boolean(),
    effect: z.string(),
  })
  .openapi("Setting");

/** The route of the settings. */
export function settingsRoutes(config: LatchkeyConfig, settings: Settings): App {
  const routes = createRoutes();
  const items = describeSettings(config, settings);
  routes.openapi(
    defineRoute({
      method: "get",
      path: "/auth/admin/settings",
      summary: "What this server runs with: value, source and effect of each setting",
      tags: ["administration"],
      security: bearer,
      responses: {
        200: jsonAnswer(
          z.object({ items: z.array(settingSchema), next: z.null() }),
          "Every setting, in the order of the configuration reference",
        ),
      },
    }),
    (c) =>
      c.json({
        items: items.map(({ isDefault, ...item }) => ({ ...item, is_default: isDefault })),
        next: null,
      }),
  );
  return routes;
}
