// Attacks on claims: section F of the catalogue.

import { beforeAll, describe, expect, test } from "vitest";
import {
  exportPrivateJwk,
  generateKey,
  type Key,
  signJwt,
  verifyJwt,
  type VerifyJwtOptions,
} from "../../src/index.ts";
import { forgeHmac, outcome } from "../forge.ts";

const NOW = 1_800_000_000;

let key: Key;
let secret: Buffer;
beforeAll(async () => {
  key = await generateKey("HS256");
  secret = Buffer.from((exportPrivateJwk(key) as { readonly k: string }).k, "base64url");
});

const forge = (claims: unknown, header: object = {}): string =>
  forgeHmac({ alg: "HS256", ...header }, claims, secret);
const verify = (claims: unknown, options: VerifyJwtOptions = {}): string =>
  outcome(() => verifyJwt(forge(claims), key, { now: NOW, ...options }));

describe("F1 NumericDates", () => {
  const wrong: readonly string[] = [
    '"1900000000"',
    '""',
    "null",
    "[1900000000]",
    "[]",
    "{}",
    '{"valueOf":1}',
    "true",
    "false",
    "-1",
    "-0.5",
    '"NaN"',
    '"Infinity"',
  ];
  test.each(wrong)("%s", (value) => {
    for (const name of ["exp", "nbf", "iat"]) {
      const claims = name === "exp" ? `{"exp":${value}}` : `{"exp":1900000000,"${name}":${value}}`;
      expect(verify(claims)).toBe("claim_invalid");
      expect(verify(claims, { allowNoExpiration: true })).toBe("claim_invalid");
    }
  });

  test("numbers", () => {
    expect(verify({ exp: NOW + 0.5 })).toBe("accepted");
    expect(verify('{"exp":1.9e9}')).toBe("accepted");
    expect(verify({ exp: 0 })).toBe("token_expired");
    expect(verify('{"exp":-0}')).toBe("token_expired");
    expect(verify('{"exp":9007199254740993}')).toBe("accepted");
    expect(verify('{"exp":1e400}')).toBe("json_invalid");
    expect(verify({ exp: NOW + 10, nbf: NOW * 1000 })).toBe("token_not_yet_valid");
    expect(verify({ exp: NOW + 10, nbf: 0, iat: 0 })).toBe("accepted");
  });
});

describe("F2 boundaries", () => {
  test.each([
    [{ exp: NOW }, {}, "token_expired"],
    [{ exp: NOW + 1 }, {}, "accepted"],
    [{ exp: NOW - 1 }, {}, "token_expired"],
    [{ exp: NOW }, { now: NOW - 0.001 }, "accepted"],
    [{ exp: NOW }, { clockTolerance: 1 }, "accepted"],
    [{ exp: NOW - 1 }, { clockTolerance: 1 }, "token_expired"],
    [{ exp: NOW - 299 }, { clockTolerance: "5m" }, "accepted"],
    [{ exp: NOW - 300 }, { clockTolerance: "5m" }, "token_expired"],
    [{ exp: NOW + 9, nbf: NOW }, {}, "accepted"],
    [{ exp: NOW + 9, nbf: NOW + 1 }, {}, "token_not_yet_valid"],
    [{ exp: NOW + 9, nbf: NOW + 1 }, { clockTolerance: 1 }, "accepted"],
    [{ exp: NOW + 9, nbf: NOW + 2 }, { clockTolerance: 1 }, "token_not_yet_valid"],
    [{ exp: NOW + 9, iat: NOW + 100 }, {}, "accepted"],
    [{ iat: NOW }, { maxAge: "1m" }, "accepted"],
    [{ iat: NOW - 60 }, { maxAge: "1m" }, "accepted"],
    [{ iat: NOW - 61 }, { maxAge: "1m" }, "token_too_old"],
    [{ iat: NOW - 61 }, { maxAge: "1m", clockTolerance: 1 }, "accepted"],
    [{ iat: NOW + 1 }, { maxAge: "1m" }, "token_not_yet_valid"],
    [{ iat: NOW + 1 }, { maxAge: "1m", clockTolerance: 1 }, "accepted"],
    [{ exp: NOW + 9 }, { maxAge: "1m" }, "claim_missing"],
    [{ iat: NOW, exp: NOW }, { maxAge: "1m" }, "token_expired"],
  ] as const)("%j with %j: %s", (claims, options, expected) => {
    expect(verify(claims, options)).toBe(expected);
  });

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -1,
    "",
    "15",
    "m",
    "-5m",
    "1e3s",
    "5 m ",
    "5M",
    "5ms",
    "5 months",
    "1y",
    "0x10s",
    "١m",
    " 5m",
    "5  m",
    null,
    {},
    [5],
    true,
    301,
    "6m",
  ])("clockTolerance %s", (clockTolerance) => {
    expect(verify({ exp: NOW - 1 }, { clockTolerance: clockTolerance as number })).toBe(
      "TypeError",
    );
  });

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    "1800000000",
    null,
    {},
    new Date(),
  ])("now %s", (now) => {
    expect(outcome(() => verifyJwt(forge({ exp: NOW + 9 }), key, { now: now as number }))).toBe(
      "TypeError",
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, "forever", null])("maxAge %s", (maxAge) => {
    expect(verify({ iat: NOW }, { maxAge: maxAge as number })).toBe("TypeError");
  });

  test("the system's clock is the default", () => {
    const now = Math.floor(Date.now() / 1000);
    expect(outcome(() => verifyJwt(forge({ exp: now - 5 }), key, {}))).toBe("token_expired");
    expect(outcome(() => verifyJwt(forge({ exp: now + 60 }), key, {}))).toBe("accepted");
  });

  test("signing refuses times that are none", () => {
    for (const options of [
      { expiresIn: Number.NaN },
      { expiresIn: -1 },
      { notBefore: "soon" },
      { now: Number.NaN },
      { now: -1 },
      { expiresIn: Number.POSITIVE_INFINITY },
    ]) {
      expect(outcome(() => signJwt({}, key, options))).toBe("TypeError");
    }
    expect(outcome(() => signJwt({ exp: "tomorrow" }, key))).toBe("claim_invalid");
    expect(outcome(() => signJwt({ exp: Number.NaN }, key))).toBe("TypeError");
  });
});

