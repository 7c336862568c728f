// Attacks through the language: section J of the catalogue.

import { inspect } from "node:util";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPrivateJwk,
  generateKey,
  importJwk,
  importJwkSet,
  type Key,
  publicKey,
  signJwt,
  verifyJwt,
} from "../../src/index.ts";
import { forgeHmac, outcome, refusal } from "../forge.ts";

const CLAIMS = { sub: "user", exp: 4_000_000_000 };

let key: Key;
let secret: Buffer;
beforeAll(async () => {
  key = await generateKey("HS256");
  secret = Buffer.from((exportPrivateJwk(key) as { readonly k: string }).k, "base64url");
});
const verify = (payload: string, header = '{"alg":"HS256"}'): string =>
  outcome(() => verifyJwt(forgeHmac(header, payload, secret), key, {}));

describe("J1 prototype pollution", () => {
  afterEach(() => {
    if (Object.hasOwn(Object.prototype, "isAdmin")) throw new Error("Object.prototype is polluted");
  });

  test.each([
    '{"exp":4000000000,"__proto__":{"isAdmin":true}}',
    '{"exp":4000000000,"__proto__":null}',
    '{"exp":4000000000,"\\u005f_proto__":{"isAdmin":true}}',
    '{"exp":4000000000,"a":{"__proto__":{"isAdmin":true}}}',
    '{"exp":4000000000,"a":[{"__proto__":1}]}',
  ])("claims %s", (claims) => {
    expect(verify(claims)).toBe("json_invalid");
  });

  test.each(['{"alg":"HS256","__proto__":{"isAdmin":true}}', '{"__proto__":{"alg":"HS256"}}'])(
    "header %s",
    (header) => {
      expect(verify(JSON.stringify(CLAIMS), header)).toBe("json_invalid");
    },
  );

  test("constructor and friends are claims like any other", () => {
    const token = forgeHmac(
      { alg: "HS256" },
      '{"exp":4000000000,"constructor":{"prototype":{"isAdmin":true}},"toString":1,"hasOwnProperty":1}',
      secret,
    );
    const { claims } = verifyJwt(token, key, {});
    expect(Object.keys(claims)).toEqual(["exp", "constructor", "toString", "hasOwnProperty"]);
  });

  test("in a JWK and a set", async () => {
    const jwk = JSON.parse('{"__proto__":{"kty":"oct"},"alg":"HS256"}') as unknown;
    expect(outcome(() => importJwk(jwk))).toBe("key_invalid");
    const inherited = Object.create(exportPrivateJwk(await generateKey("HS256"))) as object;
    expect(outcome(() => importJwk(inherited, { alg: "HS256" }))).toBe("key_invalid");
    expect(importJwkSet(JSON.parse('{"keys":[{"__proto__":{"kty":"EC"}}]}')).keys).toEqual([]);
  });

  test("a polluted prototype lends a token nothing", () => {
    const polluted = Object.prototype as unknown as Record<string, unknown>;
    const token = forgeHmac({ alg: "HS256" }, { sub: "user" }, secret);
    try {
      Object.defineProperty(polluted, "exp", {
        value: 4_000_000_000,
        configurable: true,
        writable: true,
      });
      expect(outcome(() => verifyJwt(token, key, {}))).toBe("claim_missing");
    } finally {
      delete polluted["exp"];
    }
  });
});

describe("J2 truthiness", () => {
  test("exp 0, an empty audience, an empty issuer", () => {
    expect(verify('{"exp":0}')).toBe("token_expired");
    const token = forgeHmac({ alg: "HS256" }, CLAIMS, secret);
    for (const options of [
      { audience: "" },
      { audience: [] },
      { issuer: "" },
      { subject: "" },
      { jwtId: "" },
    ]) {
      expect(outcome(() => verifyJwt(token, key, options))).toBe("TypeError");
    }
    expect(outcome(() => verifyJwt(token, key, { maxAge: 0 }))).toBe("claim_missing");
  });
});

