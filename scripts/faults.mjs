// `npm run test:faults`: the fault tests in their long form, a few minutes. `npm test` has the short
// one. LATCHKEY_FAULT_SEED repeats a run.

import { ensureInstalled } from "./install.mjs";
import { run } from "./run.mjs";

await ensureInstalled();
process.env.LATCHKEY_FAULTS = "long";
const isGreen = run(["vitest", "run", "--project", "e2e", ...process.argv.slice(2), "e2e/faults"]);
process.exitCode = isGreen ? 0 : 1;
