// The static checks, in the order that finds a mistake soonest. Used by check.mjs and test.mjs.

/** @type {readonly { name: string, command: readonly string[] }[]} */
export const staticChecks = [
  { name: "format", command: ["biome", "format", "."] },
  { name: "lint", command: ["oxlint", "--type-aware"] },
  { name: "types", command: ["tsc", "-b"] },
  { name: "unused", command: ["knip", "--no-progress"] },
];
