// Everything this package offers.

export { ConfigError, type ConfigErrorCode } from "./config/config-error.ts";
export { defineConfig, type LatchkeyConfig } from "./config/latchkey-config.ts";
export type { PasswordHasherOptions } from "./credentials/password-hash.ts";
export type { ActionLimits, LimitedAction, LimitsConfig } from "./guessing/limits.ts";
export type { RateLimit } from "./http/rate-limit.ts";
export {
  KeyEncryptionError,
  type KeyEncryptionErrorCode,
  type KeyEncryptionKey,
} from "./keys/key-encryption.ts";
export type { KeyEncryptionSource } from "./keys/open-key-encryption.ts";
export { type Connection, createLatchkey, type Latchkey } from "./latchkey.ts";
export type { BackupState } from "./maintenance/backup-routes.ts";
export {
  type MovedCount,
  type MoveOptions,
  type MoveProgress,
  moveToPostgres,
} from "./maintenance/move.ts";
export {
  restoreBackup,
  type RestoreOptions,
  type RestoreResult,
  type SettleOptions,
  settleRestoredPostgres,
} from "./maintenance/restore.ts";
export { createLogger, type Logger } from "./observability/logger.ts";
export type { BackupOptions, BackupProgress, BackupResult } from "./storage/backup.ts";
export { type Database, DatabaseError, type DatabaseErrorCode } from "./storage/database.ts";
export type { Migration } from "./storage/migrations/migration.ts";
export type { AppliedMigration, MigrationStatus } from "./storage/postgres/migrate.ts";
export {
  inspectPostgres,
  migratePostgres,
  openPostgres,
  type PostgresDatabase,
  type PostgresOptions,
} from "./storage/postgres/open-postgres.ts";
export { backUpDirectory } from "./storage/sqlite/back-up.ts";
export {
  openSqlite,
  type SqliteDatabase,
  type SqliteOptions,
} from "./storage/sqlite/open-sqlite.ts";
export type { ClaimsHook } from "./tokens/access-token.ts";
export type { Subject } from "./tokens/subject.ts";
