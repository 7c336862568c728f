// Turns checked key members into a Key: the one place where node:crypto key objects are made. Every
// import ends here, whatever format it started from.

import { Buffer } from "node:buffer";
import {
  constants,
  createECDH,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  type SignKeyObjectInput,
} from "node:crypto";
import { type AlgorithmRow, ecCurve } from "../algorithms.ts";
import { JoseError } from "../error.ts";
import { signBytes, verifyBytes } from "./primitive.ts";
import { type CheckedJwk, checkKeyId, type PublicJwk } from "./jwk.ts";
import { createKey, type Key, type KeyMaterial, materialOf } from "./key.ts";

/** What a key may do, where something narrower than its type said so. */
export interface Permissions {
  readonly canSign: boolean;
  readonly canVerify: boolean;
}

const EVERYTHING: Permissions = { canSign: true, canVerify: true };

/**
 * Makes a Key of checked members.
 *
 * @throws JoseError `key_invalid` when the numbers are not a key (a point off the curve, halves that
 * do not belong together)
 */
export function buildKey(
  checked: CheckedJwk,
  row: AlgorithmRow,
  kid: string | undefined,
  permissions: Permissions = EVERYTHING,
): Key {
  checkKeyId(kid);
  if (checked.kind === "secret") {
    const handle = createSecretKey(checked.secret);
    return createKey(kid, {
      ...materials(handle, row),
      ...permissions,
      publicJwk: undefined,
      publicKey: undefined,
    });
  }
  const { jwk } = checked;
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...open } = jwk;
  const publicKey = buildPublic(open, row, kid);
  if (checked.kind === "public") {
    return permissions.canVerify ? publicKey : restrict(publicKey, permissions);
  }
  const handle = importHandle(() => createPrivateKey({ key: jwk, format: "jwk" }));
  checkPair(handle, publicKey, jwk, row);
  return createKey(kid, {
    ...materials(handle, row),
    ...permissions,
    publicJwk: materialOf(publicKey).publicJwk,
    publicKey,
  });
}

function buildPublic(
  open: { [name: string]: string },
  row: AlgorithmRow,
  kid: string | undefined,
): Key {
  const handle = importHandle(() => createPublicKey({ key: open, format: "jwk" }));
  const publicJwk = Object.freeze({
    ...open,
    ...(kid === undefined ? {} : { kid }),
    alg: row.name,
    use: row.use,
  }) as unknown as PublicJwk;
  return createKey(kid, {
    ...materials(handle, row),
    canSign: false,
    canVerify: true,
    publicJwk,
    publicKey: undefined,
  });
}

function restrict(key: Key, permissions: Permissions): Key {
  return createKey(key.kid, { ...materialOf(key), ...permissions });
}

function importHandle(make: () => KeyObject): KeyObject {
  try {
    return make();
  } catch {
    // OpenSSL's message may quote its input; the cause stays here.
    throw new JoseError("key_invalid", "the numbers are not a valid key");
  }
}

function materials(
  handle: KeyObject,
  row: AlgorithmRow,
): Pick<KeyMaterial, "row" | "handle" | "signInput" | "verifyInput"> {
  let input: KeyObject | SignKeyObjectInput = handle;
  if (row.family === "pss") {
    // RFC 7518 section 3.5: the salt is as long as the hash, neither shorter nor "whatever fits".
    input = Object.freeze({
      key: handle,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: row.bytes,
    });
  }
  return { row, handle, signInput: input, verifyInput: input };
}

const PROBE = Buffer.from("latchkey key pair check");

/** Refuses a private half that does not belong to its public half. */
function checkPair(
  handle: KeyObject,
  publicKey: Key,
  jwk: { readonly [name: string]: string },
  row: AlgorithmRow,
): void {
  const mismatch = new JoseError(
    "key_invalid",
    "the private and public members do not belong together",
  );
  if (row.kty === "EC") {
    const curve = ecCurve(row.crv);
    const ecdh = createECDH(curve.nodeName);
    try {
      ecdh.setPrivateKey(Buffer.from(jwk["d"] ?? "", "base64url"));
    } catch {
      throw mismatch;
    }
    const point = ecdh.getPublicKey();
    const given = Buffer.concat([
      Buffer.of(4),
      Buffer.from(jwk["x"] ?? "", "base64url"),
      Buffer.from(jwk["y"] ?? "", "base64url"),
    ]);
    if (!point.equals(given)) throw mismatch;
    return;
  }
  const privateMaterial = { ...materials(handle, row) };
  let isPair = false;
  try {
    const signature = signBytes(privateMaterial, PROBE);
    isPair = verifyBytes(materialOf(publicKey), PROBE, signature);
  } catch {
    // A wrong factor can make OpenSSL fail instead of signing wrongly.
  }
  if (!isPair) throw mismatch;
}
