// The use of a passkey: the options that a browser needs, and the check of what it answers. WebAuthn
// level 3, section 7.2.

import { Refusal } from "../../http/refusal.ts";
import type { Step } from "../../storage/database.ts";
import {
  type CeremonyPurpose,
  type CeremonyUser,
  createCeremony,
  takeCeremony,
} from "./ceremony.ts";
import { type Assertion, checkAuthenticatorData, readChallenge } from "./client-data.ts";
import type { CeremonyOptions, PasskeyContext } from "./register-passkey.ts";
import type { RelyingParty } from "./relying-party.ts";
import { findPasskey, type Passkey, readPasskeys, usePasskey } from "./stored-passkeys.ts";
import { loadWebAuthn } from "./webauthn.ts";

/** A passkey that proved itself. */
export interface VerifiedPasskey {
  readonly passkey: Passkey;
  /** The step that records the use; it fails when the counter moved meanwhile. */
  readonly step: Step;
  /** RFC 8176: the key's kind, and that the person at it was asked. */
  readonly amr: readonly string[];
}

/**
 * Begins the use of a passkey. Without a user the options are the same for everybody: they name no
 * credential, so they tell nothing about accounts (N1).
 *
 * @throws Refusal `passkeys_unavailable`
 */
export async function beginAssertion(
  context: PasskeyContext,
  ceremony: { readonly purpose: CeremonyPurpose; readonly user: CeremonyUser | null },
  now: number,
): Promise<CeremonyOptions> {
  const { database } = context;
  const party = context.relyingParty();
  const { generateAuthenticationOptions } = await loadWebAuthn();
  const { user } = ceremony;
  const passkeys = user === null ? [] : await readPasskeys(database, user.id);
  const challenge = await createCeremony(database, ceremony, now);
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    challenge: Buffer.from(challenge, "base64url"),
    userVerification: "required",
    allowCredentials: passkeys.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
  });
  return { ceremony: challenge, options };
}

/**
 * Checks the use of a passkey. The ceremony is over, whatever comes of it.
 *
 * @throws Refusal `ceremony_invalid`, `passkey_refused`, `passkey_wrong_origin`,
 * `passkey_user_unverified`, `passkey_counter_refused`
 */
export async function verifyAssertion(
  context: PasskeyContext,
  credential: Assertion,
  expected: {
    readonly purpose: CeremonyPurpose;
    /** Null: whoever the passkey is of. */
    readonly user: CeremonyUser | null;
    /** The ceremony as the caller names it; left out, the one that the answer names. */
    readonly ceremony?: string | undefined;
    readonly now: number;
  },
): Promise<VerifiedPasskey> {
  const { database } = context;
  const party = context.relyingParty();
  const { clientDataJSON, authenticatorData, userHandle } = credential.response;
  const named = { type: "webauthn.get", relyingParty: party } as const;
  const challenge = readChallenge(clientDataJSON, named);
  if (expected.ceremony !== undefined && expected.ceremony !== challenge) {
    throw new Refusal("ceremony_invalid");
  }
  await takeCeremony(database, challenge, expected);
  checkAuthenticatorData(Buffer.from(authenticatorData, "base64url"), party);
  const passkey = await findPasskey(database, credential.id);
  // Unknown, or of another account than the one that is signing in: one answer.
  if (passkey === undefined) throw new Refusal("passkey_refused");
  const owner = expected.user?.id ?? passkey.userId;
  const isOwners =
    passkey.userId === owner && isHandleOf(userHandle, owner, expected.user === null);
  if (!isOwners) throw new Refusal("passkey_refused");
  const { counter, isSynced } = await verify(credential, { challenge, party, passkey });
  return {
    passkey,
    step: usePasskey(database, passkey, { counter, isSynced, now: expected.now }),
    amr: [isSynced ? "swk" : "hwk", "user"],
  };
}

// WebAuthn section 7.2 step 6: with a discoverable credential the handle must name its user; else it
// may be left out, and if given must be the user's.
function isHandleOf(
  userHandle: string | null | undefined,
  userId: string,
  isDiscoverable: boolean,
): boolean {
  if (userHandle === undefined || userHandle === null || userHandle === "") return !isDiscoverable;
  return Buffer.from(userHandle, "base64url").toString("utf8") === userId;
}

async function verify(
  credential: Assertion,
  expected: {
    readonly challenge: string;
    readonly party: RelyingParty;
    readonly passkey: Passkey;
  },
): Promise<{ readonly counter: number; readonly isSynced: boolean }> {
  const { challenge, party, passkey } = expected;
  const { response } = credential;
  const { verifyAuthenticationResponse } = await loadWebAuthn();
  const verification = await verifyAuthenticationResponse({
    response: {
      id: credential.id,
      rawId: credential.rawId,
      type: credential.type,
      clientExtensionResults: {},
      response: {
        clientDataJSON: response.clientDataJSON,
        authenticatorData: response.authenticatorData,
        signature: response.signature,
      },
    },
    expectedChallenge: challenge,
    expectedOrigin: [...party.origins],
    expectedRPID: party.id,
    // The counter is judged below, after the signature and under a code of its own.
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: 0,
    },
    requireUserVerification: true,
  }).catch((cause: unknown) => {
    throw new Refusal("passkey_refused", { cause });
  });
  if (!verification.verified) throw new Refusal("passkey_refused");
  const { newCounter, credentialDeviceType } = verification.authenticationInfo;
  // WebAuthn section 6.1.1: a counter that does not grow tells of a copy.
  if ((newCounter > 0 || passkey.counter > 0) && newCounter <= passkey.counter) {
    throw new Refusal("passkey_counter_refused");
  }
  return { counter: newCounter, isSynced: credentialDeviceType === "multiDevice" };
}
