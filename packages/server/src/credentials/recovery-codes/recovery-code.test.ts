import { describe, expect, it } from "vitest";
import {
  createRecoveryCodes,
  hashRecoveryCode,
  MAX_TYPED_RECOVERY_CODE,
  parseRecoveryCode,
  RECOVERY_CODE_LENGTH,
  RECOVERY_CODES,
} from "./recovery-code.ts";

describe("recovery codes", () => {
  it("are ten, all different, in groups that can be read out", () => {
    const codes = createRecoveryCodes();
    expect(codes).toHaveLength(RECOVERY_CODES);
    expect(new Set(codes).size).toBe(RECOVERY_CODES);
    for (const code of codes) {
      expect(code).toMatch(/^(?:[0-9a-hjkmnp-tv-z]{5}-){4}[0-9a-hjkmnp-tv-z]{5}$/);
    }
  });

  it("use every letter of the alphabet", () => {
    const letters = new Set(
      Array.from({ length: 40 }, () => createRecoveryCodes().join("")).join(""),
    );
    letters.delete("-");
    expect(letters.size).toBe(32);
  });

  it("are read however they are typed", () => {
    const code = parseRecoveryCode("01abc-defgh-jkmnp-qrstv-wxyz2");
    expect(code).toBe("01abcdefghjkmnpqrstvwxyz2");
    for (const typed of [
      " 01ABC DEFGH JKMNP QRSTV WXYZ2\n",
      "o1abc-defgh-jkmnp-qrstv-wxyz2",
      "Olabcdefghjkmnpqrstvwxyz2",
      "0iabc defghjkmnpqrstv-wxyz2",
    ]) {
      expect(parseRecoveryCode(typed)).toBe(code);
    }
  });

  it.each([
    "",
    "01abc",
    "u".repeat(RECOVERY_CODE_LENGTH),
    "0".repeat(RECOVERY_CODE_LENGTH + 1),
    `${"0".repeat(RECOVERY_CODE_LENGTH - 1)}é`,
    " ".repeat(MAX_TYPED_RECOVERY_CODE + 1),
  ])("are not %j", (typed) => {
    expect(parseRecoveryCode(typed)).toBeNull();
  });

  it("have another hash for another user", () => {
    const code = "0".repeat(RECOVERY_CODE_LENGTH);
    expect(hashRecoveryCode("ann", code)).not.toEqual(hashRecoveryCode("bob", code));
    expect(hashRecoveryCode("ann", code)).toHaveLength(32);
  });
});
