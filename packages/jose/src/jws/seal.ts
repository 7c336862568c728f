// From two encoded segments to a signed token: the counterpart of open.ts. RFC 7515 section 5.1.

import { JoseError } from "../error.ts";
import { type Key, type KeyMaterial, materialOf } from "../keys/key.ts";
import { signText } from "../keys/primitive.ts";

/** Signs a header and a payload that are base64url already. */
export function signSegments(header: string, payload: string, key: Key): string {
  return `${header}.${payload}.${signText(checkCanSign(key), header, payload)}`;
}

/**
 * What a key is made of, if it may sign.
 *
 * @throws JoseError `key_invalid`
 */
export function checkCanSign(key: Key): KeyMaterial {
  const material = materialOf(key);
  if (!material.canSign || key.use !== "sig" || key.type === "public") {
    throw new JoseError("key_invalid", "the key is not for signing", "use");
  }
  return material;
}
