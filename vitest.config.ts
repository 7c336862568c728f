import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Each file has a process of its own, each store in it a thread, and each of them loads the same modules:
// compiling those once is enough, as `npm start` does. Node reads this when a process starts.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(
  new URL("node_modules/.cache/compile", import.meta.url),
);

// Packages are tested from their sources: the condition `latchkey-source` names `src` in each
// package's `exports`, for what vitest transforms and for the child processes that tests start.
const conditions = ["latchkey-source"];
const source = {
  resolve: { conditions: [...conditions, "node"] },
  ssr: { resolve: { conditions: [...conditions, "node"] } },
};
const onPostgres = [
  "packages/server/src/sessions/{renew,routes,refresh-key-rotation}.test.ts",
  "packages/server/src/revocation/{ledger,feed,routes}.test.ts",
  "packages/server/src/keys/{rotation,routes}.test.ts",
  "packages/server/src/{audit,clients,guessing,tokens}/*.test.ts",
  "packages/server/src/accounts/{credential-change,email/change-email}.test.ts",
  "packages/server/src/codes/codes.test.ts",
  "packages/server/src/sweeper.test.ts",
  "packages/server/test/{administration,audit,clients,deletion,enumeration,nul,second-factors,session-endings}.test.ts",
  "packages/server/src/accounts/password/*.test.ts",
  "packages/server/src/credentials/password-peppers.test.ts",
  "packages/server/src/maintenance/user-import/import-users.test.ts",
  // What a browser shows: of these the main stories.
  "e2e/{browser-client,clinic-page,console,hosted-pages}.test.ts",
];
const execArgv = ["--conditions=latchkey-source"];
const isLong = process.env["LATCHKEY_FAULTS"] === "long";

export default defineConfig({
  test: {
    // One real PostgreSQL for the run, started when a test first asks for it.
    globalSetup: ["e2e/harness/postgres-setup.ts"],
    // Three at a time on two processors, of which vitest would use one: a test waits for the disk, for
    // other threads and for processes that it started.
    maxWorkers: 3,
    tags: [{ name: "story", description: "A main story of the browser's tests." }],
    projects: [
      {
        ...source,
        test: {
          name: "unit",
          include: [
            "packages/*/{src,test}/**/*.test.ts",
            "examples/*/{src,test}/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/dist/**", "**/test/runtimes/**"],
          execArgv,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          provide: { engine: "sqlite" },
        },
      },
      {
        // The suites that touch the store most, once more on the other engine.
        ...source,
        test: {
          name: "postgres",
          include: onPostgres,
          exclude: ["**/node_modules/**", "**/dist/**"],
          execArgv,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          provide: { engine: "postgres", browserTests: "stories" },
        },
      },
      {
        ...source,
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          // A fail-over and a pooler have no short form: they belong to `npm run test:faults`.
          exclude: [
            "**/node_modules/**",
            ...(process.env["LATCHKEY_FAULTS"] === "long" ? [] : ["**/{failover,pooler}.test.ts"]),
          ],
          execArgv,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // What is awaited comes sooner; a busy machine takes its time.
          expect: { poll: { timeout: 20_000 } },
          // Half of a test is waiting: for a browser, a start, an interval. The long form of the faults
          // is there to load the machine, one file at a time.
          maxWorkers: isLong ? 1 : 3,
          sequence: { groupOrder: 1 },
          // LATCHKEY_E2E_ENGINE=postgres runs all browser tests on PostgreSQL: `npm run test:browser`.
          provide: {
            engine: process.env["LATCHKEY_E2E_ENGINE"] === "postgres" ? "postgres" : "sqlite",
            browserTests: "all",
          },
        },
      },
    ],
  },
});
