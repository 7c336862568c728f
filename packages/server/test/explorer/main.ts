// `npm run explore -w packages/server [short|long] [seed]`: explores the rotation of refresh tokens.

import { report } from "./report.ts";

const [form = "long", seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const isProven = report({
  print: (line) => {
    process.stdout.write(`${line}\n`);
  },
  form: form === "short" ? "short" : "long",
  seed: Number(seed),
});
process.exitCode = isProven ? 0 : 1;
