import { describe, expect, it } from "vitest";
import { MAX_RETURN_LENGTH, parseReturnTo } from "./return-to.ts";

const policy = {
  issuer: "https://id.example",
  origins: new Set(["https://id.example", "https://app.example", "http://localhost:3000"]),
};
const check = (text: string | undefined) => parseReturnTo(text, policy);

describe("return addresses", () => {
  it.each([
    ["/", "/"],
    ["/account", "/account"],
    ["/a/../b?c=d#e", "/b?c=d#e"],
    ["/search?q=a%2Fb", "/search?q=a%2Fb"],
    ["/x?next=https://evil.example", "/x?next=https://evil.example"],
    ["https://id.example/account", "/account"],
    ["https://id.example", "/"],
    ["https://app.example/", "https://app.example/"],
    ["https://app.example/book?day=2", "https://app.example/book?day=2"],
    ["http://localhost:3000/x", "http://localhost:3000/x"],
  ])("takes %s", (text, location) => {
    expect(check(text)).toBe(location);
  });

  it.each([
    undefined,
    "",
    "account",
    "//evil",
    "///evil",
    "////evil.example",
    "/\\evil",
    "\\\\evil",
    "\\/evil",
    "/%09/evil",
    "/%5cevil",
    "/%2fevil",
    "/%2F%2Fevil",
    "/%0d%0aSet-Cookie:a=b",
    "/x?a=%0d%0aSet-Cookie:a=b",
    "/x/..//evil",
    "/x/.//evil",
    "/x//evil",
    "/\t/evil",
    "/\n/evil",
    "/\r\nLocation: //evil",
    "/\u0000evil",
    " //evil",
    " /account",
    "/account ",
    "https:evil",
    "https:/evil.example",
    "https:///evil.example",
    "https://evil.example",
    "https://evil.example/",
    "https://id.example.evil.example/",
    "https://id.example@evil.example/",
    "https://id.example:443@evil.example/",
    "https://id.example:8443/",
    "https://user@id.example/",
    "https://app.example.evil/",
    "https://xapp.example/",
    "https://APP.example/",
    "https://app.example\\@evil.example/",
    "https://app.example//evil.example",
    "http://id.example/",
    "HTTPS://evil.example/",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "blob:https://id.example/x",
    "ftp://id.example/",
    "//id.example/account",
    "/ﬃ",
    "/／evil",
    "https://id。example/",
    `/${"a".repeat(MAX_RETURN_LENGTH)}`,
  ])("K3: refuses %j", (text) => {
    expect(check(text)).toBeUndefined();
  });

  it("K3: what it takes never leaves the allow-list, as a browser resolves it", () => {
    const pieces = [
      "/",
      "\\",
      "//",
      "%2f",
      "%5c",
      "evil.example",
      "..",
      ".",
      "@",
      ":",
      "https:",
      "?",
    ];
    let taken = 0;
    const escaped: string[] = [];
    for (const a of pieces) {
      for (const b of pieces) {
        for (const c of pieces) {
          for (const d of pieces) {
            const location = check(a + b + c + d);
            if (location === undefined) continue;
            taken += 1;
            const { origin } = new URL(location, "https://id.example/sign-in");
            if (!policy.origins.has(origin)) escaped.push(a + b + c + d);
          }
        }
      }
    }
    expect(escaped).toEqual([]);
    expect(taken).toBeGreaterThan(50);
  });
});
