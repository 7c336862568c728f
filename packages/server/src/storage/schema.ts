// The tables, as Kysely types. The SQL is in migrations/. Conventions: identifiers and handles
// are 22-character texts, times are integers in milliseconds (columns end in `_at`) except in
// the ledger, whose `expires_at` is in seconds because it is published; flags are 0 or 1.

import type { Generated } from "kysely";

export interface Schema {
  readonly users: UsersTable;
  readonly roles: RolesTable;
  readonly role_permissions: RolePermissionsTable;
  readonly user_roles: UserRolesTable;
  readonly sessions: SessionsTable;
  readonly keys: KeysTable;
  readonly ledger_head: LedgerHeadTable;
  readonly ledger: LedgerTable;
  readonly one_time_codes: OneTimeCodesTable;
  readonly codes: CodesTable;
  readonly sign_ups: SignUpsTable;
  readonly audit_events: AuditEventsTable;
  readonly clients: ClientsTable;
  readonly spent_tokens: SpentTokensTable;
  readonly token_lifetimes: TokenLifetimesTable;
  readonly password_peppers: PasswordPeppersTable;
  readonly user_imports: UserImportsTable;
  readonly rate_limits: RateLimitsTable;
  readonly totp_seeds: TotpSeedsTable;
  readonly recovery_codes: RecoveryCodesTable;
  readonly passkeys: PasskeysTable;
  readonly passkey_ceremonies: PasskeyCeremoniesTable;
  readonly pending_sign_ins: PendingSignInsTable;
  readonly waiting_mails: WaitingMailsTable;
  readonly leases: LeasesTable;
  readonly moving: MovingTable;
}

export interface MovingTable {
  /** Always 1: there is at most one row. */
  id: number;
  /** `arriving`: rows are still being copied into this database; `left`: they were copied away. */
  state: "arriving" | "left";
  /** Which installation it is: the id of its ledger. */
  ledger_id: string;
  at: number;
}

export interface WaitingMailsTable {
  id: string;
  /** The key-encryption key that it is sealed with. */
  kek_id: string;
  /** The mail: recipient, subject and text, links and codes included. */
  sealed: Uint8Array;
  /** Tries so far. */
  tries: number;
  /** When it is tried next; whoever tries it moves this on first. */
  due_at: number;
  /** When it is worth nothing any more. */
  expires_at: number;
}

export interface LeasesTable {
  name: string;
  /** Which node has it. */
  holder: string;
  /** Grows with each change of the holder. */
  fence: number;
  expires_at: number;
}

export interface UsersTable {
  id: string;
  /** Normalised; unique. */
  email: string;
  email_verified: number;
  /** Normalised; unique; null when the user has none. */
  username: string | null;
  name: string | null;
  /** PHC string; null when the user has no password. */
  password_hash: string | null;
  /** 1: the password is long enough beside a second factor only. */
  password_needs_factor: Generated<number>;
  /** What this user's tokens depend on; replaced whenever it is retired. */
  handle: string;
  disabled_at: number | null;
  created_at: number;
  updated_at: number;
  /** When the account is deleted for good, because its owner asked; null for all others. */
  delete_at: Generated<number | null>;
}

export interface RolesTable {
  id: string;
  name: string;
  description: string | null;
  handle: string;
  created_at: number;
  /** 1: whoever has the role signs in with a second factor. */
  requires_mfa: Generated<number>;
}

export interface RolePermissionsTable {
  role_id: string;
  permission: string;
}

export interface UserRolesTable {
  user_id: string;
  role_id: string;
}

export interface SessionsTable {
  /** Also the `sid` claim, and the handle that is retired when the session ends. */
  id: string;
  user_id: string;
  client_id: string;
  transport: "body" | "cookie";
  generation: number;
  /** 16 random bytes that enter the MAC of every refresh token of this session. */
  nonce: Uint8Array;
  /** Which refresh key makes the token of the current generation: 0 to 255. */
  refresh_key_id: number;
  /** SHA-256 of the attempt key that made the last advance; null when there was none. */
  attempt_key_hash: Uint8Array | null;
  advanced_at: number;
  /** The generation whose predecessor was last answered under a foreign attempt key. */
  contested_generation: number | null;
  /** How many advances in a row were followed by such an answer. */
  contested_streak: number;
  auth_time_at: number;
  /** JSON array of RFC 8176 values. */
  amr: string;
  created_at: number;
  /** Written at most once a minute, and with each advance. */
  last_seen_at: number;
  /** Absolute end; null when there is none. */
  ends_at: number | null;
  user_agent: string | null;
  address: string | null;
  ended_at: number | null;
  end_reason: string | null;
  /** 0 for a session that ends with the browser and is short-lived when idle. */
  remembered: Generated<number>;
}

export interface KeysTable {
  /** `kid` for signing and feed keys; "0" to "255" for refresh keys. */
  id: string;
  purpose: "signing" | "feed" | "refresh";
  /** JWS algorithm, or "HKDF-SHA256" for refresh keys. */
  alg: string;
  kek_id: string;
  /** AES-256-GCM: 12 bytes IV, ciphertext, 16 bytes tag. AAD: purpose, id, alg, kek_id. */
  sealed: Uint8Array;
  created_at: number;
  /** Signs from this time on. */
  active_at: number;
  /** Signs no more from this time on; null while it is current. */
  retired_at: number | null;
  /** Taken back: neither signs nor is published any more. */
  revoked_at: number | null;
}

