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
export type { JwsHeader } from "./jws/header.ts";
export { signCompact, type SignCompactOptions } from "./jws/sign.ts";
export { verifyCompact, type VerifiedCompact, type VerifyCompactOptions } from "./jws/verify.ts";
export type { ClaimRules } from "./jwt/claims.ts";
export { decodeJwtUnverified } from "./jwt/decode.ts";
export { signJwt, type SignJwtOptions } from "./jwt/sign.ts";
export type { JwtClaims, UnverifiedToken, VerifiedToken } from "./jwt/token.ts";
export { verifyJwt, type VerifyJwtOptions } from "./jwt/verify.ts";
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
