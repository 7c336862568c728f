// GET /.well-known/jwks.json for everyone; for administrators the keys, their rotation and their
// revocation under /auth/admin/keys. Who is one is decided above this folder, so the check comes in
// as a dependency and cannot be left out.

import { z } from "@hono/zod-openapi";
import type { JsonObject } from "@latchkey/jose";
import type { Context } from "hono";
import { auditEvent } from "../audit/audit-event.ts";
import {
  type App,
  type AppEnv,
  bearer,
  createRoutes,
  defineRoute,
  jsonAnswer,
  jsonBody,
  optionalJsonBody,
  problems,
} from "../http/app.ts";
import { Refusal } from "../http/refusal.ts";
import type { Database, Step } from "../storage/database.ts";
import type { KeyEncryption } from "./key-encryption.ts";
import { JWK_SET_MAX_AGE, jwkSetAnswer, jwkSetResponse } from "./jwk-set-response.ts";
import type { KeyRing } from "./key-ring.ts";
import type { KeySummary } from "./key-view.ts";

/** Key ids named in one audit event. */
const AUDITED_KEYS = 64;

/** What the routes need. */
export interface KeyRoutesDeps {
  readonly database: Database;
  readonly keyRing: Pick<
    KeyRing,
    "jwks" | "list" | "rotateRefreshKey" | "rotateSigningKeys" | "revokeKeys" | "reseal"
  >;
  /** Retires handles in the ledger; its steps stand last in a write. `now` is in milliseconds. */
  readonly retire: (handles: readonly string[], now: number) => readonly Step[];
  /** Makes a new key-encryption key, or answers the one that is configured to seal. */
  readonly renewKeyEncryption: () => Promise<KeyEncryption>;
  /** Seals what other features keep under the key-encryption key of the moment; answers how many. */
  readonly resealOthers: () => Promise<number>;
  /** Throws a Refusal unless the request may administer. */
  readonly authorize: (c: Context<AppEnv>) => Promise<void>;
}

const readJwks = defineRoute({
  method: "get",
  path: "/.well-known/jwks.json",
  summary: "The public keys of access tokens",
  tags: ["keys"],
  responses: { 200: jwkSetAnswer },
});

const keySchema = z
  .object({
    kid: z.string(),
    alg: z.string(),
    purpose: z.enum(["signing", "feed", "refresh"]),
    state: z.enum(["current", "next", "retired", "expired", "revoked"]),
    created_at: z.string(),
    active_at: z.string(),
    retired_at: z.string().nullable(),
  })
  .openapi("Key");

const listKeys = defineRoute({
  method: "get",
  path: "/auth/admin/keys",
  summary: "All keys, without anything secret",
  tags: ["admin"],
  security: bearer,
  responses: {
    200: jsonAnswer(
      z.object({ items: z.array(keySchema), next: z.null() }),
      "The keys of tokens, feed and refresh tokens",
    ),
  },
});

const rotateRefreshKey = defineRoute({
  method: "post",
  path: "/auth/admin/keys/refresh",
  summary: "Make a new refresh key current; nobody is signed out",
  tags: ["admin"],
  security: bearer,
  responses: { 201: jsonAnswer(keySchema, "The new key") },
});

const keyList = jsonAnswer(
  z.object({ items: z.array(keySchema), next: z.null() }),
  "The keys as they are now",
);

const rotateKeys = defineRoute({
  method: "post",
  path: "/auth/admin/keys/rotate",
  summary: "Let the next signing keys sign; tokens of the former ones stay good",
  tags: ["admin"],
  security: bearer,
  request: {
    body: optionalJsonBody(
      z.strictObject({
        now: z.boolean().optional().openapi({
          description: "At once, also when the successor was published a moment ago",
        }),
      }),
    ),
  },
  responses: { 200: keyList },
});

const revokeKeys = defineRoute({
  method: "post",
  path: "/auth/admin/keys/revoke",
  summary: "Take a key back with every token that it signed, or all signing keys",
  tags: ["admin"],
  security: bearer,
  request: {
    body: jsonBody(
      z.union([
        z.strictObject({ kid: z.string().min(1).max(64) }),
        z.strictObject({ all: z.literal(true) }),
      ]),
    ),
  },
  responses: {
    200: jsonAnswer(z.object({ revoked: z.array(z.string()) }), "The keys that were taken back"),
    ...problems(404),
  },
});

const rotateKek = defineRoute({
  method: "post",
  path: "/auth/admin/keys/rotate-kek",
  summary: "Seal all keys under a new key-encryption key",
  tags: ["admin"],
  security: bearer,
  responses: {
    200: jsonAnswer(
      z.object({ kek_id: z.string(), resealed: z.int() }),
      "The key-encryption key that seals now, and how many keys it sealed",
    ),
  },
});

/** The routes that tell about keys. */
export function keyRoutes(deps: KeyRoutesDeps): App {
  const routes = createRoutes();
  routes.openapi(readJwks, () => jwkSetResponse(deps.keyRing.jwks(), JWK_SET_MAX_AGE));
  routes.openapi(listKeys, async (c) => {
    await deps.authorize(c);
    return c.json({ items: deps.keyRing.list().map(renderKey), next: null });
  });
  const audit = (c: Context<AppEnv>, kind: string, detail: JsonObject = {}): Step =>
    auditEvent(deps.database, {
      kind,
      outcome: "success",
      actorId: c.get("actorId"),
      address: c.get("address"),
      userAgent: c.req.header("User-Agent") ?? null,
      detail,
      now: c.get("now"),
    });
  routes.openapi(rotateKeys, async (c) => {
    await deps.authorize(c);
    const immediately = c.req.valid("json").now === true;
    const also = [audit(c, "key.rotated", { immediately })];
    const items = await deps.keyRing.rotateSigningKeys({ immediately, also });
    return c.json({ items: items.map(renderKey), next: null });
  });
  routes.openapi(revokeKeys, async (c) => {
    await deps.authorize(c);
    const wanted = c.req.valid("json");
    const revoked = await deps.keyRing.revokeKeys({
      ...("kid" in wanted ? { kid: wanted.kid } : {}),
      also: (kids) => [audit(c, "key.revoked", { kids: kids.slice(0, AUDITED_KEYS) })],
      last: (kids) => deps.retire(kids, c.get("now")),
    });
    if (revoked.length === 0) throw new Refusal("not_found");
    return c.json({ revoked });
  });
  routes.openapi(rotateKek, async (c) => {
    await deps.authorize(c);
    const kek = await deps.renewKeyEncryption();
    const also = [audit(c, "key.kek_rotated", { kek: kek.currentId })];
    const keys = await deps.keyRing.reseal(kek, also);
    // Older key-encryption keys go on unsealing, so what follows may take its time.
    const others = await deps.resealOthers();
    return c.json({ kek_id: kek.currentId, resealed: keys + others });
  });
  routes.openapi(rotateRefreshKey, async (c) => {
    await deps.authorize(c);
    return c.json(
      renderKey(await deps.keyRing.rotateRefreshKey([audit(c, "key.refresh_rotated")])),
      201,
    );
  });
  return routes;
}

function renderKey(key: KeySummary): z.infer<typeof keySchema> {
  return {
    kid: key.kid,
    alg: key.alg,
    purpose: key.purpose,
    state: key.state,
    created_at: new Date(key.createdAt).toISOString(),
    active_at: new Date(key.activeAt).toISOString(),
    retired_at: key.retiredAt === null ? null : new Date(key.retiredAt).toISOString(),
  };
}
