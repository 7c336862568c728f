// Signing in, in one step or two, and out. Each takes its turn among the tabs, so that no renewal
// runs while the cookies change.

import type { UserAnswer } from "@latchkey/protocol";
import { readJson, refusalError, unexpectedAnswer } from "./answer.ts";
import { type LatchkeyClientError, unreachable } from "./error.ts";
import type { ServerCall } from "./server-call.ts";
import type { Session } from "./session.ts";
import type { Tabs } from "./tabs.ts";
import type { TokenStore } from "./token-store.ts";

/** Milliseconds that a sign-in may take. */
const DEADLINE = 30_000;

/** How to sign in. */
export type SignInInput = (
  | { readonly email: string; readonly password: string }
  | { readonly username: string; readonly password: string }
  /** The code of a sign-in mail; `/auth/login/email` sends one. */
  | { readonly email: string; readonly code: string }
  /** The token of a sign-in link. */
  | { readonly token: string }
  /** What the browser answered to the options of `/auth/login/passkey/options`. */
  | { readonly ceremony: string; readonly credential: unknown }
) & {
  /** False: the session ends with the browser, or when idle for hours. Default: true. */
  readonly remember?: boolean;
};

/** The second step of a sign-in. */
export type SecondFactor =
  | { readonly totp: string }
  | { readonly recoveryCode: string }
  /** What the browser answered to the options of `/auth/login/mfa/passkey-options`. */
  | { readonly passkey: unknown; readonly ceremony?: string };

/** A way to prove the second factor. */
export type FactorKind = "totp" | "passkey" | "recovery_code";

/** What a sign-in comes to, when it is not refused. */
export type SignInResult =
  | {
      readonly status: "signed_in";
      readonly user: UserAnswer;
      /** Shown once, when a second factor was set up with this sign-in; else null. */
      readonly recoveryCodes: readonly string[] | null;
    }
  /** Nobody is signed in yet: go on with `completeSignIn`. */
  | {
      readonly status: "mfa_required";
      readonly mfaToken: string;
      readonly factors: readonly FactorKind[];
      /** Seconds. */
      readonly expiresIn: number;
    }
  /**
   * A role demands a second factor and there is none: ask `/auth/login/mfa/totp` for a secret, then
   * go on with `completeSignIn`.
   */
  | {
      readonly status: "mfa_enrolment_required";
      readonly mfaToken: string;
      /** Seconds. */
      readonly expiresIn: number;
    };

/** What signing in and out needs. */
export interface SignInDeps {
  readonly call: ServerCall;
  readonly store: TokenStore;
  readonly session: Session;
  readonly tabs: Pick<Tabs, "inTurn">;
  readonly explain: (error: LatchkeyClientError) => Promise<LatchkeyClientError>;
  readonly now: () => number;
}

/** Sends a request of a sign-in; tokens of its answer begin a session. */
export async function startSession(
  deps: SignInDeps,
  path: string,
  json: Readonly<Record<string, unknown>>,
): Promise<SignInResult> {
  const { store, session, tabs, now } = deps;
  return tabs.inTurn(async () => {
    const sentAt = now();
    const { response, body } = await post(deps, path, { json });
    if (!response.ok) {
      const error = refusalError(response, body);
      const next = nextStep(error, body);
      if (next !== undefined) return next;
      throw await deps.explain(error);
    }
    await store.start?.(body);
    const user = body["user"] as UserAnswer;
    const accessToken = body["access_token"];
    const expiresIn = body["expires_in"];
    if (!session.adopt({ accessToken, expiresIn, sentAt, user, from: "sign_in" })) {
      throw unexpectedAnswer(response);
    }
    const recoveryCodes = (body["recovery_codes"] ?? null) as readonly string[] | null;
    return { status: "signed_in", user, recoveryCodes };
  });
}

/** The path and body of a way to sign in. */
export function signInRequest(
  input: SignInInput,
  { transport }: TokenStore,
): { readonly path: string; readonly json: Readonly<Record<string, unknown>> } {
  const json = { ...input, transport };
  if ("ceremony" in input) return { path: "/auth/login/passkey", json };
  return { path: "password" in input ? "/auth/login" : "/auth/login/email/confirm", json };
}

/**
 * Signs out: here, at the server, and in every tab.
 *
 * @throws LatchkeyClientError when the server did not confirm; the session lives, and so it stays
 */
export async function endSession(deps: SignInDeps): Promise<void> {
  const { store, session, tabs } = deps;
  await tabs.inTurn(async () => {
    const token = session.held()?.token;
    const refreshToken = await store.refreshToken?.();
    const { response, body } = await post(deps, "/auth/logout", {
      json: { refresh_token: refreshToken },
      ...(token !== undefined && { headers: { Authorization: `Bearer ${token}` } }),
    });
    // 401: all that was left is a token that is over already.
    if (!response.ok && response.status !== 401) {
      throw await deps.explain(refusalError(response, body));
    }
    await store.clear?.();
    session.end("signed_out");
  });
}

async function post(
  deps: SignInDeps,
  path: string,
  options: { readonly json: unknown; readonly headers?: Readonly<Record<string, string>> },
): Promise<{ readonly response: Response; readonly body: Readonly<Record<string, unknown>> }> {
  try {
    const signal = AbortSignal.timeout(DEADLINE);
    const response = await deps.call(path, { method: "POST", ...options, signal });
    return { response, body: await readJson(response) };
  } catch (cause) {
    throw await deps.explain(unreachable(cause));
  }
}

function nextStep(
  { code }: LatchkeyClientError,
  body: Readonly<Record<string, unknown>>,
): SignInResult | undefined {
  const { mfa_token: mfaToken, factors, expires_in: expiresIn } = body;
  if (typeof mfaToken !== "string") return undefined;
  const common = { mfaToken, expiresIn: Number(expiresIn) };
  if (code === "mfa_required") {
    return { status: code, ...common, factors: (factors ?? []) as readonly FactorKind[] };
  }
  return code === "mfa_enrolment_required" ? { status: code, ...common } : undefined;
}
