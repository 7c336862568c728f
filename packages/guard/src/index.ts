// What this package offers; the adapters are entries of their own (`@latchkey/guard/express`,
// `/fastify`, `/hono`, `/next`, `/node`, `/request`).

export type {
  Accepted,
  Authentication,
  Authenticator,
  GuardRequest,
  Refusal,
} from "./authentication.ts";
export { createGuard, type Guard, type Requirement } from "./guard.ts";
export type { Credentials } from "./credentials.ts";
export type { OnceStore } from "./once-store.ts";
export type { GuardOptions, OnStale } from "./options.ts";
export type { Names, Rule } from "./rule.ts";
export type { GuardFailure, GuardStatus } from "./status.ts";
export type { Principal } from "@latchkey/protocol";
