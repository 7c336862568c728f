// The two JSON serialisations: their shapes and the strict reading of them. RFC 7516 section 7.2.

import { Buffer } from "node:buffer";
import { type JsonObject, type JsonValue, parseJsonObject } from "../encoding/json.ts";
import { decodeSegment } from "../encoding/segment.ts";
import { JoseError } from "../error.ts";
import { MAX_RECIPIENTS } from "../limits.ts";
import { parseProtectedHeader } from "./header.ts";
import type { JweMessage } from "./open.ts";

interface SharedMembers {
  readonly protected?: string;
  readonly unprotected?: JsonObject;
  readonly aad?: string;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
}

interface RecipientMembers {
  readonly header?: JsonObject;
  readonly encrypted_key?: string;
}

/** A JWE for one recipient. RFC 7516 section 7.2.2. */
export interface FlattenedJwe extends SharedMembers, RecipientMembers {}

/** A JWE for several recipients. RFC 7516 section 7.2.1. */
export interface GeneralJwe extends SharedMembers {
  readonly recipients: readonly RecipientMembers[];
}

/** What a message says before any key is chosen. */
export interface ParsedJwe {
  readonly message: JweMessage;
  readonly protectedHeader: JsonObject;
  readonly shared: JsonObject | undefined;
  readonly aad: Buffer | undefined;
  readonly recipients: readonly ParsedRecipient[];
}

/** One recipient as it arrived. */
export interface ParsedRecipient {
  readonly header: JsonObject | undefined;
  readonly encryptedKey: Buffer;
}

/**
 * Reads a flattened JWE.
 *
 * @throws JoseError `token_malformed`, `token_too_long`, `json_invalid`, `base64url_invalid`
 */
export function parseFlattened(jwe: unknown, maxLength: number): ParsedJwe {
  const members = readJson(jwe, maxLength);
  // One message must not read as both forms (attack G5).
  if (Object.hasOwn(members, "recipients")) throw malformed("recipients", "is of the general form");
  return parseShared(members, [parseRecipient(members)]);
}

/**
 * Reads a general JWE.
 *
 * @throws JoseError `token_malformed`, `token_too_long`, `json_invalid`, `base64url_invalid`
 */
export function parseGeneral(jwe: unknown, maxLength: number): ParsedJwe {
  const members = readJson(jwe, maxLength);
  for (const name of ["header", "encrypted_key"]) {
    if (Object.hasOwn(members, name)) throw malformed(name, "is of the flattened form");
  }
  const { recipients } = members;
  if (!Array.isArray(recipients) || recipients.length === 0) {
    throw malformed("recipients", "is a list that is not empty");
  }
  if (recipients.length > MAX_RECIPIENTS) throw malformed("recipients", "is too long");
  return parseShared(
    members,
    (recipients as readonly JsonValue[]).map((recipient) =>
      parseRecipient(asObject(recipient, "recipients")),
    ),
  );
}

/** Text is read strictly; an object is written and read again, which leaves data and nothing else. */
function readJson(jwe: unknown, maxLength: number): JsonObject {
  let text: unknown = jwe;
  if (typeof jwe === "object" && jwe !== null) {
    try {
      text = JSON.stringify(jwe);
    } catch {
      // A cycle or a bigint.
    }
  }
  if (typeof text !== "string" || !text.isWellFormed()) {
    throw new JoseError("token_malformed", "a JWE is a JSON object or its text");
  }
  if (text.length > maxLength) throw new JoseError("token_too_long", "the token is too long");
  return parseJsonObject(Buffer.from(text, "utf8"));
}

function parseShared(members: JsonObject, recipients: readonly ParsedRecipient[]): ParsedJwe {
  const protectedSegment = readText(members, "protected") ?? "";
  const aadSegment = readText(members, "aad");
  return {
    message: {
      protectedSegment,
      aadSegment,
      iv: decodeSegment(required(readText(members, "iv"), "iv")),
      // Empty content gives an empty ciphertext with GCM; everything else is left out when empty.
      ciphertext:
        members["ciphertext"] === ""
          ? Buffer.alloc(0)
          : decodeSegment(required(readText(members, "ciphertext"), "ciphertext")),
      tag: decodeSegment(required(readText(members, "tag"), "tag")),
    },
    protectedHeader: protectedSegment === "" ? {} : parseProtectedHeader(protectedSegment),
    shared: readObject(members, "unprotected"),
    aad: aadSegment === undefined ? undefined : decodeSegment(aadSegment),
    recipients,
  };
}

function parseRecipient(members: JsonObject): ParsedRecipient {
  return {
    header: readObject(members, "header"),
    encryptedKey: decodeSegment(readText(members, "encrypted_key") ?? ""),
  };
}

/** RFC 7516 section 7.2.1: a member is absent, or a string that is not empty. */
function readText(members: JsonObject, name: string): string | undefined {
  const value = members[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "") throw malformed(name, "must be text");
  return value;
}

function readObject(members: JsonObject, name: string): JsonObject | undefined {
  const value = members[name];
  return value === undefined ? undefined : asObject(value, name);
}

function asObject(value: JsonValue, name: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed(name, "must hold objects");
  }
  return value as JsonObject;
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw malformed(name, "is missing");
  return value;
}

function malformed(name: string, what: string): JoseError {
  return new JoseError("token_malformed", `the member ${name} ${what}`, name);
}