describe("J3 objects that answer twice", () => {
  test.each([
    ["toJSON", { toJSON: (): object => ({ sub: "admin" }) }],
    ["a nested toJSON", { a: { toJSON: (): string => "x" } }],
    ["a Date", { a: new Date() }],
    ["a Map", { a: new Map() }],
    ["a class instance", { a: new URL("https://a.example") }],
    ["a function", { a: (): number => 1 }],
    ["a symbol", { a: Symbol("a") }],
    ["a bigint", { a: 1n }],
    ["NaN", { a: Number.NaN }],
    ["Infinity", { a: [Number.POSITIVE_INFINITY] }],
    ["undefined in a list", { a: [undefined] }],
    ["a list with toJSON", { a: Object.assign([1], { toJSON: (): string => "x" }) }],
    ["a list of another kind", { a: new (class List extends Array {})() }],
    ["a list with a hole", { a: Object.assign([1], { 2: 2 }) }],
    ["a lone surrogate", { a: "\ud800" }],
    ["a lone surrogate behind backslashes", { a: "\\ud83d \\\ud83d" }],
    ["a lone surrogate in a name", { "\ud800": 1 }],
    ["an own __proto__", JSON.parse('{"__proto__":{"a":1}}') as object],
    ["a list", []],
    ["null", null],
    ["a string", "x"],
    ["a boxed string", { a: new String("x") }],
  ])("%s", (_name, claims) => {
    expect(outcome(() => signJwt(claims as object, key))).toBe("TypeError");
  });

  test("a circle and deep nesting", () => {
    const circle: { a?: object } = {};
    circle.a = circle;
    expect(outcome(() => signJwt(circle, key))).toBe("TypeError");
    let deep: object = {};
    for (let i = 0; i < 40; i++) deep = { deep };
    expect(outcome(() => signJwt(deep, key))).toBe("TypeError");
  });

  test("what is signed is what was checked, also when a getter changes its mind", () => {
    let calls = 0;
    const claims = {
      exp: 4_000_000_000,
      get role(): unknown {
        calls++;
        return calls === 1 ? "user" : { toJSON: (): string => "admin" };
      },
    };
    const token = signJwt(claims, key);
    expect(verifyJwt(token, key, {}).claims["role"]).toBe("user");
    expect(calls).toBe(1);
  });

  test("a backslash before ud is only text", () => {
    const text = "\\ud800 \\\\udfff";
    const token = signJwt({ ...CLAIMS, [text]: text }, key);
    expect(verifyJwt(token, key, {}).claims[text]).toBe(text);
  });

  test("undefined members are left out", () => {
    const token = signJwt({ ...CLAIMS, a: undefined, b: { c: undefined } }, key, {
      issuedAt: false,
    });
    expect(verifyJwt(token, key, {}).claims).toEqual({ ...CLAIMS, b: {} });
  });
});

describe("J6 numbers", () => {
  test("identifiers are strings", () => {
    expect(verify('{"exp":4000000000,"sub":123}')).toBe("claim_invalid");
    expect(verify('{"exp":"0x10"}')).toBe("claim_invalid");
  });
});

describe("keys do not print", () => {
  test("inspect, JSON, spread, errors, for every algorithm of a kind", async () => {
    for (const alg of ["HS256", "RS256", "ES256", "EdDSA"] as const) {
      const made = await generateKey(alg, { kid: "name" });
      const hidden = Object.entries(exportPrivateJwk(made))
        .filter(([name]) => ["k", "d", "p", "q", "dp", "dq", "qi"].includes(name))
        .map(([, value]) => String(value));
      expect(hidden.length).toBeGreaterThan(0);
      const raw = hidden.flatMap((value) => {
        const bytes = Buffer.from(value, "base64url");
        return [value, bytes.toString("hex"), bytes.toString("base64"), bytes.toString("latin1")];
      });
      const prints = [
        inspect(made, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify(made),
        JSON.stringify({ ...made }),
        inspect(createKeySet([made]), { depth: 20, showHidden: true }),
        JSON.stringify(createKeySet([made])),
        inspect(Object.getOwnPropertyDescriptors(made), { depth: 20, showHidden: true }),
      ];
      for (const print of prints) {
        for (const value of raw) expect(print.includes(value)).toBe(false);
      }
      expect(JSON.parse(JSON.stringify(made))).toEqual({
        alg,
        kid: "name",
        use: "sig",
        type: made.type,
      });
      expect(Object.isFrozen(made)).toBe(true);
    }
  });

  test("errors about a key hold nothing of it", async () => {
    const jwk = exportPrivateJwk(await generateKey("ES256")) as unknown as Record<string, string>;
    for (const name of ["d", "x", "y"]) {
      for (const value of [`${jwk[name]}=`, jwk[name]?.slice(2), `!${jwk[name]}`]) {
        const error = refusal(() => importJwk({ ...jwk, [name]: value }));
        const print = inspect(error, { depth: 10, showHidden: true });
        expect(print.includes(String(jwk["d"]).slice(4, 12))).toBe(false);
        expect(error).toMatchObject({ name: "JoseError", code: "key_invalid" });
        expect(error.cause).toBeUndefined();
      }
    }
  });

  test("a key cannot be cloned or changed", async () => {
    const made = publicKey(await generateKey("ES256"));
    expect(() => Object.assign(made, { alg: "HS256" })).toThrow(TypeError);
    const clone: unknown = structuredClone({ ...made });
    expect(outcome(() => createKeySet([clone as Key]))).toBe("TypeError");
    const inherits = Object.create(made) as Key;
    expect(outcome(() => createKeySet([inherits]))).toBe("TypeError");
  });
});
