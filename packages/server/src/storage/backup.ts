// What a backup is asked for and comes to, for engines whose store is a file. Apart from
// database.ts because most callers of a store never make one.

/** What to back up, and where to. */
export interface BackupOptions {
  /** The file to write: an absolute path outside the data directory. */
  readonly file: string;
  /** Whether a file of that name may be replaced. */
  readonly overwrite: boolean;
  /** Hears how far it is, in pages. */
  readonly onProgress?: (progress: BackupProgress) => void;
}

/** How far a backup is, in pages of the database. */
export interface BackupProgress {
  readonly copied: number;
  readonly total: number;
}

/** A backup that is whole and on the disk. */
export interface BackupResult {
  readonly bytes: number;
}

/**
 * Copies the store into a file, as it is at one moment: while it runs, and without holding anybody
 * up. The key-encryption keys are not in it.
 *
 * @throws DatabaseError backup_refused, database_corrupt, database_unavailable
 */
export type Backup = (options: BackupOptions) => Promise<BackupResult>;
