// Mails the proof of an address once more: of a sign-up that waits, or of an account whose address
// was never proved. For any other address the same is done and nothing is mailed (N1, N2).

import { auditEvent } from "../../audit/audit-event.ts";
import { issueCode } from "../../codes/issue-code.ts";
import type { Database } from "../../storage/database.ts";
import { writeAll } from "../../storage/write.ts";
import type { Caller } from "../caller.ts";
import { findAddressee, type MailedCodeContext } from "./mailed-code.ts";

/**
 * Mails a new code or link; the one before is void.
 *
 * @param email - normalised
 */
export async function resendProof(
  context: MailedCodeContext,
  email: string,
  from: Caller,
): Promise<void> {
  const { database, post, links } = context;
  const [addressee, signUpId] = await Promise.all([
    findAddressee(database, email),
    findSignUp(database, email, from.now),
  ]);
  const user = addressee?.isVerified === false ? addressee : null;
  const issued = issueCode(context, {
    ...(signUpId === null
      ? { purpose: "verify_email", owner: email }
      : { purpose: "sign_up", owner: signUpId }),
    address: email,
    user,
    now: from.now,
  });
  const extend = database.query
    .updateTable("sign_ups")
    .set({ expires_at: issued.expiresAt })
    .where("id", "=", signUpId ?? "");
  await writeAll(database, [
    issued.step,
    { query: extend },
    auditEvent(database, {
      ...from,
      actorId: null,
      kind: "email.proof_asked",
      outcome: user === null && signUpId === null ? "failure" : "success",
      userId: user?.id ?? null,
    }),
  ]);
  const { code, minutes, token } = issued;
  const link = links.verify(token);
  const to = { email, userId: user?.id ?? null, acceptLanguage: from.acceptLanguage };
  if (signUpId === null) {
    post.send("confirm_email", { link, minutes, from }, user === null ? null : to);
  } else {
    post.send("sign_up", { code, link, minutes, from }, to);
  }
}

// The latest: whoever asks again has just signed up. One for an address that has an account, though a
// disabled one, waits for nothing.
async function findSignUp(database: Database, email: string, now: number): Promise<string | null> {
  const rows = await database.read(
    database.query
      .selectFrom("sign_ups")
      .select("id")
      .where("email", "=", email)
      .where("password_hash", "is not", null)
      .where("expires_at", ">", now)
      .where((eb) =>
        eb.not(
          eb.exists(eb.selectFrom("users").select("users.id").where("users.email", "=", email)),
        ),
      )
      .orderBy("created_at", "desc")
      .limit(1),
  );
  return rows[0]?.id ?? null;
}
