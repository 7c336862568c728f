// What a browser says about a ceremony, read before anything is verified: each way to be wrong has
// its own code, none of which depends on an account. WebAuthn level 3, sections 5.8.1 and 6.1.

import { createHash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { Refusal } from "../../http/refusal.ts";
import type { RelyingParty } from "./relying-party.ts";

/** Characters of a binary member, base64url. */
const MAX_MEMBER = 8192;

/** Characters of an authenticator's id of a credential: 1023 bytes in base64url. */
export const MAX_CREDENTIAL_ID = 1364;

const base64url = z
  .string()
  .max(MAX_MEMBER)
  .regex(/^[A-Za-z0-9_-]+$/, "Not base64url");

const credentialId = base64url.max(MAX_CREDENTIAL_ID);

// What browsers add (`authenticatorAttachment`, results of extensions) says nothing that we trust.
const common = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  authenticatorAttachment: z.string().max(64).nullish(),
  clientExtensionResults: z.record(z.string().max(64), z.unknown()).optional(),
};

/** An answer to `navigator.credentials.get`, as `PublicKeyCredential.toJSON()` writes it. */
export const assertionSchema = z
  .strictObject({
    ...common,
    response: z.strictObject({
      clientDataJSON: base64url,
      authenticatorData: base64url,
      signature: base64url,
      userHandle: z.string().max(128).nullish(),
    }),
  })
  .openapi("PasskeyAssertion");

/** An answer to `navigator.credentials.create`. */
export const attestationSchema = z
  .strictObject({
    ...common,
    response: z.strictObject({
      clientDataJSON: base64url,
      attestationObject: base64url,
      transports: z.array(z.string().max(32)).max(16).optional(),
      authenticatorData: base64url.optional(),
      publicKey: base64url.nullish(),
      publicKeyAlgorithm: z.int().optional(),
    }),
  })
  .openapi("PasskeyAttestation");

/** An assertion as it was received. */
export type Assertion = z.infer<typeof assertionSchema>;

/** An attestation as it was received. */
export type Attestation = z.infer<typeof attestationSchema>;

const clientDataSchema = z.object({
  type: z.string(),
  challenge: z.string().min(1).max(256),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
});

/**
 * Reads the challenge that an answer is to, and refuses an answer of another kind or page.
 *
 * @throws Refusal `passkey_refused`, `passkey_wrong_origin`
 */
export function readChallenge(
  clientDataJSON: string,
  expected: {
    readonly type: "webauthn.get" | "webauthn.create";
    readonly relyingParty: RelyingParty;
  },
): string {
  const parsed = clientDataSchema.safeParse(parseJson(clientDataJSON));
  if (!parsed.success || parsed.data.type !== expected.type) throw new Refusal("passkey_refused");
  const { origin, crossOrigin, challenge } = parsed.data;
  // A page in a frame of another site asks for a gesture that its visitor means for that site.
  if (!expected.relyingParty.origins.includes(origin) || crossOrigin === true) {
    throw new Refusal("passkey_wrong_origin");
  }
  return challenge;
}

const RP_ID_HASH_BYTES = 32;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

/**
 * Refuses authenticator data of another site, and of an authenticator that did not check who used it.
 *
 * @throws Refusal `passkey_refused`, `passkey_wrong_origin`, `passkey_user_unverified`
 */
export function checkAuthenticatorData(authenticatorData: Uint8Array, party: RelyingParty): void {
  const data = Buffer.from(authenticatorData);
  // 32 bytes of hash, flags, and 4 bytes of counter.
  if (data.length < RP_ID_HASH_BYTES + 5) throw new Refusal("passkey_refused");
  const expected = createHash("sha256").update(party.id).digest();
  if (!data.subarray(0, RP_ID_HASH_BYTES).equals(expected)) {
    throw new Refusal("passkey_wrong_origin");
  }
  const flags = data.readUInt8(RP_ID_HASH_BYTES);
  const needed = USER_PRESENT | USER_VERIFIED;
  if ((flags & needed) !== needed) throw new Refusal("passkey_user_unverified");
}

function parseJson(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
