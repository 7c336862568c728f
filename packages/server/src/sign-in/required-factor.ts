// What stands between a checked credential and a session. Pure: decided on the one snapshot that the
// credential was checked on.

import type { SignInSubject } from "../tokens/subject.ts";

/** RFC 8176: several factors were proved. */
export const MFA_AMR = "mfa";

/** A second factor as the wire names it. */
export type FactorName = "totp" | "passkey" | "recovery_code";

/** What a sign-in still needs. */
export type RequiredFactor = "none" | "second_factor" | "enrolment";

/** Tells whether these methods are several factors. */
export function isMultiFactor(amr: readonly string[]): boolean {
  return amr.includes(MFA_AMR);
}

/** Tells whether a user has a second factor. Recovery codes only stand in for one. */
export function hasSecondFactor({ factors }: Pick<SignInSubject, "factors">): boolean {
  return factors.hasTotp || factors.hasPasskey;
}

/** Tells whether one of the user's roles demands a second factor. */
export function isFactorDemanded({ roles }: Pick<SignInSubject, "roles">): boolean {
  return roles.some((role) => role.requiresMfa);
}

/** What a sign-in by these methods still needs. */
export function requiredFactor(subject: SignInSubject, amr: readonly string[]): RequiredFactor {
  if (isMultiFactor(amr)) return "none";
  if (hasSecondFactor(subject)) return "second_factor";
  return isFactorDemanded(subject) ? "enrolment" : "none";
}

/** The factors that a user can use now. */
export function usableFactors({ factors }: SignInSubject): readonly FactorName[] {
  return [
    ...(factors.hasTotp ? (["totp"] as const) : []),
    ...(factors.hasPasskey ? (["passkey"] as const) : []),
    ...(factors.hasRecoveryCode ? (["recovery_code"] as const) : []),
  ];
}

/** The methods of a sign-in after one more factor, each once. */
export function addFactor(amr: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...amr, ...more, MFA_AMR])];
}
