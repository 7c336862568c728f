// What the admin API answers, as far as commands print it. Both ends are one release, so shapes are
// read without a second validation.

import type { Page, UserAnswer } from "@latchkey/protocol";

/** A user in administration. */
export interface AdminUser extends UserAnswer {
  readonly disabled: boolean;
}

/** A role. */
export interface AdminRole {
  readonly name: string;
  readonly description: string | null;
  readonly permissions: readonly string[];
  readonly requires_mfa: boolean;
  readonly created_at: string;
}

/** A mail that was not sent. */
export interface OutboxMail {
  readonly at: string;
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Pages that commands list. */
export type UserPage = Page<AdminUser>;
export type RolePage = Page<AdminRole>;
