import { describe, expect, it } from "vitest";
import { requireOrigin, requireSameOrigin } from "./csrf.ts";

const policy = { origins: new Set(["https://app.example", "https://id.example"]) };
const post = (headers: Record<string, string>): Request =>
  new Request("https://id.example/auth/refresh", { method: "POST", headers, body: "{}" });
const mark = { "Content-Type": "application/json", "Latchkey-Request": "1" };

describe("requireOrigin (design section 3, CSRF)", () => {
  it.each([
    { "Sec-Fetch-Site": "same-origin" },
    { "Sec-Fetch-Site": "same-origin", Origin: "null" },
    { "Sec-Fetch-Site": "same-site", Origin: "https://app.example" },
    { Origin: "https://app.example" },
    { Origin: "https://id.example" },
  ])("accepts %j", (headers) => {
    expect(() => requireOrigin(post(headers as Record<string, string>), policy)).not.toThrow();
  });

  it.each([
    {},
    { Origin: "null" },
    { Origin: "https://evil.example" },
    { Origin: "https://app.example.evil.example" },
    { Origin: "https://evilapp.example" },
    { Origin: "http://app.example" },
    { Origin: "https://app.example:8443" },
    { Origin: "https://APP.example" },
    { "Sec-Fetch-Site": "same-site" },
    { "Sec-Fetch-Site": "same-site", Origin: "https://evil.example" },
    { "Sec-Fetch-Site": "cross-site", Origin: "https://app.example" },
    { "Sec-Fetch-Site": "none", Origin: "https://app.example" },
    { "Sec-Fetch-Site": "SAME-ORIGIN" },
    { "Sec-Fetch-Site": "same-origin, cross-site" },
  ])("refuses %j", (headers) => {
    expect(() => requireOrigin(post(headers as Record<string, string>), policy)).toThrow(
      expect.objectContaining({ code: "origin_refused" }),
    );
  });
});

describe("requireSameOrigin", () => {
  it("accepts marked JSON from the same origin", () => {
    const request = post({ ...mark, "Sec-Fetch-Site": "same-origin" });
    expect(() => requireSameOrigin(request, policy)).not.toThrow();
  });

  it("refuses a request without the mark", () => {
    const request = post({ "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin" });
    expect(() => requireSameOrigin(request, policy)).toThrow(
      expect.objectContaining({ code: "origin_refused" }),
    );
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/json-seq", ""])(
    "O10: refuses %j, which a form can send",
    (type) => {
      const request = post({ ...mark, "Sec-Fetch-Site": "same-origin", "Content-Type": type });
      expect(() => requireSameOrigin(request, policy)).toThrow(
        expect.objectContaining({ code: "unsupported_media_type" }),
      );
    },
  );
});
