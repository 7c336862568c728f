// What a sender can choose: the same options for every serialisation.

import type { JweContentAlgorithm } from "../algorithms.ts";
import { checkJsonObject } from "../encoding/json-check.ts";
import type { JsonObject } from "../encoding/json.ts";
import { hasPrivateMember, readMembers } from "../keys/jwk.ts";
import { type Key, materialOf } from "../keys/key.ts";
import {
  MAX_INFLATED_BYTES,
  MAX_PARTY_INFO_BYTES,
  MAX_PBES2_COUNT,
  MIN_PBES2_COUNT,
} from "../limits.ts";
import { type ContentRow, findContentRow } from "./content-encryptions.ts";
import type { SenderInputs } from "./key-management/manage-key.ts";

/** How content is encrypted. */
export interface EncryptOptions {
  /** The content encryption. Default: what a direct key is bound to, else `A256GCM`. */
  readonly enc?: JweContentAlgorithm;
  /** Protected header parameters beside those that the keys and options set. */
  readonly header?: JsonObject;
  /**
   * Compresses the content first. Off by default: the length of compressed text tells an observer something
   * about text that an attacker could mix in.
   */
  readonly zip?: "DEF";
  /** Information about the sender, for ECDH-ES; at most 512 bytes. */
  readonly apu?: Uint8Array;
  /** Information about the recipient, for ECDH-ES; at most 512 bytes. */
  readonly apv?: Uint8Array;
  /**
   * Iterations of PBES2, from 1,000 to 1,200,000. Default 600,000, which keep one core busy for 0.2 seconds
   * with SHA-256 and 0.5 with SHA-512.
   */
  readonly passwordCount?: number;
}

const DEFAULT_PASSWORD_COUNT = 600_000;

/**
 * The content encryption for some keys. Keys bound to one, and the option, must agree.
 *
 * @throws TypeError
 */
export function contentFor(keys: readonly Key[], enc: JweContentAlgorithm | undefined): ContentRow {
  let wanted: string | undefined = enc;
  for (const key of keys) {
    if (materialOf(key).row.family !== "content") continue;
    if (wanted !== undefined && wanted !== key.alg) {
      throw new TypeError("enc is not what the key is bound to");
    }
    wanted = key.alg;
  }
  const row = findContentRow(wanted ?? "A256GCM");
  if (row === undefined) throw new TypeError("enc is not a content encryption");
  return row;
}

/**
 * Checks the options that go into key management.
 *
 * @throws TypeError
 */
export function senderInputs(keys: readonly Key[], options: EncryptOptions): SenderInputs {
  const { apu, apv, passwordCount = DEFAULT_PASSWORD_COUNT } = options;
  if (
    (apu !== undefined || apv !== undefined) &&
    !keys.some((key) => materialOf(key).row.family === "ecdh")
  ) {
    // Left out in silence, it would be missed when it matters.
    throw new TypeError("apu and apv are for ECDH-ES");
  }
  checkPartyInfo(apu, "apu");
  checkPartyInfo(apv, "apv");
  if (
    !Number.isInteger(passwordCount) ||
    passwordCount < MIN_PBES2_COUNT ||
    passwordCount > MAX_PBES2_COUNT
  ) {
    throw new TypeError(
      `passwordCount is a whole number from ${MIN_PBES2_COUNT} to ${MAX_PBES2_COUNT}`,
    );
  }
  return { apu, apv, passwordCount };
}

function checkPartyInfo(info: Uint8Array | undefined, name: string): void {
  if (info === undefined) return;
  if (!(info instanceof Uint8Array) || info.length > MAX_PARTY_INFO_BYTES) {
    throw new TypeError(`${name} is at most ${MAX_PARTY_INFO_BYTES} bytes`);
  }
}

/**
 * Checks `zip` against the content.
 *
 * @throws TypeError
 */
export function checkZip(zip: unknown, plaintext: Uint8Array): void {
  if (zip === undefined) return;
  if (zip !== "DEF") throw new TypeError("zip is DEF");
  // A recipient with our defaults would refuse more.
  if (plaintext.length > MAX_INFLATED_BYTES) {
    throw new TypeError(`compressed content has at most ${MAX_INFLATED_BYTES} bytes`);
  }
}

// Set by the key and the options, or not to be set at all.
const RESERVED: ReadonlySet<string> = new Set(
  "alg enc zip crit b64 epk apu apv iv tag p2s p2c".split(" "),
);

/**
 * Checks header parameters of the caller.
 *
 * @throws TypeError
 */
export function checkExtraHeader(extra: JsonObject | undefined): JsonObject {
  if (extra === undefined) return {};
  checkJsonObject(extra);
  for (const [name, value] of Object.entries(extra)) {
    if (RESERVED.has(name)) throw new TypeError(`the header parameter ${name} is not set this way`);
    if ((name === "kid" || name === "typ" || name === "cty") && typeof value !== "string") {
      throw new TypeError(`the header parameter ${name} is a string`);
    }
    // RFC 7516 section 4.1.5: a public key. A private one would travel with every message.
    if (name === "jwk" && hasPrivateMember(readMembers(value))) {
      throw new TypeError("the header parameter jwk must be a public key");
    }
  }
  return extra;
}
