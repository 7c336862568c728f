// A passkey as its owner sees it.

import { z } from "@hono/zod-openapi";
import type { Passkey } from "../../credentials/passkeys/stored-passkeys.ts";

/** A passkey, for the API document. */
export const passkeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
    synced: z.boolean().openapi({ description: "Whether its owner's devices share it" }),
  })
  .openapi("Passkey");

/** Renders a passkey. */
export function passkeyAnswer(passkey: Passkey): z.infer<typeof passkeySchema> {
  const { id, name, createdAt, lastUsedAt, isSynced } = passkey;
  return {
    id,
    name,
    created_at: new Date(createdAt).toISOString(),
    last_used_at: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
    synced: isSynced,
  };
}
