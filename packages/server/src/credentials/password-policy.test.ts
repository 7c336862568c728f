import { describe, expect, it } from "vitest";
import { openCommonPasswords } from "./common-passwords.ts";
import {
  checkNewPassword,
  createPasswordPolicy,
  LOWEST_MIN_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
  normalizePassword,
} from "./password-policy.ts";

const own = { email: "ann.miller@example.com", username: "annmiller", name: "Ann Miller" };
const check = (password: string): void =>
  checkNewPassword(normalizePassword(password), own, MIN_PASSWORD_LENGTH);

describe("NIST SP 800-63B-4 section 3.1.1.2", () => {
  it.each([
    "seven quiet herons",
    "123456 herons at dawn",
    "                .  a b c",
    "пятнадцать цапель на заре",
    "鷺鷺鷺一二三四五六七八九十百千",
    "👩‍⚕️🦆🌅👨‍🚀🐸🌇👩‍🔧🦉🌃",
    `${"x".repeat(60)} y z a b`,
    "\t\u0007 control characters too",
  ])("accepts %j", (password) => {
    expect(() => check(password)).not.toThrow();
  });

  it("counts code points: 14 are too short, however many bytes they are", () => {
    const fourteen = "abcd🦆".repeat(3).slice(0, -"🦆".length);
    expect([...fourteen]).toHaveLength(14);
    expect(() => check(fourteen)).toThrow(expect.objectContaining({ code: "password_too_short" }));
    expect(() => check("")).toThrow(expect.objectContaining({ code: "password_too_short" }));
  });

  it("N5: refuses more than 1024 bytes", () => {
    expect(() => check(`ab cd ${"x".repeat(1019)}`)).toThrow(
      expect.objectContaining({ code: "password_too_long" }),
    );
    expect(() => check("鷺一二三四".repeat(100))).toThrow(
      expect.objectContaining({ code: "password_too_long" }),
    );
  });

  it.each([
    "ann.miller@example.com",
    "ANN.MILLER@EXAMPLE.COM",
    "annmiller1234567",
    "Ann Miller Ann Miller",
    "passwordpassword",
    "Password-2026-2026",
    "latchkeylatchkey",
    "aaaaaaaaaaaaaaaaaaaa",
    "abcabcabcabcabcabc",
    "1234123412341234123",
  ])("refuses %j: the account's own words, or hardly any letters", (password) => {
    expect(() => check(password)).toThrow(expect.objectContaining({ code: "password_too_common" }));
  });
});

describe("N4: normalisation", () => {
  it("brings NFD and NFC to one form, and changes nothing else", () => {
    expect(normalizePassword("u\u0308ber")).toBe("\u00fcber");
    expect(normalizePassword("  Trim Me \t")).toBe("  Trim Me \t");
    expect(normalizePassword("\u{1F986}\ufb01")).toBe("\u{1F986}\ufb01");
  });
});

describe("the policy of a server", () => {
  const policy = createPasswordPolicy({
    minLength: MIN_PASSWORD_LENGTH,
    common: openCommonPasswords(LOWEST_MIN_PASSWORD_LENGTH),
    breached: { has: (password) => Promise.resolve(password.startsWith("breached")) },
    productWords: ["clinic"],
  });

  it("answers the form that is hashed", async () => {
    expect(await policy.check("sieben ru\u0308hige Reiher", own)).toBe("sieben r\u00fchige Reiher");
  });

  it("asks for 15 characters, and for 8 beside a second factor", async () => {
    const password = "herons 8";
    await expect(policy.check(password, own)).rejects.toMatchObject({
      code: "password_too_short",
    });
    expect(await policy.check(password, own, { hasSecondFactor: true })).toBe(password);
    await expect(policy.check("heron 7", own, { hasSecondFactor: true })).rejects.toMatchObject({
      code: "password_too_short",
      detail: expect.stringContaining("8 characters"),
    });
  });

  it.each([
    "123456789987654321",
    "QWERTYUIOP123456789",
    "PasswordPassword",
    "superman superman".replaceAll(" ", ""),
    "clinicClinic2026",
  ])("refuses %j: common, or a product's own word", async (password) => {
    await expect(policy.check(password, own)).rejects.toMatchObject({
      code: "password_too_common",
    });
  });

  it("refuses a short common one beside a second factor", async () => {
    await expect(policy.check("Trustno1", own, { hasSecondFactor: true })).rejects.toMatchObject({
      code: "password_too_common",
    });
  });

  it("compares the whole password, never a part of it", async () => {
    const password = "trustno1 but the herons";
    expect(await policy.check(password, own)).toBe(password);
  });

  it("refuses a breached one", async () => {
    await expect(policy.check("breached by a heron", own)).rejects.toMatchObject({
      code: "password_breached",
    });
  });

  it("N4: refuses half a character, which has no bytes of its own", async () => {
    await expect(policy.check("seven quiet herons \ud800", own)).rejects.toMatchObject({
      code: "invalid_request",
    });
  });
});
