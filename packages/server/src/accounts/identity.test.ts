import { describe, expect, it } from "vitest";
import { emailSchema, nameSchema, parseEmail, parseUsername } from "./identity.ts";

describe("parseEmail", () => {
  it.each([
    ["ann@example.com", "ann@example.com"],
    ["Ann.Miller+tag@EXAMPLE.com", "ann.miller+tag@example.com"],
    ["o'neil@sub.example.co.uk", "o'neil@sub.example.co.uk"],
    ["root@localhost", "root@localhost"],
    [`${"a".repeat(64)}@example.com`, `${"a".repeat(64)}@example.com`],
  ])("reads %s", (text, email) => {
    expect(parseEmail(text)).toBe(email);
  });

  it.each([
    "",
    "ann",
    "@example.com",
    "ann@",
    "ann@@example.com",
    "a@b@example.com",
    "ann@evil.example,bob@example.com",
    "ann@example.com,bob@example.com",
    '"ann@evil.example"@example.com',
    "ann @example.com",
    " ann@example.com",
    "ann@example.com\n",
    "ann@example.com\r\nBcc: x@evil.example",
    "ann\0@example.com",
    "<ann@example.com>",
    "ann@exa_mple.com",
    "ann@-example.com",
    "ann@example..com",
    "ann@.example.com",
    "ann@example.com.",
    ".ann@example.com",
    "ann.@example.com",
    "a..b@example.com",
    "ann@[127.0.0.1]",
    "vıctim@example.com",
    "\u212aate@example.com",
    "ann@exämple.com",
    `${"a".repeat(65)}@example.com`,
    `ann@${"a".repeat(64)}.com`,
    `ann@${"a.".repeat(130)}com`,
  ])("J5, N9: refuses %j", (text) => {
    expect(parseEmail(text)).toBe(undefined);
    expect(emailSchema.safeParse(text).success).toBe(false);
  });

  it.each([
    ["ann\0@example.com", /control/],
    ["ann\u200b@example.com", /invisible/],
    ["ann@example.com\r\nBcc: x@evil.example", /control/],
    ["\u0430nn@example.com", /ASCII/],
    ["ann@ex\u0430mple.com", /xn--/],
    ["ann@example.com,bob@example.com", /one @/],
    [`${"a".repeat(250)}@example.com`, /254/],
  ])("says what is wrong with %j, and repeats none of it", (text, message) => {
    const { error } = emailSchema.safeParse(text);
    expect(error?.issues[0]?.message).toMatch(message);
    expect(JSON.stringify(error?.issues)).not.toContain("example.com");
  });

  it("takes a domain in another script as Punycode", () => {
    expect(parseEmail("ann@XN--exmple-cua.com")).toBe("ann@xn--exmple-cua.com");
  });

  it("I7: answers at once, whatever the text", () => {
    const texts = ["a.".repeat(200), "a".repeat(254), `${"a-".repeat(100)}@`, "a@".repeat(120)];
    expect(texts.map(parseEmail)).toEqual(texts.map(() => undefined));
  });
});

describe("parseUsername", () => {
  it("lowers ASCII capitals only", () => {
    expect(parseUsername("Ann_B.2")).toBe("ann_b.2");
    expect(parseUsername("\u212aate")).toBe(undefined);
    expect(parseUsername("annı")).toBe(undefined);
  });

  it.each(["", "ab", "2ann", "-ann", "ann@example", "an n", "a".repeat(33), "ann\n"])(
    "refuses %j",
    (text) => {
      expect(parseUsername(text)).toBe(undefined);
    },
  );
});

describe("nameSchema", () => {
  it.each(["\u0007bell", "line\nbreak", "\u202egnp.exe", "   ", "x".repeat(101)])(
    "refuses %j",
    (text) => {
      expect(nameSchema.safeParse(text).success).toBe(false);
    },
  );

  it("trims, and brings to NFC", () => {
    expect(nameSchema.parse("  Ju\u0308rgen ")).toBe("Jürgen");
  });
});
