// Spends what a reset's mail brought: the link, or the six digits with the address they went to.

import { checkDigits, findLinkCode } from "../../codes/check-code.ts";
import type { Caller } from "../caller.ts";
import { type MailedPasswordContext, setMailedPassword } from "./set-mailed-password.ts";

/** What was presented. */
export type ResetProof =
  | { readonly token: string }
  | { readonly email: string; readonly code: string };

/**
 * Sets a new password. All sessions end, all codes die, and nobody is signed in.
 *
 * @throws Refusal `code_invalid`, those of the password policy, `overloaded`
 */
export async function resetPassword(
  context: MailedPasswordContext,
  reset: { readonly proof: ResetProof; readonly password: string },
  from: Caller,
): Promise<void> {
  const { proof, password } = reset;
  const { now } = from;
  const code =
    "token" in proof
      ? await findLinkCode(context.database, ["reset_password"], { token: proof.token, now })
      : await checkDigits(context, {
          purpose: "reset_password",
          owner: proof.email,
          code: proof.code,
          now,
        });
  await setMailedPassword(context, { code, password }, from);
}

/**
 * Tells whether a link works, for the page behind it. Nothing is spent.
 *
 * @throws Refusal `code_invalid`
 */
export async function checkResetLink(
  context: Pick<MailedPasswordContext, "database">,
  token: string,
  now: number,
): Promise<void> {
  await findLinkCode(context.database, ["reset_password"], { token, now });
}
