// What a move copies: every table, those that others refer to first, each with its primary key. The
// test compares the list with the tables that there are.

/** A table and the columns of its primary key. */
export interface MovedTable {
  readonly name: string;
  readonly key: readonly string[];
}

/** In the order of copying. */
export const movedTables: readonly MovedTable[] = [
  { name: "users", key: ["id"] },
  { name: "roles", key: ["id"] },
  { name: "role_permissions", key: ["role_id", "permission"] },
  { name: "user_roles", key: ["user_id", "role_id"] },
  { name: "clients", key: ["id"] },
  { name: "keys", key: ["purpose", "id"] },
  { name: "sessions", key: ["id"] },
  { name: "one_time_codes", key: ["code_hash"] },
  { name: "codes", key: ["id"] },
  { name: "sign_ups", key: ["id"] },
  { name: "totp_seeds", key: ["user_id", "pending"] },
  { name: "recovery_codes", key: ["user_id", "code_hash"] },
  { name: "passkeys", key: ["id"] },
  { name: "passkey_ceremonies", key: ["challenge_hash"] },
  { name: "pending_sign_ins", key: ["token_hash"] },
  { name: "password_peppers", key: ["id"] },
  { name: "user_imports", key: ["id"] },
  { name: "spent_tokens", key: ["jti"] },
  { name: "token_lifetimes", key: ["lifetime"] },
  { name: "rate_limits", key: ["key"] },
  { name: "waiting_mails", key: ["id"] },
  { name: "audit_events", key: ["n"] },
  { name: "ledger", key: ["n"] },
  { name: "ledger_head", key: ["id"] },
];

/** Tables of the database itself, which are not copied. */
export const unmovedTables: readonly string[] = ["migrations", "leases", "moving"];
