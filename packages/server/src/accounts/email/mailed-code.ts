// What every request that ends in a mail has in common. A request for an address that nobody has
// leaves the same row and costs the same: only the mail differs, and it goes out behind the answer
// (N1, N2).

import { z } from "@hono/zod-openapi";
import type { CodeContext } from "../../codes/issue-code.ts";
import type { MailLinks } from "../../mail/links.ts";
import type { Post } from "../../mail/post.ts";
import type { Database } from "../../storage/database.ts";

/** What mailing a code needs. */
export interface MailedCodeContext extends CodeContext {
  readonly post: Post;
  readonly links: MailLinks;
}

/** A user as far as mailing a code needs to know. */
export interface Addressee {
  readonly id: string;
  readonly email: string;
  readonly handle: string;
  readonly isVerified: boolean;
}

/**
 * Finds whose address it is; null for nobody and for a disabled account, which is nobody here.
 *
 * @param email - normalised
 */
export async function findAddressee(database: Database, email: string): Promise<Addressee | null> {
  const rows = await database.read(
    database.query
      .selectFrom("users")
      .select(["id", "email", "handle", "email_verified"])
      .where("email", "=", email)
      .where("disabled_at", "is", null),
  );
  const row = rows[0];
  return row === undefined
    ? null
    : { id: row.id, email: row.email, handle: row.handle, isVerified: row.email_verified === 1 };
}

/** Six digits in a request. */
export const digitsSchema = z
  .string()
  .regex(/^[0-9]{6}$/, "Six digits")
  .openapi({ type: "string", example: "042137" });

/** The token of a link, or the secret of a sign-up, in a request. */
export const tokenSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, "Not a token")
  .openapi({ type: "string", minLength: 43, maxLength: 43 });