describe("F3 missing claims", () => {
  test.each([
    [{}, {}, "claim_missing"],
    [{}, { allowNoExpiration: true }, "accepted"],
    [{ exp: NOW + 9 }, { issuer: "a" }, "claim_missing"],
    [{ exp: NOW + 9 }, { audience: "a" }, "claim_missing"],
    [{ exp: NOW + 9 }, { subject: "a" }, "claim_missing"],
    [{ exp: NOW + 9 }, { jwtId: "a" }, "claim_missing"],
    [{ exp: NOW + 9 }, { requiredClaims: ["client_id"] }, "claim_missing"],
    [{ exp: NOW + 9, client_id: null }, { requiredClaims: ["client_id"] }, "accepted"],
    [{ exp: NOW + 9 }, { requiredClaims: ["toString"] }, "claim_missing"],
    [{ exp: NOW + 9 }, { requiredClaims: ["__proto__"] }, "claim_missing"],
    [{ exp: NOW + 9, sub: "" }, { requiredClaims: ["sub"] }, "accepted"],
  ] as const)("%j with %j: %s", (claims, options, expected) => {
    expect(verify(claims, options)).toBe(expected);
  });

  test("the missing claim is named", () => {
    expect(() => verifyJwt(forge({ exp: NOW + 9 }), key, { now: NOW, issuer: "a" })).toThrow(
      expect.objectContaining({ code: "claim_missing", member: "iss" }),
    );
  });
});

