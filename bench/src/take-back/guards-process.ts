// Several guards in one process. For each token that is about to be taken back it says when each of
// its guards refused it first.

import { setTimeout as sleep } from "node:timers/promises";
import { createGuard } from "@latchkey/guard";
import { answerQuestions } from "./child.ts";

/** Milliseconds between two looks. */
const LOOK_EVERY = 8;

/** Milliseconds after which a revocation counts as missed. */
const PATIENCE = 10_000;

const [issuer = "", count = "1"] = process.argv.slice(2);
const guards = Array.from({ length: Number(count) }, () =>
  createGuard({ issuer, audience: issuer, startupTimeout: 60 }),
);
const clock = (): number => performance.timeOrigin + performance.now();

answerQuestions(
  {},
  {
    /** Whether every guard accepts the tokens. */
    accept: async (tokens: readonly string[]) => {
      for (const guard of guards) {
        for (const token of tokens) if (!(await guard.check(token)).ok) return false;
      }
      return true;
    },
    /** How many guards follow a stream. */
    streaming: () => guards.filter((guard) => guard.status().revocations.isStreaming).length,
    /** When each guard refused the token first; null for those that never did. */
    refused: async (token: string) => {
      const times: (number | null)[] = guards.map(() => null);
      const end = clock() + PATIENCE;
      while (times.includes(null) && clock() < end) {
        for (const [index, guard] of guards.entries()) {
          if (times[index] === null && !(await guard.check(token)).ok) times[index] = clock();
        }
        await sleep(LOOK_EVERY);
      }
      return times;
    },
  },
);
