// What the JSON serialisations add to the options, and what their decryption gives.

import type { JsonObject } from "../encoding/json.ts";
import type { Key } from "../keys/key.ts";
import {
  type DecryptOptions,
  type DecryptRules,
  resolveDecryptOptions,
} from "./decrypt-options.ts";
import type { OpenedJwe } from "./open.ts";
import type { ParsedJwe } from "./json-form.ts";

/** How a JWE in JSON is decrypted. */
export interface DecryptJsonOptions extends DecryptOptions {
  /**
   * Accepts `enc` in the header that all recipients share and that nothing protects. Only for senders that
   * cannot do better: whoever changes the message can then change the content encryption.
   */
  readonly allowUnprotectedEnc?: true;
}

/** A JWE in JSON that has been decrypted. */
export interface DecryptedJson {
  /** What was authenticated with the content. */
  readonly protectedHeader: JsonObject;
  /** What was not: anybody may have written it. The shared header and the recipient's. */
  readonly unprotectedHeader: JsonObject;
  /** `aad`, authenticated with the content and not encrypted. */
  readonly aad: Uint8Array | undefined;
  readonly plaintext: Uint8Array;
  readonly key: Key;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError
 */
export function resolveJsonOptions(options: DecryptJsonOptions): DecryptRules {
  return {
    ...resolveDecryptOptions(options),
    allowUnprotectedEnc: options.allowUnprotectedEnc === true,
  };
}

/** What a decryption gives. */
export function decryptedJson(parsed: ParsedJwe, opened: OpenedJwe): DecryptedJson {
  const { protectedHeader, aad } = parsed;
  const names = Object.keys(opened.header).filter((name) => !Object.hasOwn(protectedHeader, name));
  return {
    protectedHeader,
    unprotectedHeader: Object.fromEntries(names.map((name) => [name, opened.header[name] ?? null])),
    aad: aad === undefined ? undefined : new Uint8Array(aad),
    plaintext: new Uint8Array(opened.plaintext),
    key: opened.key,
  };
}
