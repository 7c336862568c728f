// The key for a header, and whether it may be used. The header's `alg` is compared with the one algorithm
// of a key and decides nothing else (RFC 8725 section 3.1). A key that encrypts content itself is bound to
// its `enc`, and its header says `dir`.

import { resolveAlgorithm } from "../algorithms.ts";
import { JoseError } from "../error.ts";
import { isKey, type Key, materialOf } from "../keys/key.ts";
import type { KeySelector, Keys } from "../keys/key-set.ts";
import type { JweHeader } from "./header.ts";

/** What a header asks of a key. */
function selectorOf(header: JweHeader): KeySelector {
  const alg = header.alg === "dir" ? header.enc : header.alg;
  return header.kid === undefined ? { alg } : { alg, kid: header.kid };
}

/** The value of `alg` for a key. */
export function headerAlgorithm(key: Key): string {
  return materialOf(key).row.family === "content" ? "dir" : key.alg;
}

/** Whether an `alg` is a key management algorithm of this package. */
export function isKeyManagement(alg: string): boolean {
  if (alg === "dir") return true;
  try {
    const row = resolveAlgorithm(alg);
    return row.use === "enc" && row.family !== "content";
  } catch {
    return false;
  }
}

/**
 * The key that decrypts for a header.
 *
 * @throws JoseError `algorithm_mismatch`, `key_not_found`, `key_ambiguous`, `key_invalid`
 * @throws TypeError for a public key
 */
export function selectKey(header: JweHeader, keys: Keys): Key {
  if (isKey(keys) && selectorOf(header).alg !== keys.alg) {
    throw new JoseError("algorithm_mismatch", "the header's alg is not the key's algorithm", "alg");
  }
  const key = findKey(header, keys);
  if (key === undefined) throw new JoseError("key_not_found", "no key fits the header", "kid");
  return key;
}

/**
 * The key that decrypts for a header, if there is one.
 *
 * @throws JoseError `key_ambiguous`, `key_invalid`
 * @throws TypeError for a public key
 */
export function findKey(header: JweHeader, keys: Keys): Key | undefined {
  const selector = selectorOf(header);
  const key = isKey(keys) ? fitSingle(selector, keys) : keys.select(selector);
  if (key !== undefined) checkDecrypter(key);
  return key;
}

function fitSingle(selector: KeySelector, key: Key): Key | undefined {
  if (selector.alg !== key.alg) return undefined;
  const { kid } = selector;
  return kid === undefined || key.kid === undefined || kid === key.kid ? key : undefined;
}

function checkDecrypter(key: Key): void {
  if (key.type === "public") throw new TypeError("decrypt with the private key");
  if (key.use !== "enc" || !materialOf(key).canVerify) {
    throw new JoseError("key_invalid", "the key is not for decrypting", "use");
  }
}

/**
 * Checks that a key may encrypt.
 *
 * @throws JoseError `key_invalid`
 * @throws TypeError for a private key: whoever encrypts needs the recipient's public one
 */
export function checkEncrypter(key: Key): void {
  const { canSign } = materialOf(key);
  if (key.type === "private") throw new TypeError("encrypt with the public key: publicKey(key)");
  if (key.use !== "enc" || (key.type === "secret" && !canSign)) {
    throw new JoseError("key_invalid", "the key is not for encrypting", "use");
  }
}
