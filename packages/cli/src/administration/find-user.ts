// Finds the user that a command names: by identifier, e-mail or user name.

import { isIdentifier } from "@latchkey/protocol";
import { Failure } from "../output/failure.ts";
import type { AdminClient } from "./admin-client.ts";
import type { AdminUser, UserPage } from "./answers.ts";

/**
 * Finds one user. An `@` makes it an e-mail, 22 characters of base64url an identifier, anything
 * else is a user name. No user name can be read as one of the others.
 *
 * @throws Failure not_found
 */
export async function findUser(client: AdminClient, name: string): Promise<AdminUser> {
  const key = name.includes("@") ? "email" : "username";
  if (isIdentifier(name)) return (await client.send("GET", userPath(name))) as AdminUser;
  const query = new URLSearchParams({ [key]: name });
  const page = (await client.send("GET", `/auth/admin/users?${query}`)) as UserPage;
  const user = page.items[0];
  if (user !== undefined) return user;
  throw new Failure("not_found", `There is no user ${name}.`, {
    remedy: "`latchkey users list` shows who exists.",
  });
}

/** The path of one user. */
export function userPath(id: string): string {
  return `/auth/admin/users/${encodeURIComponent(id)}`;
}
