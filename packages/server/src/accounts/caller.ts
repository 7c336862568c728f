// Who calls, as the audit log and mails tell it: the same facts as of somebody who signs in.

import type { Context } from "hono";
import type { AppEnv } from "../http/app.ts";
import { type SigningIn, signingInFrom } from "../sign-in/signing-in.ts";

/** Where a request came from, when, and in which language it wants mail. */
export type Caller = SigningIn;

/** Reads the caller of a request. */
export function callerOf(c: Context<AppEnv>): Caller {
  return signingInFrom(c);
}
