// Imports a batch of lines in one write, which also notes how far the file is: a command that was
// broken off goes on exactly behind the last line that was dealt with, and two commands that import
// the same file at once cannot import a line twice. Batches are small, so a running server answers
// others in between.

import { createHash } from "node:crypto";
import { createIdentifier } from "@latchkey/protocol";
import { auditEvent } from "../../audit/audit-event.ts";
import { OPERATOR } from "../../authorization/actor.ts";
import { Refusal } from "../../http/refusal.ts";
import type { Database, Step } from "../../storage/database.ts";
import { type ImportedUser, parseImportLine, type RefusedLine } from "./import-line.ts";

/** Lines of one batch. */
export const MAX_IMPORT_BATCH = 100;

/** How often a batch is decided again when accounts change in this moment. */
const MAX_DECISIONS = 4;

/** A batch of a file. */
export interface ImportBatch {
  /** Names the file: the SHA-256 of its content, in base64url. */
  readonly importId: string;
  /** Number of the first of the lines, from 1. */
  readonly firstLine: number;
  /** Null for a line that was too long. An empty line is skipped. */
  readonly lines: readonly (string | null)[];
  /** Checks everything and writes nothing. */
  readonly isDryRun: boolean;
}

/** What became of a batch. */
export interface ImportOutcome {
  readonly imported: number;
  readonly refused: readonly RefusedLine[];
  /**
   * For a dry run, which cannot meet the lines before: digests of the names that the accepted lines
   * take, to be compared with those of other batches.
   */
  readonly names: readonly {
    readonly line: number;
    readonly email: string;
    readonly username?: string;
  }[];
}

interface Candidate {
  readonly line: number;
  readonly user: ImportedUser;
}

/** Lines of a file that are dealt with. */
export async function readImportLine(database: Database, importId: string): Promise<number> {
  const [row] = await database.read(
    database.query.selectFrom("user_imports").select("line").where("id", "=", importId),
  );
  return row?.line ?? 0;
}

/**
 * Imports a batch.
 *
 * @param now - milliseconds
 * @throws Refusal `invalid_request` when the batch is not what follows the lines dealt with
 */
export async function importUsers(
  database: Database,
  batch: ImportBatch,
  now: number,
): Promise<ImportOutcome> {
  const { candidates, unreadable } = parseBatch(batch);
  for (let decision = 1; ; decision += 1) {
    const { accepted, refused, roleIds } = await decide(database, candidates);
    const outcome: ImportOutcome = {
      imported: accepted.length,
      refused: [...unreadable, ...refused].sort((a, b) => a.line - b.line),
      names: batch.isDryRun ? accepted.map(digestNames) : [],
    };
    if (batch.isDryRun) return outcome;
    const position = positionSteps(database, batch, now);
    const users = accepted.flatMap(({ user }) => userSteps(database, { user, roleIds, now }));
    const written = await database.write([...position, ...users]);
    if (written.committed) return outcome;
    if (written.reason === "row-count" && written.failed < position.length) {
      throw new Refusal("invalid_request", {
        detail: "Another import of this file got further; go on behind it.",
      });
    }
    // Somebody took a name, or a role went, between the decision and the write.
    if (decision >= MAX_DECISIONS) throw new Refusal("database_unavailable");
  }
}

function parseBatch(batch: ImportBatch): {
  readonly candidates: readonly Candidate[];
  readonly unreadable: readonly RefusedLine[];
} {
  const candidates: Candidate[] = [];
  const unreadable: RefusedLine[] = [];
  for (const [index, text] of batch.lines.entries()) {
    if (text !== null && text.trim() === "") continue;
    const line = batch.firstLine + index;
    const parsed = parseImportLine(text);
    if ("code" in parsed) unreadable.push({ line, ...parsed });
    else candidates.push({ line, user: parsed });
  }
  return { candidates, unreadable };
}

async function decide(database: Database, candidates: readonly Candidate[]) {
  const [emails, usernames, roleIds] = await Promise.all([
    readTaken(
      database,
      "email",
      candidates.map(({ user }) => user.email),
    ),
    readTaken(
      database,
      "username",
      candidates.flatMap(({ user }) => user.username ?? []),
    ),
    readRoleIds(database, new Set(candidates.flatMap(({ user }) => user.roles))),
  ]);
  const accepted: Candidate[] = [];
  const refused: RefusedLine[] = [];
  for (const candidate of candidates) {
    const { line, user } = candidate;
    const code = emails.has(user.email)
      ? "email_taken"
      : user.username !== null && usernames.has(user.username)
        ? "username_taken"
        : user.roles.some((role) => !roleIds.has(role))
          ? "role_unknown"
          : undefined;
    if (code === undefined) {
      accepted.push(candidate);
      emails.add(user.email);
      if (user.username !== null) usernames.add(user.username);
    } else {
      refused.push({ line, code });
    }
  }
  return { accepted, refused, roleIds };
}

async function readTaken(
  database: Database,
  column: "email" | "username",
  values: readonly string[],
): Promise<Set<string>> {
  if (values.length === 0) return new Set();
  const rows = await database.read(
    database.query
      .selectFrom("users")
      .select(column)
      .where(column, "in", [...new Set(values)]),
  );
  return new Set(rows.flatMap((row) => row[column] ?? []));
}

async function readRoleIds(
  database: Database,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  if (names.size === 0) return new Map();
  const rows = await database.read(
    database.query
      .selectFrom("roles")
      .select(["id", "name"])
      .where("name", "in", [...names]),
  );
  return new Map(rows.map(({ id, name }) => [name, id]));
}

/** Moves the import on, from exactly where this batch begins. */
function positionSteps(database: Database, batch: ImportBatch, now: number): readonly Step[] {
  const { query } = database;
  const begin = query
    .insertInto("user_imports")
    .values({ id: batch.importId, line: 0, started_at: now, updated_at: now })
    .onConflict((conflict) => conflict.column("id").doNothing());
  const advance = query
    .updateTable("user_imports")
    .set({ line: batch.firstLine - 1 + batch.lines.length, updated_at: now })
    .where("id", "=", batch.importId)
    .where("line", "=", batch.firstLine - 1);
  return [{ query: begin }, { query: advance, expect: 1 }];
}

function userSteps(
  database: Database,
  input: {
    readonly user: ImportedUser;
    readonly roleIds: ReadonlyMap<string, string>;
    readonly now: number;
  },
): readonly Step[] {
  const { user, roleIds, now } = input;
  const { query } = database;
  const id = createIdentifier();
  const insert = query.insertInto("users").values({
    id,
    email: user.email,
    email_verified: user.emailVerified ? 1 : 0,
    username: user.username,
    name: user.name,
    password_hash: user.passwordHash,
    handle: createIdentifier(),
    disabled_at: user.isDisabled ? now : null,
    created_at: user.createdAt ?? now,
    updated_at: now,
  });
  const roles = user.roles.map((name) => ({
    query: query.insertInto("user_roles").values({ user_id: id, role_id: roleIds.get(name) ?? "" }),
    expect: 1,
  }));
  const audit = auditEvent(database, {
    kind: "user.imported",
    outcome: "success",
    actorId: OPERATOR,
    userId: id,
    now,
  });
  return [{ query: insert, expect: 1 }, ...roles, audit];
}

function digestNames({ line, user }: Candidate): ImportOutcome["names"][number] {
  const { email, username } = user;
  return {
    line,
    email: digest(email),
    ...(username === null ? {} : { username: digest(username) }),
  };
}

function digest(name: string): string {
  return createHash("sha256").update(name).digest("base64url").slice(0, 16);
}
