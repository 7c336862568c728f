// One round trip for each algorithm, and one answer from both ways to verify.

import { describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPublicJwk,
  generateKey,
  importJwkSet,
  JoseError,
  listSignatureAlgorithms,
  publicKey,
  signJwt,
  verifyJwt,
  verifyJwtAsync,
} from "../index.ts";

describe("sign and verify", () => {
  test.each(listSignatureAlgorithms())("%s", async (alg) => {
    const key = await generateKey(alg);
    const token = signJwt({ sub: "u_1", roles: ["doctor"] }, key, {
      issuer: "https://auth.example.com",
      audience: "https://api.example.com",
      expiresIn: "15m",
      now: 1_800_000_000,
    });
    const verifier =
      key.type === "secret" ? createKeySet([key]) : importJwkSet({ keys: [exportPublicJwk(key)] });
    const { header, claims } = verifyJwt(token, verifier, {
      issuer: "https://auth.example.com",
      audience: "https://api.example.com",
      now: 1_800_000_000,
    });
    expect(header).toEqual({ alg, typ: "JWT", ...(key.kid === undefined ? {} : { kid: key.kid }) });
    expect(claims).toEqual({
      sub: "u_1",
      roles: ["doctor"],
      iss: "https://auth.example.com",
      aud: "https://api.example.com",
      iat: 1_800_000_000,
      exp: 1_800_000_900,
    });
    const single = verifyJwt(token, key.type === "private" ? publicKey(key) : key, {
      audience: "https://api.example.com",
      now: 1_800_000_899,
    });
    expect(single.claims).toEqual(claims);
  });
});

describe("both ways to verify give one answer", () => {
  test.each(["HS256", "ES256", "RS256"] as const)("%s", async (alg) => {
    const key = await generateKey(alg);
    const verifier = key.type === "private" ? publicKey(key) : key;
    const rules = { audience: "a", now: 1_800_000_000 };
    const token = signJwt({ sub: "u_1" }, key, { ...rules, expiresIn: "15m" });
    const [header = "", payload = "", signature = ""] = token.split(".");
    const changed = `${signature.slice(0, -2)}${signature.endsWith("AA") ? "QQ" : "AA"}`;
    const spellings = [
      `${signature}=`,
      `${signature} `,
      `+${signature.slice(1)}`,
      changed,
      "A",
      "%",
    ];
    for (const spelling of [signature, ...spellings]) {
      const odd = `${header}.${payload}.${spelling}`;
      const now = attempt(() => verifyJwt(odd, verifier, rules).claims);
      const later = await verifyJwtAsync(odd, verifier, rules).then(
        ({ claims }) => claims,
        (error: JoseError) => error.code,
      );
      expect({ spelling, answer: later }).toEqual({ spelling, answer: now });
      expect(typeof now).toBe(spelling === signature ? "object" : "string");
    }
  });
});

function attempt<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof JoseError) return error.code;
    throw error;
  }
}