export interface ClientsTable {
  id: string;
  kind: "guard" | "service";
  name: string;
  /** SHA-256 of the secret, which is 256 random bits. */
  secret_hash: Uint8Array;
  /** What this client's tokens depend on; replaced whenever it is retired. */
  handle: string;
  /** JSON array; empty for the server's own audience. */
  audience: string;
  created_at: number;
  secret_changed_at: number;
  suspended_at: number | null;
}

export interface SpentTokensTable {
  jti: string;
  /** Seconds. */
  expires_at: number;
}

export interface TokenLifetimesTable {
  /** Seconds. */
  lifetime: number;
  /** When a node last issued tokens of this lifetime. */
  used_at: number;
}

/** A counter: of attempts (`open_at` is when the bucket is empty), or of failures in a row. */
export interface RateLimitsTable {
  key: string;
  failures: number;
  open_at: number;
  expires_at: number;
}

export interface PasswordPeppersTable {
  /** As in the hashes that were made with it. */
  id: string;
  /** Tells whether a configured key is the one of old, and nothing else about it. */
  check_value: Uint8Array;
  created_at: number;
}

export interface UserImportsTable {
  /** SHA-256 of the file, in base64url. */
  id: string;
  /** Lines of it that are dealt with. */
  line: number;
  started_at: number;
  updated_at: number;
}

export interface LedgerHeadTable {
  /** Always 1: there is one row. */
  id: number;
  ledger_id: string;
  n: number;
  hash: Uint8Array;
}

export interface LedgerTable {
  n: number;
  /** Published handle: 16 bytes. */
  handle: Uint8Array;
  /** Seconds. */
  expires_at: number;
  hash: Uint8Array;
}

export interface OneTimeCodesTable {
  /** SHA-256 of the code. */
  code_hash: Uint8Array;
  purpose: string;
  user_id: string | null;
  expires_at: number;
  used_at: number | null;
}

export interface TotpSeedsTable {
  user_id: string;
  /** 1 until a first code has confirmed it; it then takes the place of the one with 0. */
  pending: number;
  kek_id: string;
  /** AES-256-GCM; the place is the user's. */
  sealed: Uint8Array;
  /** The last time step whose code was accepted; only a later one is. */
  last_step: number;
  created_at: number;
  confirmed_at: number | null;
}

export interface RecoveryCodesTable {
  user_id: string;
  code_hash: Uint8Array;
  used_at: number | null;
}

export interface PasskeysTable {
  id: string;
  user_id: string;
  /** The authenticator's own id, base64url; unique. */
  credential_id: string;
  /** COSE. */
  public_key: Uint8Array;
  /** The highest signature counter seen; 0 for authenticators that do not count. */
  counter: number;
  /** JSON array of transports. */
  transports: string;
  name: string;
  aaguid: string;
  /** 1 for a passkey that its owner's devices share. */
  synced: number;
  created_at: number;
  last_used_at: number | null;
}

export interface PasskeyCeremoniesTable {
  /** SHA-256 of the challenge. */
  challenge_hash: Uint8Array;
  purpose: string;
  /** Null for a sign-in, which does not yet know its user. */
  user_id: string | null;
  /** The user's handle when it was made; void under another one. */
  bound_to: string | null;
  expires_at: number;
}

export interface PendingSignInsTable {
  /** SHA-256 of the token. */
  token_hash: Uint8Array;
  user_id: string;
  /** The user's handle when it was made; void under another one. */
  bound_to: string;
  /** JSON array: what was proved so far. */
  amr: string;
  transport: "body" | "cookie";
  remembered: number;
  /** Second factors tried, counted before they are compared. */
  attempts: number;
  expires_at: number;
}

export interface CodesTable {
  id: string;
  /** A key of `codePurposes`. */
  purpose: string;
  /** Who has at most one code of a purpose: an address, a user or a sign-up. */
  owner: string;
  /** Where it was sent. */
  address: string;
  /** Null when it is nobody's. */
  user_id: string | null;
  /** The user's handle when it was made: with another one it is void. */
  bound_to: string | null;
  /** The session that asked for it. */
  session_id: string | null;
  /** SHA-256 of the link's token, which is 256 random bits. */
  token_hash: Uint8Array;
  /** HMAC of the six digits under a key that the store does not have; null for a link alone. */
  code_hash: Uint8Array | null;
  /** The refresh key that the HMAC's key is derived from. */
  key_id: number;
  /** Tries at the six digits. */
  attempts: number;
  created_at: number;
  expires_at: number;
}

export interface SignUpsTable {
  id: string;
  /** SHA-256 of the attempt's secret, which is 256 random bits. */
  secret_hash: Uint8Array;
  /** Normalised. */
  email: string;
  username: string | null;
  name: string | null;
  /** Null when the account exists already. */
  password_hash: string | null;
  created_at: number;
  expires_at: number;
}

export interface AuditEventsTable {
  n: Generated<number>;
  id: string;
  at: number;
  kind: string;
  outcome: "success" | "failure";
  /** Who did it: a user id, "operator" (command line), or null when nobody is known. */
  actor_id: string | null;
  user_id: string | null;
  session_id: string | null;
  address: string | null;
  user_agent: string | null;
  /** JSON object; never a secret. */
  detail: string;
}
