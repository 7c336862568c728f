// A new passkey: the options that a browser needs, and the check of what it answers. WebAuthn level
// 3, section 7.1. Attestation is not asked for: it would tell the maker of the device, and no rule of
// ours would use it.

import { Refusal } from "../../http/refusal.ts";
import type { Database } from "../../storage/database.ts";
import { createCeremony, takeCeremony } from "./ceremony.ts";
import { type Attestation, readChallenge } from "./client-data.ts";
import type { RelyingParty } from "./relying-party.ts";
import { MAX_PASSKEYS, type Passkey, readPasskeys } from "./stored-passkeys.ts";
import { loadWebAuthn } from "./webauthn.ts";

/** COSE: EdDSA, ES256, RS256; what every authenticator has one of. */
const ALGORITHMS: readonly number[] = [-8, -7, -257];

/** Who registers a passkey. */
export interface PasskeyOwner {
  readonly id: string;
  readonly handle: string;
  readonly email: string;
  readonly name: string | null;
}

/** What passkeys need. */
export interface PasskeyContext {
  readonly database: Database;
  readonly relyingParty: () => RelyingParty;
}

/** A ceremony and what `navigator.credentials` is called with. */
export interface CeremonyOptions {
  readonly ceremony: string;
  readonly options: object;
}

/**
 * Begins the registration of a passkey.
 *
 * @throws Refusal `too_many_passkeys`, `passkeys_unavailable`
 */
export async function beginRegistration(
  context: PasskeyContext,
  owner: PasskeyOwner,
  now: number,
): Promise<CeremonyOptions> {
  const { database } = context;
  const party = context.relyingParty();
  const { generateRegistrationOptions } = await loadWebAuthn();
  const existing = await readPasskeys(database, owner.id);
  if (existing.length >= MAX_PASSKEYS) throw new Refusal("too_many_passkeys");
  const ceremony = await createCeremony(database, { purpose: "register", user: owner }, now);
  const options = await generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userName: owner.email,
    userDisplayName: owner.name ?? owner.email,
    // Not personal, and the same for all passkeys of the user: WebAuthn section 14.6.1.
    userID: new TextEncoder().encode(owner.id),
    challenge: Buffer.from(ceremony, "base64url"),
    attestationType: "none",
    excludeCredentials: existing.map((passkey) => ({
      id: passkey.credentialId,
      transports: [...passkey.transports],
    })),
    // Discoverable and verified: alone, it replaces a name and a password.
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: [...ALGORITHMS],
  });
  return { ceremony, options };
}

/**
 * Checks a new passkey.
 *
 * @throws Refusal `ceremony_invalid`, `passkey_refused`, `passkey_wrong_origin`,
 * `passkey_user_unverified`
 */
export async function finishRegistration(
  context: PasskeyContext,
  owner: PasskeyOwner,
  answer: {
    readonly ceremony: string;
    readonly credential: Attestation;
    readonly name: string;
    readonly now: number;
  },
): Promise<Omit<Passkey, "id" | "lastUsedAt">> {
  const { database } = context;
  const { credential, now } = answer;
  const party = context.relyingParty();
  await takeCeremony(database, answer.ceremony, { purpose: "register", user: owner, now });
  const { clientDataJSON } = credential.response;
  readChallenge(clientDataJSON, { type: "webauthn.create", relyingParty: party });
  const { registrationInfo } = await verify(credential, answer.ceremony, party);
  if (registrationInfo === undefined) throw new Refusal("passkey_refused");
  if (!registrationInfo.userVerified) throw new Refusal("passkey_user_unverified");
  return {
    userId: owner.id,
    credentialId: registrationInfo.credential.id,
    publicKey: registrationInfo.credential.publicKey,
    counter: registrationInfo.credential.counter,
    transports: credential.response.transports ?? [],
    name: answer.name,
    aaguid: registrationInfo.aaguid,
    isSynced: registrationInfo.credentialDeviceType === "multiDevice",
    createdAt: now,
  };
}

async function verify(credential: Attestation, expectedChallenge: string, party: RelyingParty) {
  const { verifyRegistrationResponse } = await loadWebAuthn();
  try {
    return await verifyRegistrationResponse({
      response: {
        id: credential.id,
        rawId: credential.rawId,
        type: credential.type,
        clientExtensionResults: {},
        response: {
          clientDataJSON: credential.response.clientDataJSON,
          attestationObject: credential.response.attestationObject,
        },
      },
      expectedChallenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      // Judged above, under a code of its own.
      requireUserVerification: false,
      supportedAlgorithmIDs: [...ALGORITHMS],
    });
  } catch (cause) {
    // Whatever it objects to is in what was sent. Its message can hold input: for the log only.
    throw new Refusal("passkey_refused", { cause });
  }
}
