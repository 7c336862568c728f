// The suites and what each is: the register that the command, the tables and the tests read.

import type { Plan } from "./interleave.ts";
import type { Row } from "./result.ts";

/** A suite: its packages (for the versions in the result) and what it measures. */
export interface Suite {
  readonly packages: readonly string[];
  /** Rounds without `--rounds`, and the fewest of a result that is written. Default: {@link ROUNDS}. */
  readonly rounds?: number;
  /** Expected minutes on two idle cores: the plan's turns and what comes with them. */
  readonly minutes: (plan: Plan) => number;
  readonly measure: (plan: Plan, report: (line: string) => void) => Promise<readonly Row[]>;
}

/** Rounds of a result: below that the median of ratios still wanders. */
export const ROUNDS = 15;

/** Loads a suite: each has dependencies of its own. */
export const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  jose: async () => (await import("./jose/suite.ts")).joseSuite,
  refresh: async () => (await import("./refresh/suite.ts")).refreshSuite,
  guard: async () => (await import("./guard/suite.ts")).guardSuite,
  login: async () => (await import("./login/suite.ts")).loginSuite,
  start: async () => (await import("./start/suite.ts")).startSuite,
  "take-back": async () => (await import("./take-back/suite.ts")).takeBackSuite,
  postgres: async () => (await import("./postgres/suite.ts")).postgresSuite,
  growth: async () => (await import("./growth/suite.ts")).growthSuite,
};

/** Those that run only when named: they take long. */
export const ONLY_BY_NAME: readonly string[] = ["growth"];

/** Those of a run without names. */
export const defaultSuites: readonly string[] = Object.keys(suites).filter(
  (name) => !ONLY_BY_NAME.includes(name),
);
