// Whether a password is long enough beside a second factor only, as it was judged when it was set. Apart
// from those who ask: an owner who removes the last factor, an administrator who removes all of them.

import type { Database } from "../../storage/database.ts";
import type { Subject } from "../../tokens/subject.ts";

/**
 * Reads whether a user's password needs a factor beside it. What follows holds only if it is written
 * under the handle that `subject` was read with: undefined says that it is no longer the user's.
 */
export async function readPasswordNeedsFactor(
  database: Database,
  { id, handle }: Pick<Subject, "id" | "handle">,
): Promise<boolean | undefined> {
  const [row] = await database.read(
    database.query
      .selectFrom("users")
      .select("password_needs_factor")
      .where("id", "=", id)
      .where("handle", "=", handle),
  );
  return row === undefined ? undefined : row.password_needs_factor === 1;
}
