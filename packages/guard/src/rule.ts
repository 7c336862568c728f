// What a route asks of a principal. A rule is read when it is built, so a mistake in it stops the
// start of the API and never opens a route. Names are compared as whole strings (attack P4).

import { type Duration, parseDuration } from "@latchkey/jose";
import type { Principal } from "@latchkey/protocol";
import type { GuardRequest, Refusal, Refusals } from "./authentication.ts";

/** One name, or several that are all needed. */
export type Names = string | readonly string[];

/** What is asked. Every member given must hold; a list means all of its names. */
export interface Rule {
  readonly permission?: Names;
  readonly role?: Names;
  readonly scope?: Names;
  /** How long ago the user signed in, at most; RFC 9470. */
  readonly maxAge?: Duration;
  /** Authentication contexts, any of which will do; RFC 9470. */
  readonly acr?: Names;
  /** The user proved several factors: `amr` holds `mfa` (RFC 8176). */
  readonly mfa?: true;
  /**
   * Lets each token pass once: its `jti` is remembered until it expires. For one-time tokens; a
   * request that fails later has used its token up.
   */
  readonly once?: true;
  /**
   * A condition of the application's own. Only `true` lets the request pass; what it throws is
   * the application's to handle and denies as well.
   */
  readonly check?: (principal: Principal, request: GuardRequest) => boolean | Promise<boolean>;
}

/** A rule that was read. Lists are empty when the rule does not name them. */
export interface ParsedRule {
  readonly permissions: readonly string[];
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly acrValues: readonly string[];
  readonly isMfa: boolean;
  /** Seconds, or null. */
  readonly maxAge: number | null;
  readonly isOnce: boolean;
  readonly check: Rule["check"] | null;
}

const MEMBERS = new Set(["permission", "role", "scope", "maxAge", "acr", "mfa", "once", "check"]);

/**
 * Reads a rule.
 *
 * @throws TypeError for a rule without a member, an unknown member, or a member without a name: a
 * misspelt or forgotten condition would let everybody pass
 */
export function parseRule(rule: Rule): ParsedRule {
  if (typeof rule !== "object" || rule === null || Array.isArray(rule)) {
    throw new TypeError("a rule is an object such as { permission: 'patients:read' }");
  }
  const given = Object.entries(rule);
  if (given.length === 0) throw new TypeError("a rule without a member would let everybody pass");
  for (const [name, value] of given) {
    if (!MEMBERS.has(name)) throw new TypeError(`a rule has no member ${name}`);
    if (value === undefined) throw new TypeError(`the rule's ${name} is undefined`);
  }
  const { maxAge, check, once, mfa } = rule;
  const isOnce: unknown = once;
  if (isOnce !== undefined && isOnce !== true) {
    throw new TypeError("the rule's once can only be true");
  }
  const isMfa: unknown = mfa;
  if (isMfa !== undefined && isMfa !== true) throw new TypeError("the rule's mfa can only be true");
  if (check !== undefined && typeof check !== "function") {
    throw new TypeError("the rule's check is not a function");
  }
  return Object.freeze({
    permissions: parseNames(rule.permission, "permission"),
    roles: parseNames(rule.role, "role"),
    scopes: parseNames(rule.scope, "scope"),
    acrValues: parseNames(rule.acr, "acr"),
    isMfa: isMfa === true,
    maxAge: maxAge === undefined ? null : parseDuration(maxAge),
    isOnce: isOnce === true,
    check: check ?? null,
  });
}

/** The context that Latchkey's tokens name for several factors; what a challenge asks for. */
const MFA_ACR = "aal2";

/** What a rule is judged by. `now` is in seconds. */
export interface RuleContext {
  readonly request: GuardRequest;
  readonly refusals: Refusals;
  readonly now: number;
  /** Marks the principal's token as used; false when it was used before. */
  readonly spend: (principal: Principal) => Promise<boolean>;
}

/**
 * Judges a principal by a rule: the refusal, or null when everything asked for is there. A promise only
 * where something is waited for.
 */
export function checkRule(
  rule: ParsedRule,
  principal: Principal,
  context: RuleContext,
): Refusal | null | Promise<Refusal | null> {
  const refusal = checkClaims(rule, principal, context);
  if (refusal !== null) return refusal;
  return rule.check === null && !rule.isOnce ? null : checkFurther(rule, principal, context);
}

function checkClaims(
  rule: ParsedRule,
  principal: Principal,
  { refusals, now }: RuleContext,
): Refusal | null {
  const isAllowed =
    hasAll(principal.permissions, rule.permissions) && hasAll(principal.roles, rule.roles);
  if (!isAllowed) return refusals.notAllowed(undefined);
  if (!hasAll(principal.scopes, rule.scopes)) return refusals.notAllowed(rule.scopes.join(" "));
  if (!isSignInRecent(rule, principal, now) || !isSignInStrong(rule, principal)) {
    const acrValues = rule.acrValues.length === 0 && rule.isMfa ? [MFA_ACR] : rule.acrValues;
    return refusals.signInTooWeak({
      ...(rule.maxAge === null ? {} : { maxAge: rule.maxAge }),
      ...(acrValues.length === 0 ? {} : { acrValues: acrValues.join(" ") }),
    });
  }
  return null;
}

async function checkFurther(
  rule: ParsedRule,
  principal: Principal,
  context: RuleContext,
): Promise<Refusal | null> {
  const { refusals, request } = context;
  if (rule.check !== null && rule.check !== undefined) {
    // Exactly true: a forgotten return, or a text such as "false", is no permission.
    const verdict: unknown = await rule.check(principal, request);
    if (verdict !== true) return refusals.notAllowed(undefined);
  }
  // Last: what is refused for another reason does not use a token up.
  return rule.isOnce ? await spendOnce(principal, context) : null;
}

async function spendOnce(principal: Principal, context: RuleContext): Promise<Refusal | null> {
  try {
    return (await context.spend(principal)) ? null : context.refusals.invalidToken("retired");
  } catch {
    // A store that is full or away cannot tell, so nobody passes.
    return context.refusals.unavailable("revocations_unknown");
  }
}

function hasAll(held: readonly string[], needed: readonly string[]): boolean {
  return needed.every((name) => held.includes(name));
}

// A token that does not say when its user signed in cannot prove that it was recent.
function isSignInRecent(rule: ParsedRule, principal: Principal, now: number): boolean {
  if (rule.maxAge === null) return true;
  const signedInAt = principal.claims["auth_time"];
  return typeof signedInAt === "number" && now - signedInAt <= rule.maxAge;
}

function isSignInStrong(rule: ParsedRule, principal: Principal): boolean {
  const amr = principal.claims["amr"];
  // A text that holds "mfa" somewhere is no list of methods.
  if (rule.isMfa && !(Array.isArray(amr) && amr.includes("mfa"))) return false;
  if (rule.acrValues.length === 0) return true;
  const acr = principal.claims["acr"];
  return typeof acr === "string" && rule.acrValues.includes(acr);
}

function parseNames(names: Names | undefined, member: string): readonly string[] {
  if (names === undefined) return [];
  const list: readonly unknown[] = typeof names === "string" ? [names] : names;
  if (!Array.isArray(list) || list.length === 0 || !list.every(isName)) {
    throw new TypeError(`the rule's ${member} is a name, or a list of names, without white space`);
  }
  return Object.freeze([...list]);
}

function isName(name: unknown): name is string {
  return typeof name === "string" && name !== "" && !/\s/.test(name);
}
