// @ts-check
// Mutation testing of the verification path: which changes to the code that decides about tokens and
// keys would no test notice? Run by `npm run mutation`; the survivors are in docs/mutation.md.

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "vitest",
  vitest: { configFile: "test/mutation/vitest.config.mjs", related: false },
  plugins: ["@stryker-mutator/vitest-runner", "./test/mutation/ignore-messages.mjs"],
  ignorers: ["messages"],
  mutate: [
    "src/encoding/*.ts",
    "src/jws/{open,header,json-shape,options,protected-header,signature,verify*}.ts",
    "src/jwt/{check-token,claims,decode,type,verify*}.ts",
    "src/keys/{check-members,check-rsa,edwards-point,key-set,import-jwk*,import-members,import-secret,jwk}.ts",
    "src/keys/{ecdsa-signature,header-memory,hmac,primitive}.ts",
    "!src/**/*.test.ts",
  ],
  // What runs once when a module loads (tables, patterns) would need every test for every mutant.
  ignoreStatic: true,
  coverageAnalysis: "perTest",
  concurrency: 2,
  timeoutMS: 4000,
  reporters: ["json", "clear-text"],
  clearTextReporter: {
    allowColor: false,
    logTests: false,
    reportTests: false,
    reportMutants: false,
  },
  jsonReporter: { fileName: "../../.cache/mutation.json" },
  ignorePatterns: ["dist", "tsconfig*.json", "test/runtimes", "test/jwe", "test/interop"],
  // Rewriting the references needs an API that TypeScript 7 does not have.
  tsconfigFile: "none.json",
  tempDirName: ".stryker-tmp",
  allowConsoleColors: false,
};
