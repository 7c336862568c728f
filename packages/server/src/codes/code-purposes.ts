// What one-time codes are for, and how long each works: minutes, since whoever reads the mailbox
// later must find nothing that still works.

/** Milliseconds. */
const MINUTE = 60_000;

/** One purpose. */
export interface CodePurposeEntry {
  /** Milliseconds. */
  readonly lifetime: number;
  /** Whether six digits do what the link does. */
  readonly hasDigits: boolean;
}

/** The register of purposes. A code of one purpose is nothing to another. */
export const codePurposes = {
  /** Proves the address of a sign-up. */
  sign_up: { lifetime: 60 * MINUTE, hasDigits: true },
  /** Proves the address of an account that exists. */
  verify_email: { lifetime: 60 * MINUTE, hasDigits: false },
  /** Proves the address that an account is to have. */
  change_email: { lifetime: 60 * MINUTE, hasDigits: true },
  /** Sets a new password. */
  reset_password: { lifetime: 30 * MINUTE, hasDigits: true },
  /** Brings an account back; it works as long as the account's grace period, if that is longer. */
  cancel_deletion: { lifetime: 60 * MINUTE, hasDigits: false },
  /** Signs in. */
  sign_in: { lifetime: 10 * MINUTE, hasDigits: true },
} as const satisfies Record<string, CodePurposeEntry>;

/** A purpose. */
export type CodePurpose = keyof typeof codePurposes;

/** Minutes that a code of a purpose works. */
export function minutesOf(purpose: CodePurpose): number {
  return codePurposes[purpose].lifetime / MINUTE;
}
