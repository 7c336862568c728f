// Who calls, as the audit log and mails tell it.

import type { Context } from "hono";
import { type Actor, userAgentOf } from "../authorization/actor.ts";
import type { AppEnv } from "../http/app.ts";

/** Where a request came from, when, and in which language it wants mail. */
export interface Caller extends Omit<Actor, "actorId"> {
  readonly acceptLanguage?: string | null | undefined;
}

/** Reads the caller of a request. */
export function callerOf(c: Context<AppEnv>): Caller {
  return {
    address: c.get("address"),
    userAgent: userAgentOf(c),
    now: c.get("now"),
    acceptLanguage: c.req.header("Accept-Language") ?? null,
  };
}
