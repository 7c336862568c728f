// Generates docs/errors.md from the error registry. `npm run docs:errors` writes it; a test
// fails when the committed page is not what the registry says.

import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ErrorEntry, errorRegistry } from "@latchkey/protocol";

/** The page's text. */
export function errorsPage(): string {
  const rows = Object.entries<ErrorEntry>(errorRegistry);
  const section = (title: string, note: string, wanted: (entry: ErrorEntry) => boolean): string =>
    [
      `## ${title}`,
      "",
      note,
      "",
      ...rows
        .filter(([, entry]) => wanted(entry))
        .flatMap(([code, entry]) => [
          `### \`${code}\``,
          "",
          `**${entry.status === 0 ? "" : `${entry.status} `}${entry.title}.** ${entry.cause}`,
          "",
          `What to do: ${entry.remedy}${entry.spec === undefined ? "" : ` (${entry.spec})`}`,
          "",
        ]),
    ].join("\n");
  return [
    "# Errors",
    "",
    "<!-- Generated from packages/protocol/src/error-registry.ts by `npm run docs:errors`. -->",
    "",
    "Every error has a stable code. Over HTTP it is a problem document (RFC 9457) whose `type` is",
    "`urn:latchkey:error:<code>`; on the command line it is one line, or one JSON object with `--json`.",
    "",
    section("Answers", "Sorted as in the registry.", (entry) => entry.status !== 0),
    section("Start-up and commands", "The process exits with 1.", (entry) => entry.status === 0),
  ].join("\n");
}

if (import.meta.main) {
  writeFileSync(join(resolve(import.meta.dirname, ".."), "docs/errors.md"), errorsPage());
}
