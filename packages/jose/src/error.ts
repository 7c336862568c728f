// The one error of this package. Its messages are fixed texts: no part of a token, of a claim's
// value or of a key ever reaches one (a token in a log is a credential in a log).

/** Why a token, key or document was refused. Stable: codes are added, never renamed. */
export type JoseErrorCode =
  | "algorithm_mismatch"
  | "algorithm_not_supported"
  | "audience_mismatch"
  | "base64url_invalid"
  | "claim_invalid"
  | "claim_missing"
  | "critical_header_not_supported"
  | "decryption_failed"
  | "header_invalid"
  | "issuer_mismatch"
  | "json_invalid"
  | "jwt_id_mismatch"
  | "key_ambiguous"
  | "key_invalid"
  | "key_not_found"
  | "key_not_supported"
  | "key_set_invalid"
  | "signature_invalid"
  | "subject_mismatch"
  | "token_expired"
  | "token_malformed"
  | "token_not_yet_valid"
  | "token_too_long"
  | "token_too_old"
  | "type_mismatch";

/** Codes about keys, which are imported at start-up and not sent by strangers a thousand times a second. */
const ABOUT_KEYS: ReadonlySet<JoseErrorCode> = new Set<JoseErrorCode>([
  "algorithm_not_supported",
  "key_ambiguous",
  "key_invalid",
  "key_not_supported",
  "key_set_invalid",
]);

/**
 * Thrown when foreign data (a token, a JWK, a PEM file) is refused. Misuse by the caller, such as
 * an option of the wrong type, throws `TypeError` instead.
 *
 * An error about a token has no stack trace: the code says everything, and capturing the stack would
 * cost ten times what refusing garbage costs. Errors about keys have one.
 *
 * @example
 * ```ts
 * try {
 *   verifyJwt(token, keys, { issuer, audience });
 * } catch (error) {
 *   if (error instanceof JoseError && error.code === "token_expired") refresh();
 *   else throw error;
 * }
 * ```
 */
export class JoseError extends Error {
  /** What went wrong, for programs. */
  readonly code: JoseErrorCode;
  /** The claim or header parameter at fault, when there is exactly one; never its value. */
  readonly member: string | undefined;

  static {
    // On the prototype, as with the built-in errors: one write less for each refusal.
    Object.defineProperty(JoseError.prototype, "name", { value: "JoseError" });
  }

  constructor(code: JoseErrorCode, message: string, member?: string) {
    const limit = Error.stackTraceLimit;
    const isBare = CAN_LIMIT && !ABOUT_KEYS.has(code);
    if (isBare) Error.stackTraceLimit = 0;
    super(message);
    if (isBare) Error.stackTraceLimit = limit;
    this.code = code;
    this.member = member;
  }
}

// In a hardened environment `Error` is frozen, and then errors keep their stack.
const CAN_LIMIT: boolean =
  Object.getOwnPropertyDescriptor(Error, "stackTraceLimit")?.writable === true;
