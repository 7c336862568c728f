// `latchkey capacity`: how many nodes and what database so many users need. Asks neither a server nor a
// database; the figures are capacity/measured-figures.ts.

import { parseDuration } from "@latchkey/jose";
import { Command } from "commander";
import { computeCapacity, type Demand } from "../capacity/compute-capacity.ts";
import { EXIT_USAGE, Failure } from "../output/failure.ts";
import { formatFields } from "../output/text-table.ts";
import { capacityFields } from "../capacity/capacity-fields.ts";
import type { CommandContext } from "./context.ts";

/** More people than there are; a larger number is a mistake. */
const MAX_COUNT = 1e11;

const REMEDY = "`latchkey capacity --help` lists the flags.";

interface Flags {
  readonly users: string;
  readonly sessionsPerUser: string;
  readonly refresh: string;
  readonly loginsPerDay?: string;
  readonly active: string;
  readonly json?: boolean;
}

/** Creates the command. */
export function capacityCommand(context: CommandContext): Command {
  return new Command("capacity")
    .summary("compute how many nodes and what database so many users need")
    .description(
      "Computes from measured costs what so many users need: nodes, cores of the database, its log, " +
        "its disk, and the revocation feed. docs/scaling.md explains the figures. It asks no server.",
    )
    .requiredOption("--users <number>", "people with an account, such as 1000000 or 1e6")
    .option("--sessions-per-user <number>", "devices and browsers of each", "2")
    .option("--refresh <duration>", 'time between two renewals of a session, such as "12m"', "12m")
    .option("--logins-per-day <number>", "sign-ins of all users (default: one in ten of them)")
    .option("--active <share>", "share of sessions in use at the busiest time, 0 to 1", "1")
    .option("--json", "the answer as JSON on standard output")
    .action((flags: Flags) => {
      const demand = demandOf(flags);
      const capacity = computeCapacity(demand);
      if (flags.json === true) context.output.json({ demand, ...capacity });
      else context.output.line(formatFields(capacityFields(capacity)));
    });
}

function demandOf(flags: Flags): Demand {
  return {
    users: readNumber("--users", flags.users, { from: 1, to: MAX_COUNT }),
    sessionsPerUser: readNumber("--sessions-per-user", flags.sessionsPerUser, { from: 0, to: 1e6 }),
    refreshInterval: readDuration(flags.refresh),
    activeShare: readNumber("--active", flags.active, { from: 0, to: 1 }),
    ...(flags.loginsPerDay === undefined
      ? {}
      : {
          signInsPerDay: readNumber("--logins-per-day", flags.loginsPerDay, {
            from: 0,
            to: MAX_COUNT,
          }),
        }),
  };
}

function readNumber(
  flag: string,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const number = /^\d{1,12}(\.\d{1,6})?(e\d{1,2})?$/.test(text) ? Number(text) : Number.NaN;
  if (number >= from && number <= to) return number;
  throw new Failure("config_invalid", `${flag} must be a number from ${from} to ${to}.`, {
    remedy: REMEDY,
    exitCode: EXIT_USAGE,
  });
}

function readDuration(text: string): number {
  try {
    const seconds = parseDuration(text);
    if (seconds >= 1) return seconds;
  } catch {
    // Said below.
  }
  throw new Failure("config_invalid", '--refresh must be a duration, such as "12m".', {
    remedy: REMEDY,
    exitCode: EXIT_USAGE,
  });
}