describe("F4 audience", () => {
  const aud = (value: unknown, audience?: string | readonly string[]): string =>
    verify({ exp: NOW + 9, aud: value }, audience === undefined ? {} : { audience });
  test.each([
    ["api", "api", "accepted"],
    [["api"], "api", "accepted"],
    [["evil", "api"], "api", "accepted"],
    ["api", ["x", "api"], "accepted"],
    [["a", "b"], ["b", "c"], "accepted"],
    ["api2", "api", "audience_mismatch"],
    ["ap", "api", "audience_mismatch"],
    ["API", "api", "audience_mismatch"],
    ["api/", "api", "audience_mismatch"],
    [" api", "api", "audience_mismatch"],
    ["api,other", "api", "audience_mismatch"],
    ["api other", "api", "audience_mismatch"],
    ["api", "api2", "audience_mismatch"],
    ["", "api", "audience_mismatch"],
    [[""], "api", "audience_mismatch"],
    [["api2", "3api"], "api", "audience_mismatch"],
    ["__proto__", "api", "audience_mismatch"],
    ["length", ["api"], "audience_mismatch"],
    ["0", ["api"], "audience_mismatch"],
    [["a", "b"], ["c", "d"], "audience_mismatch"],
    [[], "api", "claim_invalid"],
    [[["api"]], "api", "claim_invalid"],
    [["api", 1], "api", "claim_invalid"],
    [["api", null], "api", "claim_invalid"],
    [1, "api", "claim_invalid"],
    [null, "api", "claim_invalid"],
    [true, "api", "claim_invalid"],
    [{ 0: "api", length: 1 }, "api", "claim_invalid"],
    [{ api: "api" }, "api", "claim_invalid"],
  ] as const)("aud %j for %j: %s", (value, audience, expected) => {
    expect(aud(value, audience)).toBe(expected);
  });

  test("present in the token and none configured", () => {
    expect(aud("api")).toBe("audience_mismatch");
    expect(aud(["api"])).toBe("audience_mismatch");
    expect(verify({ exp: NOW + 9, aud: "api" }, { skipAudienceCheck: true })).toBe("accepted");
    expect(verify({ exp: NOW + 9, aud: [] }, { skipAudienceCheck: true })).toBe("claim_invalid");
    expect(verify({ exp: NOW + 9, aud: "api" }, { skipAudienceCheck: 1 as never })).toBe(
      "audience_mismatch",
    );
  });

  test.each([[], "", [""], ["a", ""], [1], {}, 1, null, /api/, new Set(["api"])])(
    "a configured audience of %s",
    (audience) => {
      expect(verify({ exp: NOW + 9, aud: "api" }, { audience: audience as string })).toBe(
        "TypeError",
      );
    },
  );
});

describe("F5 issuer", () => {
  const issuer = "https://idp.example.com";
  test.each([
    "https://idp.example.com.evil",
    "https://idp.example.co",
    "https://idp.example.com/",
    "https://IDP.example.com",
    "http://idp.example.com",
    "https://a@idp.example.com",
    "https://idp.example.com#",
    "https://idp.exampl\u0435.com",
    "",
    "evil https://idp.example.com",
    ".*",
  ])("%j", (iss) => {
    expect(verify({ exp: NOW + 9, iss }, { issuer })).toBe("issuer_mismatch");
  });
  test.each([[[issuer]], [["evil", issuer]], [{ toString: issuer }], [1], [null], [true]])(
    "%j",
    (iss) => {
      expect(verify({ exp: NOW + 9, iss }, { issuer })).toBe("claim_invalid");
      expect(verify({ exp: NOW + 9, iss })).toBe("claim_invalid");
    },
  );
  test.each(["", /idp/, [issuer], null, 5, {}])("a configured issuer of %s", (wanted) => {
    expect(verify({ exp: NOW + 9, iss: issuer }, { issuer: wanted as string })).toBe("TypeError");
  });
  test("the one itself", () => {
    expect(verify({ exp: NOW + 9, iss: issuer }, { issuer })).toBe("accepted");
  });
});

describe("F6 sub and jti", () => {
  test.each([["a"], [{}], [5], [null], [true], [[]]])("sub and jti %j", (value) => {
    for (const name of ["sub", "jti"]) {
      const wanted = typeof value === "string" ? "accepted" : "claim_invalid";
      expect(verify({ exp: NOW + 9, [name]: value })).toBe(wanted);
    }
  });
  test("compared exactly", () => {
    expect(verify({ exp: NOW + 9, sub: "a" }, { subject: "a" })).toBe("accepted");
    expect(verify({ exp: NOW + 9, sub: "A" }, { subject: "a" })).toBe("subject_mismatch");
    expect(verify({ exp: NOW + 9, jti: "a" }, { jwtId: "a" })).toBe("accepted");
    expect(verify({ exp: NOW + 9, jti: "ab" }, { jwtId: "a" })).toBe("jwt_id_mismatch");
    expect(verify({ exp: NOW + 9, sub: "" }, { subject: "" })).toBe("TypeError");
    expect(verify({ exp: NOW + 9, jti: "" }, { jwtId: "" })).toBe("TypeError");
  });
});

