// Everything this package offers. Each function is also an entry of its own, for the smallest import.

export type {
  JweContentAlgorithm,
  JweKeyAlgorithm,
  JwsAlgorithm,
  KeyAlgorithm,
} from "./algorithms.ts";
export type { CurveName } from "./curves.ts";
export { listSignatureAlgorithms } from "./keys/list-algorithms.ts";
export { type Duration, parseDuration } from "./duration.ts";
export { decodeBase64url, encodeBase64url } from "./encoding/base64url.ts";
export { type JsonObject, type JsonValue, parseJsonObject } from "./encoding/json.ts";
export { JoseError, type JoseErrorCode } from "./error.ts";
export { listContentEncryptions } from "./jwe/content-encryptions.ts";
export { decryptCompact, type DecryptedCompact } from "./jwe/decrypt-compact.ts";
export { decryptFlattened } from "./jwe/decrypt-flattened.ts";
export { decryptGeneral } from "./jwe/decrypt-general.ts";
export type { DecryptOptions } from "./jwe/decrypt-options.ts";
export { encryptCompact } from "./jwe/encrypt-compact.ts";
export { encryptFlattened, type EncryptJsonOptions } from "./jwe/encrypt-flattened.ts";
export { encryptGeneral } from "./jwe/encrypt-general.ts";
export type { EncryptOptions } from "./jwe/encrypt-options.ts";
export type { JweHeader } from "./jwe/header.ts";
export type { FlattenedJwe, GeneralJwe } from "./jwe/json-form.ts";
export type { DecryptedJson, DecryptJsonOptions } from "./jwe/json-options.ts";
export type { JwsHeader } from "./jws/header.ts";
export { signCompact, type SignCompactOptions } from "./jws/sign.ts";
export { verifyCompact } from "./jws/verify.ts";
export { verifyCompactAsync } from "./jws/verify-async.ts";
export type { VerifiedCompact, VerifyCompactOptions } from "./jws/options.ts";
export { signDetached, type SignDetachedOptions } from "./jws/sign-detached.ts";
export { verifyDetached, type VerifiedDetached } from "./jws/verify-detached.ts";
export type { FlattenedJws, GeneralJws, JwsSignature } from "./jws/json-shape.ts";
export { signFlattened, signGeneral, type SignJsonOptions } from "./jws/sign-json.ts";
export {
  type VerifiedGeneral,
  type VerifiedFlattened,
  type VerifiedSignature,
  verifyFlattened,
  verifyGeneral,
  type VerifyGeneralOptions,
} from "./jws/verify-json.ts";
export type { ClaimRules } from "./jwt/claims.ts";
export { decodeJwtUnverified } from "./jwt/decode.ts";
export { decryptJwt, type DecryptedToken, type DecryptJwtOptions } from "./jwt/decrypt.ts";
export { decryptAndVerifyJwt, type DecryptAndVerifyJwtOptions } from "./jwt/decrypt-and-verify.ts";
export { encryptJwt, type EncryptJwtOptions } from "./jwt/encrypt.ts";
export { signJwt, type SignJwtOptions } from "./jwt/sign.ts";
export { signAndEncryptJwt, type SignAndEncryptJwtOptions } from "./jwt/sign-and-encrypt.ts";
export type { JwtClaims, UnverifiedToken, VerifiedToken } from "./jwt/token.ts";
export { verifyJwt } from "./jwt/verify.ts";
export { verifyJwtAsync } from "./jwt/verify-async.ts";
export type { VerifyJwtOptions } from "./jwt/check-token.ts";
export { exportPrivateJwk, exportPublicJwk } from "./keys/export.ts";
export { generateKey, type GenerateKeyOptions } from "./keys/generate.ts";
export { importJwk, type ImportJwkOptions } from "./keys/import-jwk.ts";
export { importJwkSet, type ImportJwkSetOptions } from "./keys/import-jwk-set.ts";
export { importPem, type ImportPemOptions } from "./keys/import-pem.ts";
export { importSecret, type ImportSecretOptions } from "./keys/import-secret.ts";
export type {
  AkpPublicJwk,
  EcPublicJwk,
  OkpPublicJwk,
  PrivateJwk,
  PublicJwk,
  RsaPublicJwk,
} from "./keys/jwk.ts";
export type { Key } from "./keys/key.ts";
export { createKeySet } from "./keys/create-key-set.ts";
export type { Keys, KeySelector, KeySet } from "./keys/key-set.ts";
export { publicKey } from "./keys/public-key.ts";
export { thumbprint, thumbprintUri } from "./keys/thumbprint.ts";
