// What this package offers; `@latchkey/client/react` and `/native` are entries of their own.

export type { StepUpChallenge } from "./challenge.ts";
export {
  createClient,
  type LatchkeyClient,
  type ServerRequest,
  type SignUpInput,
  type StepUpProof,
} from "./client.ts";
export { type ClientErrorCode, LatchkeyClientError } from "./error.ts";
export type { ClientOptions } from "./options.ts";
export type { Fetch } from "./server-call.ts";
export type { SignedOutReason } from "./renewal-attempt.ts";
export type { SessionState, SignedIn } from "./session-state.ts";
export type { FactorKind, SecondFactor, SignInInput, SignInResult } from "./sign-in.ts";