describe("F9 kinds of token", () => {
  const kind = (typ: unknown, options: VerifyJwtOptions): string =>
    outcome(() =>
      verifyJwt(forge({ exp: NOW + 9 }, typ === undefined ? {} : { typ }), key, {
        now: NOW,
        ...options,
      }),
    );
  test.each([
    ["at+jwt", "at+jwt", "accepted"],
    ["application/at+jwt", "at+jwt", "accepted"],
    ["at+jwt", "application/at+jwt", "accepted"],
    ["AT+JWT", "at+jwt", "accepted"],
    ["Application/At+Jwt", "at+jwt", "accepted"],
    ["JWT", "at+jwt", "type_mismatch"],
    [undefined, "at+jwt", "type_mismatch"],
    ["logout+jwt", "at+jwt", "type_mismatch"],
    ["dpop+jwt", "at+jwt", "type_mismatch"],
    ["at+jwt ", "at+jwt", "type_mismatch"],
    ["text/at+jwt", "at+jwt", "type_mismatch"],
    ["application/application/at+jwt", "at+jwt", "type_mismatch"],
    ["application/at+jwt/x", "at+jwt", "type_mismatch"],
    ["at+jwt; charset=utf-8", "at+jwt", "type_mismatch"],
    ["at+\u212Awt", "at+kwt", "type_mismatch"],
    ["", "at+jwt", "type_mismatch"],
    [undefined, undefined, "accepted"],
    ["JWT", undefined, "accepted"],
    ["jwt", undefined, "accepted"],
    ["application/jwt", undefined, "accepted"],
    ["at+jwt", undefined, "type_mismatch"],
    ["", undefined, "type_mismatch"],
    ["JWT", "jwt", "accepted"],
    [5, "at+jwt", "header_invalid"],
    [null, undefined, "header_invalid"],
    [["at+jwt"], "at+jwt", "header_invalid"],
  ])("typ %j, expected %j: %s", (typ, wanted, expected) => {
    expect(kind(typ, wanted === undefined ? {} : { typ: wanted })).toBe(expected);
  });
  test("the opt-out has a loud name", () => {
    expect(kind("at+jwt", { skipTypeCheck: true })).toBe("accepted");
    expect(kind(5, { skipTypeCheck: true })).toBe("header_invalid");
  });
  test.each(["", " ", "a b", 5, null, [], "a/b/c", "ü"])("an expected typ of %j", (typ) => {
    expect(kind("at+jwt", { typ: typ as string })).toBe("TypeError");
    expect(outcome(() => signJwt({}, key, { typ: typ as string }))).toBe("TypeError");
  });
});

describe("F10 two issuers with one kid", () => {
  test("a token of one issuer does not verify with the other's key of the same name", async () => {
    const one = await generateKey("ES256", { kid: "1" });
    const two = await generateKey("ES256", { kid: "1" });
    const { publicKey, createKeySet } = await import("../../src/index.ts");
    const token = signJwt({ exp: NOW + 9, iss: "https://one.example" }, one);
    const rules = { now: NOW, issuer: "https://one.example" };
    expect(outcome(() => verifyJwt(token, createKeySet([publicKey(one)]), rules))).toBe("accepted");
    expect(outcome(() => verifyJwt(token, createKeySet([publicKey(two)]), rules))).toBe(
      "signature_invalid",
    );
  });
});

describe("claims given twice", () => {
  test("an option and a claim that disagree", () => {
    expect(outcome(() => signJwt({ iss: "a" }, key, { issuer: "b" }))).toBe("TypeError");
    expect(outcome(() => signJwt({ exp: 5 }, key, { expiresIn: 10, now: 0 }))).toBe("TypeError");
    expect(outcome(() => signJwt({ aud: ["a"] }, key, { audience: "a" }))).toBe("TypeError");
    expect(
      outcome(() => signJwt({ iss: "a", aud: ["a"] }, key, { issuer: "a", audience: ["a"] })),
    ).toBe("accepted");
  });

  test("every option becomes its claim", () => {
    const token = signJwt({ a: 1 }, key, {
      issuer: "i",
      subject: "s",
      audience: ["x", "y"],
      jwtId: "j",
      expiresIn: "1h",
      notBefore: 5,
      now: NOW,
    });
    const { claims } = verifyJwt(token, key, { now: NOW + 10, audience: "y" });
    expect(claims).toEqual({
      a: 1,
      iss: "i",
      sub: "s",
      aud: ["x", "y"],
      jti: "j",
      exp: NOW + 3600,
      nbf: NOW + 5,
      iat: NOW,
    });
    const bare = signJwt({}, key, { issuedAt: false });
    expect(verifyJwt(bare, key, { allowNoExpiration: true }).claims).toEqual({});
    const own = signJwt({ iat: 5 }, key, { now: NOW });
    expect(verifyJwt(own, key, { allowNoExpiration: true }).claims).toEqual({ iat: 5 });
  });
});
