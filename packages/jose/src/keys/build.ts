// Turns checked key members into a Key: the one place where node:crypto key objects are made. Every
// import ends here, whatever format it started from.

import { Buffer } from "node:buffer";
import {
  constants,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  type SignKeyObjectInput,
  sign,
  verify,
} from "node:crypto";
import type { AlgorithmRow } from "../algorithms.ts";
import { JoseError } from "../error.ts";
import type { CheckedKey } from "./check-members.ts";
import { isAvailable, notAvailable } from "./available.ts";
import { createMacState } from "./hmac.ts";
import { checkKeyId, type PublicJwk } from "./jwk.ts";
import { createKey, type Key, type KeyMaterial, materialOf } from "./key.ts";

/** What a key may do, where something narrower than its type said so. */
export interface Permissions {
  readonly canSign: boolean;
  readonly canVerify: boolean;
}

const EVERYTHING: Permissions = { canSign: true, canVerify: true };

type CheckedPair = Exclude<CheckedKey, { kind: "secret" }>;

/**
 * Makes a Key of checked members.
 *
 * @throws JoseError `key_invalid` when the numbers are not a key (a point off the curve, halves that do
 * not belong together), `algorithm_not_supported` when the runtime cannot do it
 */
export function buildKey(
  checked: CheckedKey,
  row: AlgorithmRow,
  kid: string | undefined,
  permissions: Permissions = EVERYTHING,
): Key {
  checkKeyId(kid);
  if (checked.kind === "secret") return buildSecret(checked.secret, row, kid, permissions);
  const publicKey = buildPublic(checked, row, kid);
  if (checked.kind === "public") return publicKey;
  const jwk = { ...checked.open, ...checked.hidden };
  const handle = importHandle(row, () => createPrivateKey({ key: jwk, format: "jwk" }));
  const pub = materialOf(publicKey);
  checkPair(handle, pub.handle, checked);
  return createKey(kid, {
    ...pub,
    ...inputs(handle, row),
    ...permissions,
    handle,
    publicKey,
  });
}

function buildSecret(
  secret: Buffer,
  row: AlgorithmRow,
  kid: string | undefined,
  permissions: Permissions,
): Key {
  const handle = createSecretKey(secret);
  return createKey(kid, {
    row,
    curve: undefined,
    handle,
    ...inputs(handle, row),
    mac: row.family === "hmac" ? createMacState(row.hash, secret, row.bytes) : undefined,
    ...permissions,
    publicJwk: undefined,
    publicKey: undefined,
  });
}

function buildPublic(checked: CheckedPair, row: AlgorithmRow, kid: string | undefined): Key {
  const { open, curve } = checked;
  const handle = importHandle(row, () => createPublicKey({ key: open, format: "jwk" }));
  const publicJwk = {
    ...open,
    ...(kid === undefined ? {} : { kid }),
    alg: row.name,
    use: row.use,
  } as unknown as PublicJwk;
  return createKey(kid, {
    row,
    curve,
    handle,
    ...inputs(handle, row),
    mac: undefined,
    canSign: false,
    canVerify: true,
    publicJwk: Object.freeze(publicJwk),
    publicKey: undefined,
  });
}

function importHandle(row: AlgorithmRow, make: () => KeyObject): KeyObject {
  try {
    return make();
  } catch {
    // OpenSSL's message may quote its input; the cause stays here.
    if (!isAvailable(row)) throw notAvailable();
    throw new JoseError("key_invalid", "the numbers are not a valid key");
  }
}

function inputs(
  handle: KeyObject,
  row: AlgorithmRow,
): Pick<KeyMaterial, "signInput" | "verifyInput"> {
  let input: KeyObject | SignKeyObjectInput = handle;
  if (row.family === "pss") {
    // RFC 7518 section 3.5: the salt is as long as the hash, neither shorter nor "whatever fits".
    input = Object.freeze({
      key: handle,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: row.bytes,
    });
  }
  return { signInput: input, verifyInput: input };
}

/** Refuses a private half that does not belong to its public half; OpenSSL takes each as given. */
function checkPair(privateHandle: KeyObject, publicHandle: KeyObject, checked: CheckedPair): void {
  let isPair = false;
  try {
    isPair = belongsTogether(privateHandle, publicHandle, checked);
  } catch {
    // A wrong factor can make OpenSSL fail instead of computing wrongly.
  }
  if (!isPair) {
    throw new JoseError("key_invalid", "the private and public members do not belong together");
  }
}

const PROBE = Buffer.from("latchkey key pair check");

function belongsTogether(
  privateHandle: KeyObject,
  publicHandle: KeyObject,
  checked: CheckedPair,
): boolean {
  const { kty, crv } = checked.open;
  // Signing proves it for the kinds whose public half OpenSSL does not derive from the private one.
  if (kty === "RSA" || kty === "EC") {
    // Deno refuses P-521 with a hash as short as SHA-256.
    const hash = crv === "P-521" ? "sha512" : "sha256";
    return verify(hash, PROBE, publicHandle, sign(hash, PROBE, privateHandle));
  }
  return createPublicKey(privateHandle).equals(publicHandle);
}
