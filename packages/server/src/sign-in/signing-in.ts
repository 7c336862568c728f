// Who signs in, from where, and in which language mail is written to them.

import type { Context } from "hono";
import { type Actor, userAgentOf } from "../authorization/actor.ts";
import type { AppEnv } from "../http/app.ts";

/** Who signs in. */
export interface SigningIn extends Omit<Actor, "actorId"> {
  /** `Accept-Language` of the request. */
  readonly acceptLanguage?: string | null | undefined;
}

/** Reads it from a request. */
export function signingInFrom(c: Context<AppEnv>): SigningIn {
  return {
    address: c.get("address"),
    userAgent: userAgentOf(c),
    now: c.get("now"),
    acceptLanguage: c.req.header("Accept-Language") ?? null,
  };
}
