// What Latchkey's server, guards and clients say to each other. The only barrel of this package.

export {
  ACCESS_TOKEN_TYPE,
  type AccessTokenClaims,
  AccessTokenFormatError,
  BUILT_IN_CLIENT_ID,
  MAX_LIST_CLAIM,
  type Principal,
  parsePrincipal,
  tokenHandles,
} from "./access-token.ts";
export { type BearerCredentials, parseBearer } from "./authorization-header.ts";
export { type BearerChallenge, formatChallenge, type RefusalReason } from "./challenge.ts";
export { type CookieSlot, cookieSlot, refreshCookieName } from "./cookies.ts";
export { type ErrorCode, type ErrorEntry, errorRegistry } from "./error-registry.ts";
export {
  FEED_SLICE_BYTES,
  FEED_SLICE_ENTRIES,
  FEED_TYPE,
  type FeedEntry,
  FeedFormatError,
  type FeedPosition,
  type FeedSlice,
  feedSliceClaims,
  formatFeedPosition,
  parseFeedPosition,
  parseFeedSlice,
} from "./feed.ts";
export {
  firstLedgerHash,
  ledgerEntryBytes,
  nextLedgerHash,
  PUBLISHED_HANDLE_BYTES,
  publishHandle,
} from "./handles.ts";
export { createIdentifier, IDENTIFIER_BYTES, isIdentifier } from "./identifiers.ts";
export { MetadataError, metadataUrl, parseMetadata, type ServerMetadata } from "./metadata.ts";
export { createProblem, type InvalidMember, PROBLEM_MEDIA_TYPE, type Problem } from "./problem.ts";
export {
  ATTEMPT_KEY_HEADER,
  type LoginAnswer,
  type Page,
  type RefreshAnswer,
  REQUEST_MARK_HEADER,
  SETTLED_KEYS_HEADER,
  type AuditEventAnswer,
  type SessionAnswer,
  type Transport,
  type UserAnswer,
} from "./wire.ts";
