import { describe, expect, it } from "vitest";
import { openCommonPasswords } from "./common-passwords.ts";

const common = openCommonPasswords(8);

describe("the list of common passwords", () => {
  it("holds the most common ones of eight bytes and more, in two megabytes", async () => {
    const { entries, bytes } = await common.measure();
    expect(entries).toBeGreaterThan(200_000);
    expect(bytes).toBeLessThan(2_500_000);
  });

  it.each([
    "password",
    "12345678",
    "PASSWORD1",
    "Trustno1",
    "1qaz2wsx3edc",
    "12345678901234567890",
    // The last of the first 100,000 that is long enough, and the last of all.
    "07021954",
    'administrator"',
    "passwordpasswordpassword",
    "iloveyouiloveyou",
  ])("knows %j", async (password) => {
    expect(await common.has(password)).toBe(true);
  });

  it.each([
    "",
    "\n",
    "password\n12345678",
    "seven quiet herons at dawn",
    "password with a tail",
    "tail of a password",
    "xy ".repeat(340),
    "пароль и цапли",
  ])("does not know %j", async (password) => {
    expect(await common.has(password)).toBe(false);
  });

  it("reads the list once for questions that come together", async () => {
    const fresh = openCommonPasswords(15);
    const answers = await Promise.all(
      ["123456789987654321", "seven quiet herons", "qwertyuiop12345"].map((text) =>
        fresh.has(text),
      ),
    );
    expect(answers).toEqual([true, false, true]);
    expect((await fresh.measure()).bytes).toBeLessThan(100_000);
  });
});
