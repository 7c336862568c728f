// One round trip for each algorithm, and the types of what comes back.

import { describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPublicJwk,
  generateKey,
  importJwkSet,
  listSignatureAlgorithms,
  publicKey,
  signJwt,
  verifyJwt,
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
