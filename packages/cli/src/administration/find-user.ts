// Finds the user that a command names: by identifier, e-mail or user name.

import { isIdentifier } from "@latchkey/protocol";
import { IDENTIFIER_PREFIX } from "../protect-identifiers.ts";
import { Failure } from "../output/failure.ts";
import type { AdminClient } from "./admin-client.ts";
import type { AdminUser, UserPage } from "./answers.ts";

/**
 * Finds one user. An `@` makes it an e-mail, 22 characters of base64url an identifier, anything
 * else is a user name. A user name may look like an identifier; the identifier goes first.
 *
 * @throws Failure not_found
 */
export async function findUser(client: AdminClient, argument: string): Promise<AdminUser> {
  const isMarked = argument.startsWith(IDENTIFIER_PREFIX);
  const name = isMarked ? argument.slice(IDENTIFIER_PREFIX.length) : argument;
  const key = name.includes("@") ? "email" : "username";
  const isId: boolean = isIdentifier(name);
  const byId = isId ? await findById(client, name) : undefined;
  const user = byId ?? (await findBy(client, key, name));
  if (user !== undefined) return user;
  throw new Failure("not_found", `There is no user ${name}.`, {
    remedy: "`latchkey users list` shows who exists.",
  });
}

/** The path of one user. */
export function userPath(id: string): string {
  return `/auth/admin/users/${encodeURIComponent(id)}`;
}

async function findById(client: AdminClient, id: string): Promise<AdminUser | undefined> {
  try {
    return (await client.send("GET", userPath(id))) as AdminUser;
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return undefined;
    throw error;
  }
}

async function findBy(
  client: AdminClient,
  key: "email" | "username",
  value: string,
): Promise<AdminUser | undefined> {
  const query = new URLSearchParams({ [key]: value }).toString();
  const page = (await client.send("GET", `/auth/admin/users?${query}`)) as UserPage;
  return page.items[0];
}
