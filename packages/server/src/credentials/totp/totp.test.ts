// RFC 6238 appendix B, base32 of RFC 4648 section 10, and an implementation by others.

import { randomBytes } from "node:crypto";
import { Secret, TOTP, URI } from "otpauth";
import { describe, expect, it } from "vitest";
import { encodeBase32 } from "./base32.ts";
import { computeTotp, matchTotp, TOTP_SEED_BYTES, TOTP_STEP, totpStep } from "./totp.ts";
import { renderEnrolment } from "./totp-enrolment.ts";

const RFC_SEED = Buffer.from("12345678901234567890");

describe("RFC 6238 appendix B, SHA-1", () => {
  // The appendix has 8 digits; 6 are the last ones of the same number.
  it.each([
    [59, "94287082"],
    [1111111109, "07081804"],
    [1111111111, "14050471"],
    [1234567890, "89005924"],
    [2000000000, "69279037"],
    [20000000000, "65353130"],
  ])("at second %i", (seconds, code) => {
    expect(computeTotp(RFC_SEED, totpStep(seconds * 1000))).toBe(code.slice(2));
  });
});

describe("RFC 4226 appendix D", () => {
  it.each(
    "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489"
      .split(" ")
      .map((code, counter) => ({ code, counter })),
  )("counter $counter", ({ code, counter }) => {
    expect(computeTotp(RFC_SEED, counter)).toBe(code);
  });
});

describe("base32", () => {
  it.each([
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foob", "MZXW6YQ"],
    ["fooba", "MZXW6YTB"],
    ["foobar", "MZXW6YTBOI"],
  ])("RFC 4648 section 10: %j", (text, encoded) => {
    expect(encodeBase32(Buffer.from(text))).toBe(encoded);
  });
});

describe("another implementation", () => {
  it("computes the same codes from the URI that the app scans", () => {
    for (let round = 0; round < 100; round++) {
      const seed = randomBytes(TOTP_SEED_BYTES);
      const names = { issuer: "https://id.example.com", account: "ana+test@example.com" };
      const { uri, secret, qr } = renderEnrolment(seed, names);
      const app = URI.parse(uri);
      if (!(app instanceof TOTP)) throw new Error("the URI is not of a time-based code");
      expect(app.issuer).toBe("id.example.com");
      expect(app.label).toBe("ana+test@example.com");
      expect(Secret.fromBase32(secret).buffer).toEqual(new Uint8Array(seed).buffer);
      const timestamp = 1_700_000_000_000 + round * 7 * TOTP_STEP;
      expect(app.generate({ timestamp })).toBe(computeTotp(seed, totpStep(timestamp)));
      expect(qr).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    }
  });
});

describe("which codes are accepted", () => {
  const now = 1_700_000_010_000;
  const step = totpStep(now);
  const at = (offset: number): string => computeTotp(RFC_SEED, step + offset);

  const wrong = { kind: "wrong" };
  const reused = { kind: "reused" };
  const fresh = (which: number) => ({ kind: "new", step: which });

  it("takes the current step, the one before and the one after", () => {
    const match = (code: string) => matchTotp(RFC_SEED, code, { now, lastStep: 0 });
    expect([at(-2), at(-1), at(0), at(1), at(2)].map(match)).toEqual([
      wrong,
      fresh(step - 1),
      fresh(step),
      fresh(step + 1),
      wrong,
    ]);
  });

  it("N8: takes no step twice, and none before the last one", () => {
    const match = (code: string, lastStep: number) => matchTotp(RFC_SEED, code, { now, lastStep });
    expect(match(at(0), step)).toEqual(reused);
    expect(match(at(-1), step)).toEqual(reused);
    expect(match(at(1), step)).toEqual(fresh(step + 1));
    expect(match(at(0), step - 1)).toEqual(fresh(step));
  });

  it("takes nothing that only looks like the code", () => {
    const match = (code: string) => matchTotp(RFC_SEED, code, { now, lastStep: 0 });
    for (const code of ["", at(0).slice(1), `${at(0)} `, `0${at(0)}`, "０１２３４５"]) {
      expect(match(code)).toEqual(wrong);
    }
  });
});
