// Kinds of audit events in words. A kind that is not listed is said as it is named.

const WORDS: Readonly<Record<string, string>> = {
  login: "Signed in",
  "login.factor": "Second factor checked",
  "login.factor_asked": "Second factor asked for",
  "login.passkey": "Signed in with a passkey",
  "login.mail_asked": "Sign-in by mail asked for",
  "login.mail_used": "Signed in by mail",
  "session.ended": "Signed out",
  "session.all_ended": "Signed out everywhere",
  "session.step_up": "Confirmed who they are",
  "session.reuse": "A copied refresh token was caught",
  "session.reused": "A copied refresh token was caught",
  "session.contested": "A refresh token was used twice",
  "token.revoked": "A token was taken back",
  "token.too_large": "A token would have been too large",
  "password.changed": "Password changed",
  "password.reset": "Password reset",
  "password.reset_asked": "Password reset asked for",
  "email.change_asked": "Change of address asked for",
  "email.changed": "E-mail address changed",
  "email.proof_asked": "Proof of the address asked for",
  "email.verified": "E-mail address verified",
  "factor.added": "Second factor added",
  "factor.removed": "Second factor removed",
  "user.created": "Account created",
  "user.imported": "Account imported",
  "user.changed": "Profile changed",
  "user.disabled": "Account disabled",
  "user.enabled": "Account enabled",
  "user.password_set": "Password set by an administrator",
  "user.factors_reset": "Second factors reset",
  "user.role_given": "Role given",
  "user.role_taken": "Role taken",
  "user.exported": "Data exported",
  "user.deletion_asked": "Deletion of the account asked for",
  "user.deletion_cancelled": "Deletion of the account cancelled",
  "user.deleted": "Account deleted",
  "role.created": "Role created",
  "role.changed": "Role changed",
  "role.removed": "Role removed",
  "client.created": "Client created",
  "client.secret_rotated": "Client got a new secret",
  "client.suspended": "Client suspended",
  "client.resumed": "Client acts again",
  "client.deleted": "Client deleted",
  "key.rotated": "Signing keys rotated",
  "key.revoked": "Signing key taken back",
  "key.refresh_rotated": "Refresh key rotated",
  "key.kek_rotated": "Key-encryption key renewed",
  "database.backed_up": "Backup made",
  "database.restored": "Restored from a backup",
};

/** Kinds that can be filtered by, in the order of the list. */
export const eventKinds: readonly string[] = Object.keys(WORDS);

/** Says what happened, in English; translate it. */
export function eventWords(kind: string): string {
  return Object.hasOwn(WORDS, kind) ? (WORDS[kind] ?? kind) : kind.replaceAll(/[._]/g, " ");
}
