// The JSON forms of a JWS and the strict reading of them: which members may stand together, and that no
// parameter stands in two headers. RFC 7515 section 7.2.

import { Buffer } from "node:buffer";
import { checkJsonObject } from "../encoding/json-check.ts";
import { type JsonObject, parseJsonObject } from "../encoding/json.ts";
import { JoseError } from "../error.ts";
import { MAX_SIGNATURES } from "../limits.ts";
import type { JwsHeader } from "./header.ts";

/** A signature in the JSON forms. */
export interface JwsSignature {
  /** The protected header in base64url. Optional in RFC 7515; required here, because `alg` must be in it. */
  readonly protected: string;
  /** The unprotected header: data that nobody has vouched for. */
  readonly header?: JsonObject;
  readonly signature: string;
}

/** The flattened form: one signature. */
export interface FlattenedJws extends JwsSignature {
  readonly payload: string;
}

/** The general form: one payload, several signatures. */
export interface GeneralJws {
  readonly payload: string;
  readonly signatures: readonly JwsSignature[];
}

/**
 * Reads a flattened JWS from its JSON text, or from an object parsed elsewhere.
 *
 * @throws JoseError `token_malformed`, `token_too_long`, `json_invalid`
 */
export function readFlattened(jws: unknown, maxLength: number): FlattenedJws {
  const object = readObject(jws, maxLength);
  if (Object.hasOwn(object, "signatures"))
    throw malformed("signature and signatures do not go together");
  return { payload: readPayload(object), ...readSignature(object) };
}

/**
 * Reads a general JWS.
 *
 * @throws JoseError `token_malformed`, `token_too_long`, `json_invalid`
 */
export function readGeneral(jws: unknown, maxLength: number): GeneralJws {
  const object = readObject(jws, maxLength);
  for (const name of ["signature", "protected", "header"]) {
    if (Object.hasOwn(object, name)) throw malformed("flattened members in a general JWS");
  }
  const { signatures } = object;
  // An empty list would be a document that nobody signed and every signature of which is valid.
  if (!Array.isArray(signatures) || signatures.length === 0)
    throw malformed("signatures is a non-empty list");
  if (signatures.length > MAX_SIGNATURES) throw malformed("too many signatures");
  return {
    payload: readPayload(object),
    signatures: signatures.map((entry: unknown) => readSignature(asObject(entry))),
  };
}

/**
 * Checks that the two headers share no parameter and that nothing which decides stands unprotected.
 *
 * @throws JoseError `header_invalid`
 * @see RFC 7515 section 7.2.1: the names "MUST be disjoint"
 */
export function checkDisjoint(header: JwsHeader, unprotected: JsonObject | undefined): void {
  if (unprotected === undefined) return;
  for (const name of Object.keys(unprotected)) {
    if (Object.hasOwn(header, name)) {
      throw new JoseError("header_invalid", "a parameter is in both headers");
    }
  }
  for (const name of ["alg", "crit", "b64"]) {
    if (Object.hasOwn(unprotected, name)) {
      throw new JoseError("header_invalid", `${name} must be protected`, name);
    }
  }
  const { kid } = unprotected;
  if (kid !== undefined && typeof kid !== "string") {
    throw new JoseError("header_invalid", "kid must be a string", "kid");
  }
}

function readObject(jws: unknown, maxLength: number): JsonObject {
  if (typeof jws !== "string") {
    const object = asObject(jws);
    try {
      checkJsonObject(object);
    } catch {
      throw malformed("not plain JSON data");
    }
    if (JSON.stringify(object).length > maxLength) throw tooLong();
    return object;
  }
  if (jws.length > maxLength) throw tooLong();
  return parseJsonObject(Buffer.from(jws, "utf8"));
}

function asObject(value: unknown): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw malformed("not an object");
  return value as JsonObject;
}

function readPayload(object: JsonObject): string {
  const { payload } = object;
  if (typeof payload !== "string") throw malformed("payload is a string");
  return payload;
}

function readSignature(object: JsonObject): JwsSignature {
  const { protected: segment, header, signature } = object;
  if (typeof segment !== "string" || segment === "")
    throw malformed("the protected header is missing");
  if (typeof signature !== "string" || signature === "")
    throw malformed("the signature is missing");
  if (header === undefined) return { protected: segment, signature };
  return { protected: segment, header: asObject(header), signature };
}

function malformed(message: string): JoseError {
  return new JoseError("token_malformed", message);
}

function tooLong(): JoseError {
  return new JoseError("token_too_long", "the JWS is too long");
}
