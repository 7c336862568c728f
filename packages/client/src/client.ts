// The client: everything is put together here. Its parts know each other only through what they are
// given.

import type { UserAnswer } from "@latchkey/protocol";
import { readJson, refusalError } from "./answer.ts";
import { createBearerFetch } from "./bearer-fetch.ts";
import { LatchkeyClientError, unreachable } from "./error.ts";
import type { ForeignOrigin } from "./foreign-origin.ts";
import { type ClientOptions, resolveOptions } from "./options.ts";
import { detectPlatform, type Platform } from "./platform.ts";
import { attemptRenewal, type RenewalOutcome } from "./renewal-attempt.ts";
import { createRenewer, type Renewer } from "./renewer.ts";
import { createServerCall, type Fetch } from "./server-call.ts";
import { createSession, type Session } from "./session.ts";
import type { SessionState } from "./session-state.ts";
import {
  endSession,
  type SecondFactor,
  type SignInInput,
  type SignInResult,
  signInRequest,
  startSession,
} from "./sign-in.ts";
import { joinTabs } from "./tabs.ts";
import { createCookieStore, storeName } from "./token-store.ts";

/** A request to the server's own API. */
export interface ServerRequest {
  /** Default: GET, or POST with a body. */
  readonly method?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly signal?: AbortSignal;
}

/** What an account is made of at sign-up. */
export interface SignUpInput {
  readonly email: string;
  readonly password: string;
  readonly username?: string;
  readonly name?: string;
}

/** What proves again who is there. */
export type StepUpProof =
  | { readonly password: string }
  | { readonly totp: string }
  | { readonly passkey: unknown; readonly ceremony: string };

/** A client of one server. */
export interface LatchkeyClient {
  /** Base URL of the server, without a slash at its end. */
  readonly url: string;
  /** Who is signed in: the same object until it changes. */
  readonly getSnapshot: () => SessionState;
  /** Calls `listener` after each change; the answer ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  /**
   * Resolves when it is known whether somebody is signed in.
   *
   * @throws LatchkeyClientError `cross_site` and others of a wrong set-up
   */
  ready(): Promise<SessionState>;
  /**
   * An access token that is good for a while, renewed when needed; null when nobody is signed in.
   *
   * @throws LatchkeyClientError `unreachable` when the server does not answer
   */
  getAccessToken(): Promise<string | null>;
  /** `fetch` with the access token, for the listed origins; others pass through as they are. */
  readonly fetch: Fetch;
  /**
   * Asks the server's own API, such as `/auth/sessions`, and reads the answer. A fresh access token
   * in it is taken over.
   *
   * @throws LatchkeyClientError with the server's code
   */
  request<Body = unknown>(path: string, options?: ServerRequest): Promise<Body>;
  /** Creates an account; `sign_up` goes with the mailed code to `/auth/email/verify`. */
  signUp(input: SignUpInput): Promise<{ readonly sign_up?: string }>;
  /**
   * Signs in.
   *
   * @throws LatchkeyClientError `invalid_credentials`, `rate_limited`, `unreachable` and others
   */
  signIn(input: SignInInput): Promise<SignInResult>;
  /** The second step of a sign-in; `mfaToken` is from the first. */
  completeSignIn(mfaToken: string, factor: SecondFactor): Promise<SignInResult>;
  /** Proves again who is there, for what an API asked through `onStepUp`. */
  stepUp(proof: StepUpProof): Promise<void>;
  /**
   * Signs out.
   *
   * @throws LatchkeyClientError `unreachable`: the session lives, and nothing changed
   */
  signOut(): Promise<void>;
  /** Signs out everywhere, or everywhere else. */
  signOutEverywhere(options?: { readonly exceptHere?: boolean }): Promise<void>;
  /** Loads the account's data into the state. */
  loadUser(): Promise<UserAnswer>;
  /** Ends timers and listeners; the session lives. */
  close(): void;
}

/**
 * Creates a client, and finds out whether somebody is signed in. One for each page is enough.
 *
 * @throws TypeError for options that cannot work
 * @example
 * ```ts
 * const client = createClient({ url: "https://id.example.com", apis: ["https://api.example.com"] });
 * await client.signIn({ email: "ada@example.com", password: "seven quiet herons at dawn" });
 * const response = await client.fetch("https://api.example.com/patients");
 * ```
 */
export function createClient(options: ClientOptions = {}): LatchkeyClient {
  return createClientOn(detectPlatform(), options);
}

