// Every public error, as data: code -> status, title, cause, remedy, specification. The reference
// page docs/errors.md is generated from it, and a test checks that each code is triggered.

/** One public error. `status` is the HTTP status, or 0 for errors of start-up and commands. */
export interface ErrorEntry {
  readonly status: number;
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  readonly spec?: string;
}

/** The registry: code -> entry. */
export const errorRegistry = {
  // Requests
  invalid_json: {
    status: 400,
    title: "Malformed JSON",
    cause: "The body is not one JSON value in UTF-8.",
    remedy: "Send one valid JSON object.",
    spec: "RFC 8259",
  },
  invalid_request: {
    status: 400,
    title: "Invalid request",
    cause: "A member, parameter or header is missing, unknown, of the wrong type, or given twice.",
    remedy: "Correct what `errors` names; /openapi.json describes each request.",
  },
  not_found: {
    status: 404,
    title: "Not found",
    cause: "No such route, or no such thing visible to you.",
    remedy: "Check the path and the identifier.",
    spec: "RFC 9110 15.5.5",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    cause: "The route exists, the method does not.",
    remedy: "Use a method named in the Allow header.",
    spec: "RFC 9110 15.5.6",
  },
  body_too_large: {
    status: 413,
    title: "Body too large",
    cause: "The body is over the configured limit.",
    remedy: "Send less.",
    spec: "RFC 9110 15.5.14",
  },
  unsupported_media_type: {
    status: 415,
    title: "Unsupported content type",
    cause: "The body is not application/json, or is compressed.",
    remedy: "Send `Content-Type: application/json` without Content-Encoding.",
    spec: "RFC 9110 15.5.16",
  },
  rate_limited: {
    status: 429,
    title: "Too many attempts",
    cause: "This account or network tried too often.",
    remedy: "Wait for the seconds named in Retry-After.",
    spec: "RFC 6585 4",
  },
  origin_refused: {
    status: 403,
    title: "Origin refused",
    cause:
      "A request that acts by cookie came from an origin that is not allowed, or without the mark of a script.",
    remedy: "Send `Latchkey-Request: 1` from the same origin, or allow the origin with --origin.",
  },
  transport_refused: {
    status: 400,
    title: "Wrong transport",
    cause:
      "The session keeps its refresh token in the other place, or a browser asked for the body transport.",
    remedy:
      'Browsers use `transport: "cookie"`, native clients `"body"`, for the life of a session.',
  },
  internal: {
    status: 500,
    title: "Internal error",
    cause: "The server failed; its log has the detail under the request id.",
    remedy: "Try again; if it stays, give the request id to the operator.",
  },
  overloaded: {
    status: 503,
    title: "Overloaded",
    cause: "A queue is full.",
    remedy: "Try again after the seconds named in Retry-After.",
    spec: "RFC 9110 15.6.4",
  },
  database_unavailable: {
    status: 503,
    title: "Database unavailable",
    cause: "The database did not answer in time, or refused the write.",
    remedy: "Try again after the seconds named in Retry-After; the server's log names the cause.",
  },
  not_ready: {
    status: 503,
    title: "Not ready",
    cause: "The server is starting or draining.",
    remedy: "Try again after the seconds named in Retry-After.",
  },
  // Accounts and sign-in
  invalid_credentials: {
    status: 401,
    title: "Invalid credentials",
    cause:
      "No account with this name, another password, or an address that has not been proved. All get this answer.",
    remedy:
      "Check the spelling, or reset the password. If you just signed up, confirm your address first.",
  },
  code_invalid: {
    status: 403,
    title: "Code or link invalid",
    cause:
      "The code or link is wrong, was used, is too old, was tried too often, or the account has changed since it was sent.",
    remedy: "Ask for a new one, and use the newest mail.",
  },
  username_taken: {
    status: 409,
    title: "User name taken",
    cause: "Another account has this user name.",
    remedy: "Choose another one.",
  },
  email_taken: {
    status: 409,
    title: "E-mail taken",
    cause:
      "Another account has this address; only an administrator, or whoever proved the address, is told.",
    remedy: "Use that account; an administrator finds it with `latchkey users list`.",
  },
  password_too_short: {
    status: 422,
    title: "Password too short",
    cause: "The password has fewer characters than the policy asks for.",
    remedy: "Use a longer one; a sentence is fine.",
    spec: "NIST SP 800-63B-4 3.1.1.2",
  },
  password_too_long: {
    status: 422,
    title: "Password too long",
    cause: "The password has more bytes than the limit.",
    remedy: "Use a shorter one.",
  },
  password_too_common: {
    status: 422,
    title: "Password too common",
    cause: "The password is on a list of common ones, or is the account's own name.",
    remedy: "Use another one.",
    spec: "NIST SP 800-63B-4 3.1.1.2",
  },
  password_breached: {
    status: 422,
    title: "Password breached",
    cause: "The password was seen in a breach of another service, and attackers try those first.",
    remedy: "Use another one, and change it wherever else it is used.",
    spec: "NIST SP 800-63B-4 3.1.1.2",
  },
  setup_link_invalid: {
    status: 403,
    title: "Set-up link invalid",
    cause: "The link was used, is too old, or was never made.",
    remedy:
      "Start the server again to get a fresh one; it is made only while there is no administrator.",
  },
  // Second factors and passkeys
  mfa_required: {
    status: 403,
    title: "Second factor required",
    cause: "The first credential was right; this account also has a second factor.",
    remedy: "Send one of `factors` with `mfa_token` to POST /auth/login/mfa within `expires_in`.",
    spec: "NIST SP 800-63B-4 2.2",
  },
  mfa_enrolment_required: {
    status: 403,
    title: "Second factor must be set up",
    cause: "One of the account's roles demands a second factor, and the account has none.",
    remedy:
      "Ask POST /auth/login/mfa/totp with `mfa_token` for a secret, then send its first code to POST /auth/login/mfa.",
  },
  mfa_token_invalid: {
    status: 401,
    title: "Sign-in over",
    cause:
      "The sign-in that waits for a second factor is unknown, used, too old, tried too often, or older than a change of the account.",
    remedy: "Sign in again from the start.",
  },
  factor_refused: {
    status: 401,
    title: "Second factor refused",
    cause: "The code is wrong, used, too old, or another account's.",
    remedy: "Send the code that the app shows now, or an unused recovery code.",
    spec: "RFC 6238 5.2",
  },
  totp_reused: {
    status: 401,
    title: "Code already used",
    cause: "This time-based code, or a later one, was accepted before; each works once.",
    remedy: "Wait for the app to show the next code.",
    spec: "RFC 6238 5.2",
  },
  totp_not_pending: {
    status: 409,
    title: "No authenticator to confirm",
    cause: "No secret waits for its first code, or it waited for too long.",
    remedy: "Ask for a new secret and scan it.",
  },
  factor_required: {
    status: 409,
    title: "Factor still needed",
    cause:
      "It is the account's last way to sign in, or its last second factor while a role demands one.",
    remedy: "Add another one first.",
  },
  step_up_required: {
    status: 401,
    title: "Sign in again for this",
    cause: "The sign-in behind the token is too old, or too weak, for a change of this kind.",
    remedy: "Send a factor to POST /auth/step-up, then try again with the token that it answers.",
    spec: "RFC 9470 3",
  },
  stronger_factor_required: {
    status: 403,
    title: "Password not enough",
    cause: "The account has a second factor, and a step-up by password alone would pass it by.",
    remedy: "Step up with the second factor.",
  },
  ceremony_invalid: {
    status: 400,
    title: "Passkey ceremony over",
    cause:
      "The ceremony is unknown, answered, too old, made for something or somebody else, or older than a change of the account.",
    remedy: "Ask for new options and try again.",
    spec: "WebAuthn 7.2",
  },
  passkey_refused: {
    status: 401,
    title: "Passkey refused",
    cause: "The passkey is not known here, is another account's, or its answer does not verify.",
    remedy: "Use another passkey, or sign in another way.",
    spec: "WebAuthn 7.2",
  },
  passkey_wrong_origin: {
    status: 403,
    title: "Passkey of another site",
    cause: "The answer was made for a page or a site that is not this server's.",
    remedy: "Use the passkey on the issuer's own host, or allow the page's origin with --origin.",
    spec: "WebAuthn 13.4.9",
  },
  passkey_user_unverified: {
    status: 403,
    title: "Passkey without its owner",
    cause: "The authenticator did not check who used it (no PIN, fingerprint or face).",
    remedy: "Set up a screen lock or PIN on the device and try again.",
    spec: "WebAuthn 6.1",
  },
  passkey_counter_refused: {
    status: 403,
    title: "Passkey may be copied",
    cause: "The authenticator's counter did not grow since its last use here.",
    remedy: "Sign in another way and remove this passkey if you did not copy it yourself.",
    spec: "WebAuthn 6.1.1",
  },
  passkey_exists: {
    status: 409,
    title: "Passkey exists",
    cause: "This passkey is registered already.",
    remedy: "Use the one that is there.",
  },
  too_many_passkeys: {
    status: 409,
    title: "Too many passkeys",
    cause: "The account has as many passkeys as one may have.",
    remedy: "Remove one that is not used any more.",
  },
  passkeys_unavailable: {
    status: 409,
    title: "Passkeys unavailable",
    cause: "The issuer is named by an address, and browsers make passkeys for host names only.",
    remedy: "Give the server an issuer with a host name; on this machine, http://localhost.",
    spec: "WebAuthn 5.1.3",
  },
  // Tokens and sessions
  token_required: {
    status: 401,
    title: "Sign-in required",
    cause: "The request carries no access token.",
    remedy: "Send `Authorization: Bearer <token>`.",
    spec: "RFC 6750 3",
  },
  invalid_token: {
    status: 401,
    title: "Token refused",
    cause:
      "The access token is malformed, expired, taken back, or not for this server; the WWW-Authenticate header says which.",
    remedy: "Renew it once; if that fails, sign in again.",
    spec: "RFC 6750 3.1",
  },
  permission_denied: {
    status: 403,
    title: "Not allowed",
    cause: "The token is valid and does not carry the permission, role or scope.",
    remedy: "Ask an administrator for it.",
    spec: "RFC 6750 3.1",
  },
  authentication_too_weak: {
    status: 401,
    title: "Sign in again",
    cause: "The token is valid, but the sign-in behind it is too old or too weak for this.",
    remedy: "Sign in again as the WWW-Authenticate header asks (max_age, acr_values).",
    spec: "RFC 9470 3",
  },
  refresh_token_required: {
    status: 401,
    title: "Refresh token required",
    cause: "Neither the body nor a cookie carries a refresh token.",
    remedy: "Sign in.",
  },
  refresh_token_invalid: {
    status: 401,
    title: "Refresh token refused",
    cause: "The refresh token is not one of this server's, or of a session that is gone.",
    remedy: "Sign in again.",
  },
  refresh_superseded: {
    status: 409,
    title: "Refresh superseded",
    cause: "This refresh token was replaced twice a moment ago, by a request of your own.",
    remedy: "Try again with the refresh token that you now hold.",
  },
  session_compromised: {
    status: 401,
    title: "Session ended: token reused",
    cause:
      "A refresh token was used again after it was replaced, so the session was ended for everyone.",
    remedy: "Sign in again, and change the password if you did not do this.",
  },
  session_expired: {
    status: 401,
    title: "Session expired",
    cause: "The session was idle for too long or reached its end.",
    remedy: "Sign in again.",
  },
  session_ended: {
    status: 401,
    title: "Session ended",
    cause: "The session was signed out or taken back.",
    remedy: "Sign in again.",
  },
  // Administration
  role_exists: {
    status: 409,
    title: "Role exists",
    cause: "There is a role with this name.",
    remedy: "Change the existing role instead.",
  },
  token_too_large: {
    status: 409,
    title: "Access token too large",
    cause:
      "With this change the access token of some user would be longer than APIs can receive in a header.",
    remedy: "Give fewer roles, or roles with fewer permissions or shorter names.",
    spec: "RFC 9110 5.4",
  },
  last_administrator: {
    status: 409,
    title: "Last administrator",
    cause: "The change would leave no enabled administrator.",
    remedy: "Make another administrator first.",
  },
  // Clients, introspection, revocation
  invalid_client: {
    status: 401,
    title: "Client refused",
    cause: "The request has no client credentials, or they are not those of an active client.",
    remedy:
      "Send `Authorization: Basic` with client id and secret; `latchkey clients create` makes one.",
    spec: "RFC 6749 5.2",
  },
  unauthorized_client: {
    status: 400,
    title: "Not this client's token",
    cause: "The token is for an audience that the client was not registered with.",
    remedy: "Register the client with that audience, or let the right client revoke it.",
    spec: "RFC 7009 2.1",
  },
  unsupported_token_type: {
    status: 400,
    title: "Unsupported token type",
    cause: "A client of this kind cannot revoke refresh tokens.",
    remedy: "Use a client of kind service, or let the user sign out.",
    spec: "RFC 7009 2.2.1",
  },
  ledger_full: {
    status: 503,
    title: "Ledger full",
    cause: "So many single tokens were taken back that guards could not hold more.",
    remedy:
      "Retire a wider handle: sign the user out everywhere, change the role, or revoke the signing key.",
  },
  spent_tokens_full: {
    status: 503,
    title: "Too many spent tokens",
    cause: "As many one-time tokens were spent as can be remembered; none can be spent safely now.",
    remedy:
      "Try again after the seconds named in Retry-After, and give one-time tokens short lives.",
  },
  // Revocation feed
  feed_position_gone: {
    status: 410,
    title: "Feed position gone",
    cause: "The position is of another ledger, ahead of it, or was swept.",
    remedy: "Take a snapshot: ask without `after`.",
  },
  // Guards
  revocations_unknown: {
    status: 503,
    title: "Revocations unknown",
    cause: "The guard has not yet seen the revocation feed, or it is older than allowed.",
    remedy: "Check that the API can reach the authentication server.",
  },
  keys_unavailable: {
    status: 503,
    title: "Keys unavailable",
    cause: "The guard has no usable signing keys of the issuer.",
    remedy: "Check that the API can reach the authentication server's JWKS.",
  },
  // Start-up and commands
  config_invalid: {
    status: 0,
    title: "Invalid configuration",
    cause:
      "A flag, environment variable or key of the configuration file is unknown or has a wrong value.",
    remedy: "Correct what the message names; `latchkey serve --help` lists them.",
  },
  issuer_insecure: {
    status: 0,
    title: "Insecure issuer",
    cause: "The issuer is plain http and not loopback: tokens and passwords would travel in clear.",
    remedy: "Use an https issuer, or say --dangerously-allow-http-issuer behind a private network.",
  },
  password_pepper_missing: {
    status: 0,
    title: "Password pepper missing",
    cause: "Stored passwords were hashed with a pepper that is not configured.",
    remedy: "Configure it again; sign-ins then move passwords to the current one.",
  },
  password_pepper_wrong: {
    status: 0,
    title: "Password pepper wrong",
    cause: "A configured pepper has the id of another one that passwords were hashed with.",
    remedy: "Restore the old key under that id, and give the new one an id of its own.",
  },
  key_encryption_key_missing: {
    status: 0,
    title: "Key-encryption key missing",
    cause:
      "The database has sealed keys and the directory of the key-encryption key is empty, or the directory cannot be read or created.",
    remedy:
      "Restore the directory named by --kek-dir from where you keep it, or give this user access to it.",
  },
  key_encryption_key_wrong: {
    status: 0,
    title: "Key-encryption key wrong",
    cause: "The key-encryption key is not the one that sealed this database's keys.",
    remedy: "Point --kek-dir at the directory that belongs to this database.",
  },
  key_encryption_key_exposed: {
    status: 0,
    title: "Key-encryption key exposed",
    cause:
      "Other users of this machine can read the key-encryption key, or put another in its place.",
    remedy:
      "Run `chmod 600` on the key files and `chmod go-w` on their directory; rotate the key if it was read.",
  },
  port_in_use: {
    status: 0,
    title: "Port in use",
    cause: "Another process listens on this port.",
    remedy: "Stop it, or choose another with --port (0 for any free one).",
  },
  data_directory_unwritable: {
    status: 0,
    title: "Data directory not writable",
    cause: "The directory of --data cannot be created or written.",
    remedy: "Give this user write access, or choose another directory.",
  },
  data_directory_locked: {
    status: 0,
    title: "Data directory in use",
    cause: "Another Latchkey server has this data directory open.",
    remedy: "Stop that server, or choose another --data.",
  },
  database_newer: {
    status: 0,
    title: "Database is newer",
    cause: "The database was written by a newer version of Latchkey.",
    remedy: "Run that version or a newer one.",
  },
  database_outdated: {
    status: 0,
    title: "Database is older",
    cause: "Migrations of this version are missing, and this role may not run them.",
    remedy: "Run `latchkey migrate up` with the role that owns the tables.",
  },
  database_moved: {
    status: 0,
    title: "Database moved",
    cause:
      "The installation was moved from this database to another one, or is still being moved here.",
    remedy: "Use the other database, or run `latchkey move` again to finish.",
  },
  database_corrupt: {
    status: 0,
    title: "Database unreadable",
    cause: "The database file is not a SQLite database, or is damaged.",
    remedy: "Restore a backup with `latchkey restore`.",
  },
  backup_refused: {
    status: 0,
    title: "Backup file refused",
    cause: "The file to write exists, cannot be written, or is in the data directory.",
    remedy: "Name another file, or replace the one that is there with --force.",
  },
  backup_unusable: {
    status: 0,
    title: "Backup unusable",
    cause: "The file to restore is missing, damaged, or not a backup of a Latchkey database.",
    remedy: "Choose another file that `latchkey backup` made. The database was not touched.",
  },
} as const;

/** Every public error code. */
export type ErrorCode = keyof typeof errorRegistry;
