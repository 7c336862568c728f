// Kinds of audit events in words. A kind that is not listed is said as it is named.

const WORDS: Readonly<Record<string, string>> = {
  login: "Signed in",
  "login.factor": "Second factor checked",
  "login.factor_asked": "Second factor asked for",
  "login.mail_asked": "Sign-in by mail asked for",
  "login.mail_used": "Signed in by mail",
  "session.ended": "Signed out",
  "session.all_ended": "Signed out everywhere",
  "session.others_ended": "All other devices signed out",
  "session.reuse": "A copied refresh token was caught",
  "session.reused": "A refresh token was used twice",
  "token.revoked": "A token was taken back",
  "password.changed": "Password changed",
  "password.reset": "Password reset",
  "password.asked": "Password reset asked for",
  "password.reset_asked": "Password reset asked for",
  "password.set": "Password set by an administrator",
  "email.change_asked": "Change of address asked for",
  "email.changed": "E-mail address changed",
  "email.proof_asked": "Proof of the address asked for",
  "email.verified": "E-mail address verified",
  "user.created": "Account created",
  "user.changed": "Profile changed",
  "user.disabled": "Account disabled",
  "user.enabled": "Account enabled",
  "user.deleted": "Account deleted",
  "user.deletion_asked": "Deletion of the account asked for",
  "user.deletion_cancelled": "Deletion of the account cancelled",
  "user.role_assigned": "Role given",
  "user.role_unassigned": "Role taken",
  "role.assigned": "Role given",
  "role.unassigned": "Role taken",
  "role.created": "Role created",
  "role.changed": "Role changed",
  "role.deleted": "Role removed",
  "role.removed": "Role removed",
  "client.created": "Client created",
  "client.deleted": "Client deleted",
  "client.suspended": "Client suspended",
  "client.resumed": "Client acts again",
  "client.secret_rotated": "Client got a new secret",
  "key.rotated": "Signing keys rotated",
  "key.revoked": "Signing key taken back",
  "key.refresh_rotated": "Refresh key rotated",
  "key.kek_rotated": "Key-encryption key renewed",
  "database.backed_up": "Backup made",
  "database.restored": "Restored from a backup",
  "factor.totp_added": "Authenticator app set up",
  "factor.totp_removed": "Authenticator app removed",
  "factor.passkey_added": "Passkey added",
  "factor.passkey_removed": "Passkey removed",
  "factor.recovery_codes_made": "Recovery codes made",
  "factor.recovery_code_used": "Recovery code used",
};

/** Kinds that can be filtered by, in the order of the list. */
export const eventKinds: readonly string[] = Object.keys(WORDS);

/** Says what happened, in English; translate it. */
export function eventWords(kind: string): string {
  return WORDS[kind] ?? kind.replaceAll(/[._]/g, " ");
}
