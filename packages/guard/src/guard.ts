// Puts a guard together. The path of a request is here on one screen: credentials, readiness,
// token, rule. Whatever cannot be decided is refused.

import { parseBearer, type Principal } from "@latchkey/protocol";
import {
  type Authentication,
  type Authenticator,
  type GuardRequest,
  type Refusal,
  Refusals,
} from "./authentication.ts";
import { IssuerLink } from "./issuer-link.ts";
import { type GuardOptions, parseOptions } from "./options.ts";
import { RetiredSet } from "./retired-set.ts";
import { checkRule, parseRule, type Rule } from "./rule.ts";
import type { GuardStatus } from "./status.ts";
import { TokenCache } from "./token-cache.ts";
import { createVerifier, type Verification } from "./verifier.ts";

const BEARER = "Bearer ";

/** A rule bound to its guard. */
export interface Requirement extends Authenticator {
  /** Authenticates a request and judges its principal by the rule. */
  authenticate(request: GuardRequest): Promise<Authentication>;
  /**
   * The same, without a promise for a token seen before, unless the rule has a check of the
   * application's or lets a token pass once. Throws and rejects only what that check throws.
   */
  checkRequest(request: GuardRequest): Authentication | Promise<Authentication>;
  /** Judges a principal that was authenticated before; null means allowed. */
  authorize(principal: Principal, request: GuardRequest): Promise<Refusal | null>;
}

/** Protects an API. */
export interface Guard extends Authenticator {
  /**
   * Verifies the bearer token of a request; RFC 6750, RFC 9068 section 4. Reads the Authorization
   * header and nothing else of the request. Does not reject.
   */
  authenticate(request: GuardRequest): Promise<Authentication>;
  /**
   * The same, without a promise for a token seen before. Neither throws nor rejects.
   */
  checkRequest(request: GuardRequest): Authentication | Promise<Authentication>;
  /**
   * Verifies a bare token, for what is no HTTP request: a message, a socket's first frame. A token seen
   * before is answered without a promise. Neither throws nor rejects.
   */
  check(token: string): Authentication | Promise<Authentication>;
  /**
   * Binds a rule to this guard.
   *
   * @throws TypeError when the rule is not one
   */
  requires(rule: Rule): Requirement;
  /** The guard's state as plain data, for a health endpoint. */
  status(): GuardStatus;
  /** Asks for keys and revocations now, beside the schedule. Never rejects; see `status()`. */
  refresh(): Promise<void>;
  /** Ends the background work. A closed guard refuses every token. */
  close(): Promise<void>;
}

/**
 * Makes a guard and starts reading the issuer's keys and revocations.
 *
 * @throws TypeError when an option is wrong
 * @example
 * ```ts
 * const guard = createGuard({ issuer: "https://id.example", audience: "https://api.example" });
 * const result = await guard.requires({ permission: "patients:read" }).authenticate(request);
 * if (!result.ok) return refusalResponse(result);
 * console.log(result.principal.subject);
 * ```
 */
