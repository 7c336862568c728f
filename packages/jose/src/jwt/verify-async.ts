// `verifyJwt` with the signature checked on the thread pool.

import { openObjectAsync } from "../jws/open.ts";
import { checkMaxLength } from "../jws/options.ts";
import type { Keys } from "../keys/key-set.ts";
import { MAX_JWT_LENGTH } from "../limits.ts";
import { checkToken, type VerifyJwtOptions } from "./check-token.ts";
import type { VerifiedToken } from "./token.ts";

const NONE: readonly string[] = [];

/**
 * Verifies a JWT on the thread pool, for servers with several cores and RSA or elliptic-curve keys. The
 * time is that of the end of the check.
 *
 * @throws JoseError and TypeError, as rejections; the codes of `verifyJwt`
 * @see RFC 7519 section 7.2
 */
export async function verifyJwtAsync(
  token: string,
  keys: Keys,
  options: VerifyJwtOptions,
): Promise<VerifiedToken> {
  const { maxTokenLength = MAX_JWT_LENGTH } = options;
  checkMaxLength(maxTokenLength);
  return checkToken(await openObjectAsync(token, keys, maxTokenLength, NONE), options);
}
