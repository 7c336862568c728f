import { describe, expect, it } from "vitest";
import { formatPhc, parsePhc } from "./phc.ts";

const salt = Buffer.alloc(16, 1);
const hash = Buffer.alloc(32, 2);
const made = {
  variant: "argon2id",
  memory: 19_456,
  passes: 2,
  parallelism: 1,
  salt,
  hash,
} as const;

describe("PHC strings", () => {
  it("reads what it writes", () => {
    const parts = { ...made, pepperId: null };
    const text = formatPhc(parts);
    expect(text).toBe(
      "$argon2id$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI",
    );
    expect(parsePhc(text)).toEqual(parts);
  });

  it("names the pepper as the format's keyid", () => {
    const parts = { ...made, pepperId: "2026-a" };
    expect(formatPhc(parts)).toContain("$m=19456,t=2,p=1,keyid=MjAyNi1h$");
    expect(parsePhc(formatPhc(parts))).toEqual(parts);
  });

  it.each(["argon2i", "argon2d"] as const)("reads %s, which imported accounts have", (variant) => {
    const parts = { ...made, variant, pepperId: null };
    expect(parsePhc(formatPhc(parts))).toEqual(parts);
  });

  it.each([
    ["more memory than the bound", "$argon2id$v=19$m=262145,t=2,p=1$"],
    ["more passes than the bound", "$argon2id$v=19$m=19456,t=17,p=1$"],
    ["more lanes than the bound", "$argon2id$v=19$m=19456,t=2,p=9$"],
    ["less memory than its lanes need", "$argon2id$v=19$m=8,t=2,p=2$"],
    ["a number that is not canonical", "$argon2id$v=19$m=019456,t=2,p=1$"],
    ["another variant", "$argon2x$v=19$m=19456,t=2,p=1$"],
    ["a keyid that names no pepper", "$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAA$"],
    ["a keyid of more than eight bytes", "$argon2id$v=19$m=19456,t=2,p=1,keyid=YWFhYWFhYWFh$"],
    ["associated data, which we have none of", "$argon2id$v=19$m=19456,t=2,p=1,data=AAAA$"],
    ["another version", "$argon2id$v=16$m=19456,t=2,p=1$"],
    ["another function", "$2b$12$"],
  ])("N6: refuses %s", (_what, start) => {
    expect(parsePhc(`${start}AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgIC`)).toBe(undefined);
  });

  it.each(["", "x", `$argon2id$v=19$m=19456,t=2,p=1$${"A".repeat(300)}$AAAA`])(
    "N6: refuses %j",
    (text) => {
      expect(parsePhc(text)).toBe(undefined);
    },
  );
});