/** Creates a client on a given platform; for tests. */
export function createClientOn(platform: Platform, options: ClientOptions): LatchkeyClient {
  const { send, now, random, pageOrigin } = platform;
  const { url, origins, storage, onStepUp, onWarning } = resolveOptions(options, pageOrigin);
  const name = storeName(url);
  const isNative = storage !== undefined;
  const store = storage ?? createCookieStore(platform.openKeys(name));
  const call = createServerCall(send, url, store.transport);

  const tabs = joinTabs({
    name,
    // A native app is one process with a storage of its own, and a server that renders has no tabs.
    ...(isNative || pageOrigin === null ? {} : platform),
    onMessage: (message) => session.hear(message),
  });
  const renewAlone = (): Promise<RenewalOutcome> => attemptRenewal({ call, store, now });
  let loading: Promise<ForeignOrigin | undefined> | undefined;
  const foreign = async (): Promise<ForeignOrigin | undefined> => {
    if (pageOrigin === null || new URL(url).origin === pageOrigin) return undefined;
    loading ??= import("./foreign-origin.ts").then(
      ({ createForeignOrigin }) =>
        createForeignOrigin({
          ...platform,
          url,
          pageOrigin,
          name,
          renewAlone,
          onWarning,
          ClientError: LatchkeyClientError,
        }),
      // For this page's life: under the keys of two stores in turn, a lost answer looks like theft.
      (cause: unknown) => {
        onWarning?.(new LatchkeyClientError("frame_unavailable", "A chunk is missing", { cause }));
        return undefined;
      },
    );
    return loading;
  };
  const explain = async (error: LatchkeyClientError): Promise<LatchkeyClientError> =>
    (await foreign())?.explain(error) ?? error;
  const session: Session = createSession({
    random,
    tell: tabs.tell,
    onChange: () => renewer.plan(),
  });
  const renewer: Renewer = createRenewer({
    ...platform,
    session,
    tabs,
    explain,
    attempt: async () => (isNative ? undefined : await foreign())?.attempt() ?? renewAlone(),
  });
  const bearerFetch = createBearerFetch({ send, renewer, origins, onStepUp });
  const signInDeps = { call, store, session, tabs, explain, now };
  const stopWatching = platform.watch(renewer.wake);

  const callAsUser = createServerCall(bearerFetch, url, store.transport);

  async function request(
    path: string,
    { method, json, signal }: ServerRequest = {},
  ): Promise<unknown> {
    const sentAt = now();
    const response = await callAsUser(path, {
      method: method ?? (json === undefined ? "GET" : "POST"),
      json,
      signal,
    }).catch(async (cause: unknown) => {
      if (signal?.aborted === true || cause instanceof LatchkeyClientError) throw cause;
      throw await explain(unreachable(cause));
    });
    const body = await readJson(response);
    if (!response.ok) throw refusalError(response, body);
    const { access_token: accessToken, expires_in: expiresIn } = body;
    if (accessToken !== undefined) {
      session.adopt({ accessToken, expiresIn, sentAt, from: "request" });
    }
    return body;
  }

  async function loadUser(): Promise<UserAnswer> {
    const user = (await request("/auth/me")) as UserAnswer;
    session.know(user);
    return user;
  }

  const client: LatchkeyClient = {
    url,
    getSnapshot: session.state.get,
    subscribe: session.state.subscribe,
    ready: () =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const state = session.state.get();
          if (state.status === "loading") return;
          end();
          if (state.status === "failed") reject(state.error);
          else resolve(state);
        };
        const end = session.state.subscribe(look);
        look();
      }),
    getAccessToken: async () => (await renewer.token())?.token ?? null,
    fetch: bearerFetch,
    // The caller names the shape that the server's reference promises.
    request: request as LatchkeyClient["request"],
    signUp: (json) => client.request("/auth/signup", { json }),
    signIn: (input) => {
      const { path, json } = signInRequest(input, store);
      return startSession(signInDeps, path, json);
    },
    completeSignIn: (mfaToken, factor) =>
      startSession(signInDeps, "/auth/login/mfa", {
        mfa_token: mfaToken,
        ...("recoveryCode" in factor ? { recovery_code: factor.recoveryCode } : factor),
      }),
    stepUp: async (json) => void (await request("/auth/step-up", { json })),
    signOut: () => endSession(signInDeps),
    signOutEverywhere: async ({ exceptHere = false } = {}) => {
      await request(`/auth/sessions${exceptHere ? "?except=current" : ""}`, { method: "DELETE" });
      if (exceptHere) return;
      await store.clear?.();
      session.end("signed_out");
    },
    loadUser,
    close: () => {
      stopWatching();
      renewer.close();
      tabs.close();
      void loading?.then((page) => page?.close());
    },
  };
  // A server that renders pages has no cookies of its own to ask with.
  if (isNative || pageOrigin !== null) renewer.token().catch(() => {});
  return client;
}