export function createGuard(options: GuardOptions): Guard {
  const parsed = parseOptions(options);
  const { clock, onAnswer } = parsed;
  const retired = new RetiredSet();
  const cache = new TokenCache(parsed.cacheSize, parsed.cacheBytes);
  const link = new IssuerLink(parsed, retired);
  const verifier = createVerifier({ ...parsed, retired, cache });
  const refusals = new Refusals(parsed.realm);

  const answerOf = (result: Verification): Authentication => {
    if (result.kind === "valid") return result.answer;
    return result.kind === "refused"
      ? refusals.invalidToken(result.reason)
      : refusals.unavailable("keys_unavailable");
  };

  /** Decides without waiting about a token seen before; undefined: there is more to do. */
  const decideNow = (token: string): Authentication | undefined => {
    const now = clock();
    if (link.keys === undefined || !link.isClear(now)) return undefined;
    const result = verifier.recall(token, link.keys, now);
    return result === undefined ? undefined : answerOf(result);
  };

  const decideLater = async (token: string): Promise<Authentication> => {
    await link.prepared();
    const trouble = link.trouble();
    if (trouble !== null) return refusals.unavailable(trouble);
    if (link.keys === undefined) return refusals.unavailable("keys_unavailable");
    const result =
      verifier.recall(token, link.keys, clock()) ?? (await verifier.verify(token, link.keys));
    if (result.kind === "valid" && link.mustIntrospect()) {
      const state = await link.introspect(token);
      if (state === "inactive") return refusals.invalidToken("retired");
      if (state === "unknown") return refusals.unavailable("revocations_unknown");
    }
    return answerOf(result);
  };

  // A mistake of ours must neither open the API nor end its process (attack P11).
  const failClosed = (): Authentication => refusals.unavailable("internal");

  const check = (token: string): Authentication | Promise<Authentication> => {
    try {
      return decideNow(token) ?? decideLater(token).catch(failClosed);
    } catch {
      return failClosed();
    }
  };

  const decide = (request: GuardRequest): Authentication | Promise<Authentication> => {
    try {
      const header = request.headers.get("authorization");
      // A token seen before was parsed before: the same characters need it no second time.
      const known = header?.startsWith(BEARER) ? decideNow(header.slice(BEARER.length)) : undefined;
      if (known !== undefined) return known;
      const credentials = parseBearer(header);
      if (credentials.kind === "none") return refusals.noCredentials();
      if (credentials.kind === "malformed") return refusals.malformedRequest();
      return check(credentials.token);
    } catch {
      return failClosed();
    }
  };

  const count = (answer: Authentication): Authentication => {
    try {
      onAnswer?.(answer);
    } catch {
      // Said in the option's documentation: counting decides nothing.
    }
    return answer;
  };

  const reported = (
    answer: Authentication | Promise<Authentication>,
  ): Authentication | Promise<Authentication> => {
    if (onAnswer === undefined) return answer;
    return answer instanceof Promise ? answer.then(count) : count(answer);
  };

  const spend = async ({ claims }: Principal): Promise<boolean> => {
    const { jti, exp } = claims;
    // What has no name cannot be remembered.
    if (typeof jti !== "string" || typeof exp !== "number") return false;
    const { onceStore, clockTolerance } = parsed;
    // Exactly true: a store of somebody's own may answer anything.
    const isFirst: unknown = await onceStore.spend(jti, exp + clockTolerance, clock() / 1000);
    return isFirst === true;
  };

  const requires = (rule: Rule): Requirement => {
    const parsedRule = parseRule(rule);
    const judge = (
      result: Authentication,
      request: GuardRequest,
    ): Authentication | Promise<Authentication> => {
      if (!result.ok) return result;
      const context = { request, refusals, spend, now: clock() / 1000 };
      const refusal = checkRule(parsedRule, result.principal, context);
      if (refusal instanceof Promise) return refusal.then((found) => found ?? result);
      return refusal ?? result;
    };
    const checkRequest: Requirement["checkRequest"] = (request) => {
      const result = decide(request);
      return reported(
        result instanceof Promise
          ? result.then((settled) => judge(settled, request))
          : judge(result, request),
      );
    };
    return {
      checkRequest,
      authenticate: async (request) => checkRequest(request),
      authorize: async (principal, request) =>
        checkRule(parsedRule, principal, { request, refusals, spend, now: clock() / 1000 }),
    };
  };

  const checkRequest: Guard["checkRequest"] = (request) => reported(decide(request));

  return {
    checkRequest,
    authenticate: async (request) => checkRequest(request),
    check: (token) => reported(check(token)),
    requires,
    status: () => ({ ...link.status(), cachedTokens: cache.size, cachedBytes: cache.bytes }),
    refresh: () => link.refresh(),
    close: async () => link.close(),
  };
}
