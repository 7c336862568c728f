// `latchkey users import <file>`: brings the users of another system along, with the passwords they
// have. The file goes to the server in batches that it checks and writes as a whole; broken off, the
// command goes on behind the last batch when it is given the same file again.

import { resolve } from "node:path";
import { Command } from "commander";
import type { AdminClient } from "../../administration/admin-client.ts";
import { digestFile, readLines } from "../../input/read-lines.ts";
import { createProgress, type Progress } from "../../output/progress.ts";
import { Failure, failureOf } from "../../output/failure.ts";
import { addAdminFlags, type AdminFlags, runAdmin } from "../admin-command.ts";
import type { CommandContext } from "../context.ts";

/** Lines that are sent at once. */
const BATCH_LINES = 100;

/** Bytes that are sent at once: half of what the server takes, since JSON may double them. */
const BATCH_BYTES = 100 * 1024;

/** Characters of a line; the server refuses longer ones. */
const MAX_LINE = 16_384;

interface Refused {
  readonly line: number;
  readonly code: string;
  readonly member?: string;
}

interface Answer {
  readonly imported: number;
  readonly refused: readonly Refused[];
  readonly names: readonly {
    readonly line: number;
    readonly email: string;
    readonly username?: string;
  }[];
}

interface Totals {
  imported: number;
  refused: number;
  lines: number;
  /** Lines that an earlier run dealt with. */
  readonly resumedAfter: number;
}

/** Creates the command. */
export function usersImportCommand(context: CommandContext): Command {
  const command = new Command("import")
    .summary("import users of another system")
    .description(
      "Imports users from a file of JSON lines. Lines that cannot be taken are named with their " +
        "number and a code, and the others are imported. The same file can be given again: it goes " +
        "on behind the last line that was dealt with.",
    )
    .argument("<file>", "the file, one JSON object a line")
    .option("--dry-run", "check every line and write nothing")
    .action((name: string, flags: AdminFlags) =>
      runAdmin(context, { flags, mayCreate: true }, async (client) => {
        const progress = createProgress(context.prompts);
        const file = resolve(context.directory, name);
        try {
          const totals = await importFile(context, client, { file, flags, progress });
          progress.end();
          printTotals(context, totals, flags);
        } catch (error) {
          throw unreadable(error, file) ?? failureOf(error, file) ?? error;
        } finally {
          progress.end();
        }
      }),
    );
  return addAdminFlags(command).addHelpText(
    "after",
    `
Members of a line: email (required), email_verified (default: false), username, name, roles,
disabled, created_at, and password_hash, one of
  $argon2id$v=19$m=...,t=...,p=...$salt$hash     also argon2i and argon2d
  $2a$, $2b$ or $2y$ of bcrypt
  $scrypt$ln=...,r=...,p=...$salt$hash
  $pbkdf2-sha256$i=...$salt$hash                 also sha1, sha512, and as Django writes it
A hash is replaced by argon2id when its owner first signs in.

With --json: one JSON object a line for each line refused, then one for the whole.
Exit codes: 0 all lines imported, 1 some were refused.

Example:
  $ latchkey users import users.jsonl --dry-run
  {"email":"ann@example.com","email_verified":true,"password_hash":"$2b$12$..."}`,
  );
}

async function importFile(
  context: CommandContext,
  client: AdminClient,
  input: { readonly file: string; readonly flags: AdminFlags; readonly progress: Progress },
): Promise<Totals> {
  const { file, flags, progress } = input;
  const isDryRun = flags["dryRun"] === true;
  const isJson = flags["json"] === true;
  const { digest, bytes } = await digestFile(file);
  const resumedAfter = isDryRun ? 0 : await readPosition(client, digest);
  const totals: Totals = { imported: 0, refused: 0, lines: 0, resumedAfter };
  const names = createNameCheck();
  let batch: (string | null)[] = [];
  let size = 0;

  const send = async (read: number): Promise<void> => {
    if (batch.length === 0) return;
    const answer = (await client.send("POST", "/operator/users/import", {
      import: digest,
      first_line: totals.lines - batch.length + 1,
      lines: batch,
      dry_run: isDryRun,
    })) as Answer;
    const doubled = names.check(answer.names);
    totals.imported += answer.imported - doubled.length;
    for (const refused of [...answer.refused, ...doubled].sort((a, b) => a.line - b.line)) {
      totals.refused += 1;
      if (isJson) context.output.json({ event: "refused", ...refused });
      else context.output.line(formatRefused(refused));
    }
    batch = [];
    size = 0;
    progress.show(read, bytes);
  };

  for await (const { text, read } of readLines(file, MAX_LINE)) {
    totals.lines += 1;
    if (totals.lines <= resumedAfter) continue;
    const length = Buffer.byteLength(JSON.stringify(text));
    if (batch.length >= BATCH_LINES || size + length > BATCH_BYTES) {
      totals.lines -= 1;
      await send(read);
      totals.lines += 1;
    }
    batch.push(text);
    size += length;
  }
  await send(bytes);
  return totals;
}

function unreadable(error: unknown, file: string): Failure | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (code !== "ENOENT" && code !== "EISDIR") return undefined;
  return new Failure("config_invalid", `There is no file ${file}.`, {
    remedy: "Name a file of JSON lines.",
    cause: error,
  });
}

async function readPosition(client: AdminClient, digest: string): Promise<number> {
  const answer = (await client.send("GET", `/operator/users/import/${digest}`)) as { line: number };
  return answer.line;
}

/** A dry run writes nothing, so names that stand in the file twice are found here. */
function createNameCheck(): { check(names: Answer["names"]): readonly Refused[] } {
  const seen = { email: new Set<string>(), username: new Set<string>() };
  return {
    check: (names) =>
      names.flatMap(({ line, email, username }): readonly Refused[] => {
        if (seen.email.has(email)) return [{ line, code: "email_taken" }];
        if (username !== undefined && seen.username.has(username)) {
          return [{ line, code: "username_taken" }];
        }
        seen.email.add(email);
        if (username !== undefined) seen.username.add(username);
        return [];
      }),
  };
}

function formatRefused({ line, code, member }: Refused): string {
  return `line ${line}: ${code}${member === undefined ? "" : ` (${member})`}`;
}

function printTotals(context: CommandContext, totals: Totals, flags: AdminFlags): void {
  const { imported, refused, lines, resumedAfter } = totals;
  const isDryRun = flags["dryRun"] === true;
  if (refused > 0) context.exit(1);
  if (flags["json"] === true) {
    const facts = { imported, refused, lines, resumed_after: resumedAfter, dry_run: isDryRun };
    context.output.json({ event: "done", ...facts });
    return;
  }
  if (resumedAfter > 0) {
    context.output.line(`Went on behind line ${resumedAfter}, where an earlier run stopped.`);
  }
  const verb = isDryRun ? "would be imported" : "imported";
  context.output.line(`${imported} ${verb}, ${refused} refused, ${lines} lines.`);
}
