import { describe, expect, test } from "vitest";
import { formatChallenge } from "./challenge.ts";

describe("RFC 6750 section 3", () => {
  test("no parameters", () => {
    expect(formatChallenge({})).toBe("Bearer");
  });

  test("every parameter, quoted", () => {
    expect(
      formatChallenge({
        realm: "clinic",
        error: "insufficient_scope",
        description: "Not enough",
        scope: "read write",
        reason: "retired",
      }),
    ).toBe(
      'Bearer realm="clinic", error="insufficient_scope", error_description="Not enough", scope="read write", latchkey_reason="retired"',
    );
  });

  test("P12: RFC 9470 section 3", () => {
    expect(
      formatChallenge({
        error: "insufficient_user_authentication",
        maxAge: 300,
        acrValues: "phr mfa",
      }),
    ).toBe('Bearer error="insufficient_user_authentication", max_age="300", acr_values="phr mfa"');
  });

  test.each(['a"b', "a\\b", "a\r\nSet-Cookie: x=1", "a\u0000", "ä", "\u2028"])(
    "P3: %j cannot end the quoted string or the header",
    (value) => {
      const text = formatChallenge({ realm: value });
      expect(text).toMatch(/^Bearer realm="[\x20-\x21\x23-\x5b\x5d-\x7e]*"$/);
    },
  );
});
