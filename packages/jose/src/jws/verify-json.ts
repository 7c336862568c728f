// Verifies a JWS in JSON form. RFC 7515 sections 5.2 and 7.2. A JWT is never in this form.

import { Buffer } from "node:buffer";
import type { JsonObject } from "../encoding/json.ts";
import { decodeSegment } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import type { Key } from "../keys/key.ts";
import type { Keys } from "../keys/key-set.ts";
import { isPayloadEncoded, type JwsHeader } from "./header.ts";
import { checkDisjoint, type JwsSignature, readFlattened, readGeneral } from "./json-shape.ts";
import { checkVerifyOptions, type VerifyCompactOptions } from "./options.ts";
import { parseProtected, verifyParts } from "./signature.ts";

/** A signature that has been verified. */
export interface VerifiedSignature {
  /** The protected header. */
  readonly header: JwsHeader;
  /** The unprotected header: anybody may have written it. */
  readonly unprotectedHeader: JsonObject | undefined;
  readonly key: Key;
}

/** A flattened JWS whose signature has been verified. */
export interface VerifiedFlattened extends VerifiedSignature {
  readonly payload: Uint8Array;
}

/** A general JWS whose signatures have been verified as asked. */
export interface VerifiedGeneral {
  readonly payload: Uint8Array;
  /** In the order of the document; undefined where a signature did not verify. */
  readonly signatures: readonly (VerifiedSignature | undefined)[];
}

/** How a general JWS is verified. */
export interface VerifyGeneralOptions extends VerifyCompactOptions {
  /** Which signatures must verify. Default `all`; `any` asks for at least one and says which. */
  readonly require?: "all" | "any";
}

/**
 * Verifies a flattened JWS, given as JSON text or as an object.
 *
 * @throws JoseError; the codes of `verifyCompact`
 * @see RFC 7515 section 7.2.2
 */
export function verifyFlattened(
  jws: unknown,
  keys: Keys,
  options: VerifyCompactOptions = {},
): VerifiedFlattened {
  const { maxTokenLength, understood } = checkVerifyOptions(options);
  const flattened = readFlattened(jws, maxTokenLength);
  const header = parseSignature(flattened, understood);
  const isEncoded = isPayloadEncoded(header);
  const payload = decodePayload(flattened.payload, isEncoded);
  const verified = verifyOne(flattened, header, flattened.payload, keys);
  return { ...verified, payload };
}

/**
 * Verifies a general JWS, given as JSON text or as an object.
 *
 * @throws JoseError `signature_invalid` when fewer signatures verify than asked for; the codes of `verifyCompact`
 * @see RFC 7515 section 7.2.1
 */
export function verifyGeneral(
  jws: unknown,
  keys: Keys,
  options: VerifyGeneralOptions = {},
): VerifiedGeneral {
  const { require = "all" } = options;
  if (require !== "all" && require !== "any") throw new TypeError('require is "all" or "any"');
  const { maxTokenLength, understood } = checkVerifyOptions(options);
  const general = readGeneral(jws, maxTokenLength);
  // Every header is parsed whatever is asked for: a malformed one condemns the document.
  const headers = general.signatures.map((entry) => parseSignature(entry, understood));
  const [first = true, ...others] = headers.map(isPayloadEncoded);
  if (others.some((isEncoded) => isEncoded !== first)) {
    throw new JoseError(
      "header_invalid",
      "b64 differs between signatures (RFC 7797 section 3)",
      "b64",
    );
  }
  const payload = decodePayload(general.payload, first);
  const signatures = general.signatures.map((entry, i) => {
    const header = headers[i];
    return header === undefined ? undefined : tryVerify(entry, header, general.payload, keys);
  });
  const count = signatures.filter((signature) => signature !== undefined).length;
  if (count < (require === "all" ? signatures.length : 1)) {
    throw new JoseError("signature_invalid", "not enough signatures match");
  }
  return { payload, signatures };
}

function parseSignature(entry: JwsSignature, understood: readonly string[]): JwsHeader {
  const header = parseProtected(entry.protected, understood);
  checkDisjoint(header, entry.header);
  return header;
}

function verifyOne(
  entry: JwsSignature,
  header: JwsHeader,
  payload: string,
  keys: Keys,
): VerifiedSignature {
  // As received: the payload's text is what was signed, encoded or not (RFC 7515 section 5.2 step 8).
  const input = Buffer.from(`${entry.protected}.${payload}`, "utf8");
  const kid = entry.header?.["kid"] as string | undefined;
  const key = verifyParts(header, kid, input, entry.signature, keys);
  return { header, unprotectedHeader: entry.header, key };
}

function tryVerify(
  entry: JwsSignature,
  header: JwsHeader,
  payload: string,
  keys: Keys,
): VerifiedSignature | undefined {
  try {
    return verifyOne(entry, header, payload, keys);
  } catch (error) {
    if (error instanceof JoseError) return undefined;
    throw error;
  }
}

function decodePayload(payload: string, isEncoded: boolean): Uint8Array {
  return new Uint8Array(isEncoded ? decodeSegment(payload) : Buffer.from(payload, "utf8"));
}
