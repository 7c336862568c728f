// The guard in front of routes: one function bound to the clinic's guard, handed to every router.

import type { Guard, Rule } from "@latchkey/guard";
import { type Middleware, protect } from "@latchkey/guard/express";

/**
 * Makes middleware that lets signed-in requests pass, and with a rule only those that fulfil it.
 * Behind it, `request.principal` says who asks.
 */
export type Protect = (rule?: Rule) => Middleware;

/** Binds {@link Protect} to a guard. */
export function createProtect(guard: Guard): Protect {
  return (rule) => protect(guard, rule);
}
