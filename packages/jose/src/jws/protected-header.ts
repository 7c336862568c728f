// The protected header of a token about to be signed: the key's algorithm and id, and what the caller
// adds. RFC 7515 section 4.

import { Buffer } from "node:buffer";
import { checkJsonObject } from "../encoding/json-check.ts";
import type { JsonObject } from "../encoding/json.ts";
import { hasPrivateMember, readMembers } from "../keys/jwk.ts";
import { type Key, materialOf } from "../keys/key.ts";

/** Header parameters that the caller may add. `alg` and `kid` come from the key. */
export type ExtraHeader = JsonObject;

/** The header of a token as base64url. Headers without extras are written once for each key and `typ`. */
export function encodeHeader(
  key: Key,
  typ: string | undefined,
  extra: ExtraHeader | undefined,
): string {
  if (extra !== undefined) return writeHeader(key, typ, extra);
  const { written } = materialOf(key);
  const name = typ ?? NO_TYPE;
  const known = written.find(name);
  if (known !== undefined) return known;
  const header = writeHeader(key, typ, undefined);
  written.remember(name, header);
  return header;
}

// Not a media type, so it cannot be the name of one.
const NO_TYPE = " ";

/** The header of a token with an unencoded payload. RFC 7797 section 6: `b64` must be critical. */
export function encodeUnencodedHeader(key: Key, extra: ExtraHeader | undefined): string {
  const header: { [name: string]: unknown } = { alg: key.alg, b64: false, crit: ["b64"] };
  if (key.kid !== undefined) header["kid"] = key.kid;
  if (extra !== undefined) addExtra(header, extra);
  return encodeJson(header);
}

function writeHeader(key: Key, typ: string | undefined, extra: ExtraHeader | undefined): string {
  const header: { [name: string]: unknown } = { alg: key.alg };
  if (typ !== undefined) header["typ"] = typ;
  if (key.kid !== undefined) header["kid"] = key.kid;
  if (extra !== undefined) addExtra(header, extra);
  return encodeJson(header);
}

function encodeJson(header: object): string {
  return Buffer.from(JSON.stringify(header), "utf8").toString("base64url");
}

function addExtra(header: { [name: string]: unknown }, extra: ExtraHeader): void {
  checkJsonObject(extra);
  for (const name of Object.keys(extra)) {
    const value = extra[name];
    // Equal is no contradiction; anything else would let the header speak against the key.
    if (header[name] !== undefined && header[name] !== value) {
      throw new TypeError(`the header parameter ${name} is set by the key or by another option`);
    }
    if (name === "crit" || name === "b64") {
      throw new TypeError(`the header parameter ${name} cannot be set this way`);
    }
    if ((name === "kid" || name === "typ" || name === "cty") && typeof value !== "string") {
      throw new TypeError(`the header parameter ${name} is a string`);
    }
    // RFC 7515 section 4.1.3: a public key. A private one would be published with every token.
    if (name === "jwk" && hasPrivateMember(readMembers(value))) {
      throw new TypeError("the header parameter jwk must be a public key");
    }
    header[name] = value;
  }
}
