// @ts-check
// The tests that mutants meet: fast ones that check refusals. Properties and peers are left out: with
// random or slow inputs, a mutant's fate would depend on luck or on a time limit.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/attacks/*.test.ts", "test/vectors/*.test.ts"],
    exclude: ["**/c-rsa-forgeries.test.ts", "**/source.test.ts", "src/jwe/**"],
    testTimeout: 20_000,
    watch: false,
  },
});
