// One line of a file of users: a JSON object, checked like any other way in. What is wrong with a
// line is a code and the name of a member; its values are never repeated, since they are people's
// addresses and password hashes.

import { z } from "@hono/zod-openapi";
import { emailSchema, nameSchema, usernameSchema } from "../../accounts/identity.ts";
import { grantNameSchema, MAX_USER_ROLES } from "../../authorization/names.ts";
import { parseLegacyHash } from "../../credentials/legacy-hashes/legacy-hash.ts";
import { parsePhc } from "../../credentials/phc.ts";

/** Characters of a line. */
export const MAX_IMPORT_LINE = 16_384;

/** Why a line is refused. */
export type ImportLineCode =
  | "line_too_long"
  | "line_not_json"
  | "member_invalid"
  | "password_hash_unknown"
  | "password_hash_refused"
  | "role_unknown"
  | "email_taken"
  | "username_taken";

/** A line that is refused. */
export interface RefusedLine {
  /** From 1. */
  readonly line: number;
  readonly code: ImportLineCode;
  /** The member that is wrong. */
  readonly member?: string;
}

/** A user of a file. */
export interface ImportedUser {
  readonly email: string;
  readonly emailVerified: boolean;
  readonly username: string | null;
  readonly name: string | null;
  readonly passwordHash: string | null;
  readonly roles: readonly string[];
  readonly isDisabled: boolean;
  /** Milliseconds; null: now. */
  readonly createdAt: number | null;
}

const lineSchema = z.strictObject({
  email: emailSchema,
  // Unless the file says so, nobody has proved it.
  email_verified: z.boolean().default(false),
  username: usernameSchema.nullable().default(null),
  name: nameSchema.nullable().default(null),
  password_hash: z.string().nullable().default(null),
  roles: z.array(grantNameSchema).max(MAX_USER_ROLES).default([]),
  disabled: z.boolean().default(false),
  created_at: z.iso.datetime({ offset: true }).nullable().default(null),
});

// How hashes begin that we know: one of them that is refused is malformed or asks for too much work.
const KNOWN_HASH = /^(?:\$(?:argon2(?:id|i|d)|2[aby]|scrypt|pbkdf2(?:-\w+)?)\$|pbkdf2_\w+\$)/;

/** Reads a line; null is one that was too long to be sent. */
export function parseImportLine(text: string | null): ImportedUser | Omit<RefusedLine, "line"> {
  if (text === null || text.length > MAX_IMPORT_LINE) return { code: "line_too_long" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { code: "line_not_json" };
  }
  const checked = lineSchema.safeParse(value);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    // A member that nobody knows is named by the issue and not by its path.
    const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
    const member = unknown ?? issue?.path.map(String).join(".") ?? "";
    return { code: "member_invalid", ...(member === "" ? {} : { member: member.slice(0, 64) }) };
  }
  const { data } = checked;
  const code = data.password_hash === null ? undefined : hashProblem(data.password_hash);
  if (code !== undefined) return { code, member: "password_hash" };
  return {
    email: data.email,
    emailVerified: data.email_verified,
    username: data.username,
    name: data.name,
    passwordHash: data.password_hash,
    roles: [...new Set(data.roles)],
    isDisabled: data.disabled,
    createdAt: data.created_at === null ? null : Date.parse(data.created_at),
  };
}

function hashProblem(text: string): ImportLineCode | undefined {
  const phc = parsePhc(text);
  // A pepper of another system is none of ours, even under the same id.
  if (phc !== undefined) return phc.pepperId === null ? undefined : "password_hash_refused";
  if (parseLegacyHash(text) !== undefined) return undefined;
  return KNOWN_HASH.test(text) ? "password_hash_refused" : "password_hash_unknown";
}
