// Everything this package offers. Each function is also an entry of its own, for the smallest import.

export type {
  JweContentAlgorithm,
  JweKeyAlgorithm,
  JwsAlgorithm,
  KeyAlgorithm,
} from "./algorithms.ts";
export type { CurveName } from "./curves.ts";
export { type Duration, parseDuration } from "./duration.ts";
export { decodeBase64url, encodeBase64url } from "./encoding/base64url.ts";
export { type JsonObject, type JsonValue, parseJsonObject } from "./encoding/json.ts";
export { JoseError, type JoseErrorCode } from "./error.ts";
export { listContentEncryptions } from "./jwe/content-encryptions.ts";
export { type DecryptedCompact, decryptCompact } from "./jwe/decrypt-compact.ts";
export { decryptFlattened } from "./jwe/decrypt-flattened.ts";
export { decryptGeneral } from "./jwe/decrypt-general.ts";
export type { DecryptOptions } from "./jwe/decrypt-options.ts";
export { encryptCompact } from "./jwe/encrypt-compact.ts";
export { type EncryptJsonOptions, encryptFlattened } from "./jwe/encrypt-flattened.ts";
export { encryptGeneral } from "./jwe/encrypt-general.ts";
export type { EncryptOptions } from "./jwe/encrypt-options.ts";
export type { JweHeader } from "./jwe/header.ts";
export type { FlattenedJwe, GeneralJwe } from "./jwe/json-form.ts";
export type { DecryptedJson, DecryptJsonOptions } from "./jwe/json-options.ts";
export type { JwsHeader } from "./jws/header.ts";
export type { FlattenedJws, GeneralJws, JwsSignature } from "./jws/json-shape.ts";
export type { VerifiedCompact, VerifyCompactOptions } from "./jws/options.ts";
export { type SignCompactOptions, signCompact } from "./jws/sign.ts";
export { type SignDetachedOptions, signDetached } from "./jws/sign-detached.ts";
export { type SignJsonOptions, signFlattened, signGeneral } from "./jws/sign-json.ts";
export { verifyCompact } from "./jws/verify.ts";
export { verifyCompactAsync } from "./jws/verify-async.ts";
export { type VerifiedDetached, verifyDetached } from "./jws/verify-detached.ts";
export {
  type VerifiedFlattened,
  type VerifiedGeneral,
  type VerifiedSignature,
  type VerifyGeneralOptions,
  verifyFlattened,
  verifyGeneral,
} from "./jws/verify-json.ts";
export type { VerifyJwtOptions } from "./jwt/check-token.ts";
export type { ClaimRules } from "./jwt/claims.ts";
export { decodeJwtUnverified } from "./jwt/decode.ts";
export { type DecryptedToken, type DecryptJwtOptions, decryptJwt } from "./jwt/decrypt.ts";
export { type DecryptAndVerifyJwtOptions, decryptAndVerifyJwt } from "./jwt/decrypt-and-verify.ts";
export { type EncryptJwtOptions, encryptJwt } from "./jwt/encrypt.ts";
export { type SignJwtOptions, signJwt } from "./jwt/sign.ts";
export { type SignAndEncryptJwtOptions, signAndEncryptJwt } from "./jwt/sign-and-encrypt.ts";
export type { JwtClaims, UnverifiedToken, VerifiedToken } from "./jwt/token.ts";
export { verifyJwt } from "./jwt/verify.ts";
export { verifyJwtAsync } from "./jwt/verify-async.ts";
export { createKeySet } from "./keys/create-key-set.ts";
export { exportPrivateJwk, exportPublicJwk } from "./keys/export.ts";
export { type GenerateKeyOptions, generateKey } from "./keys/generate.ts";
export { type ImportJwkOptions, importJwk } from "./keys/import-jwk.ts";
export { type ImportJwkSetOptions, importJwkSet } from "./keys/import-jwk-set.ts";
export { type ImportPemOptions, importPem } from "./keys/import-pem.ts";
export { type ImportSecretOptions, importSecret } from "./keys/import-secret.ts";
export type {
  AkpPublicJwk,
  EcPublicJwk,
  OkpPublicJwk,
  PrivateJwk,
  PublicJwk,
  RsaPublicJwk,
} from "./keys/jwk.ts";
export type { Key } from "./keys/key.ts";
export type { KeySelector, KeySet, Keys } from "./keys/key-set.ts";
export { listSignatureAlgorithms } from "./keys/list-algorithms.ts";
export { publicKey } from "./keys/public-key.ts";
export { thumbprint, thumbprintUri } from "./keys/thumbprint.ts";
