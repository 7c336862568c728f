// The exact answer to each refusal: its code, the member at fault, and TypeError for the caller's own
// mistakes, also when the token is wrong too. Found missing by mutation testing.

import { beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  decodeBase64url,
  decodeJwtUnverified,
  encodeBase64url,
  generateKey,
  importJwk,
  importSecret,
  JoseError,
  type Key,
  parseJsonObject,
  publicKey,
  signCompact,
  signFlattened,
  signGeneral,
  signJwt,
  verifyCompact,
  verifyCompactAsync,
  verifyFlattened,
  verifyGeneral,
  verifyJwt,
  verifyJwtAsync,
  type VerifyJwtOptions,
} from "../../src/index.ts";
import { b64, forgeHmac, outcome, refusal } from "../forge.ts";

const secret = Buffer.from("8Kq2xWv0bTn5LmRz7Yc1PdSf3HgJa6Ue", "latin1");
const key = importSecret(secret, { alg: "HS256", kid: "one" });
const CLAIMS = { sub: "user", iss: "issuer", aud: "api", jti: "1", iat: 900, nbf: 900, exp: 1100 };
const RULES = { issuer: "issuer", audience: "api", now: 1000 };

/** The code and the member of a refusal. */
const answer = (call: () => unknown): string => {
  const error = refusal(call);
  return error instanceof JoseError ? `${error.code} ${error.member}` : error.name;
};
const forged = (claims: object, header: object = {}): string =>
  forgeHmac({ alg: "HS256", ...header }, claims, secret);
const verify =
  (claims: object, rules: VerifyJwtOptions = RULES): (() => unknown) =>
  () =>
    verifyJwt(forged(claims), key, rules);

describe("the member at fault", () => {
  test.each(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"])("%s of the wrong type", (name) => {
    expect(answer(verify({ ...CLAIMS, [name]: { a: 1 } }))).toBe(`claim_invalid ${name}`);
    expect(answer(() => decodeJwtUnverified(forged({ ...CLAIMS, [name]: false })))).toBe(
      `claim_invalid ${name}`,
    );
  });

  test.each([
    ["claim_missing iss", { iss: undefined }, {}],
    ["claim_missing aud", { aud: undefined }, {}],
    ["claim_missing exp", { exp: undefined }, {}],
    ["claim_missing sub", { sub: undefined }, { subject: "user" }],
    ["claim_missing jti", { jti: undefined }, { jwtId: "1" }],
    ["claim_missing iat", { iat: undefined }, { maxAge: 60 }],
    ["claim_missing role", {}, { requiredClaims: ["sub", "role"] }],
    ["issuer_mismatch iss", { iss: "other" }, {}],
    ["audience_mismatch aud", { aud: "other" }, {}],
    ["audience_mismatch aud", { aud: ["other", "more"] }, {}],
    ["audience_mismatch aud", {}, { audience: undefined }],
    ["subject_mismatch sub", {}, { subject: "other" }],
    ["jwt_id_mismatch jti", {}, { jwtId: "2" }],
    ["token_expired exp", { exp: 1000 }, {}],
    ["token_not_yet_valid nbf", { nbf: 1001 }, {}],
    ["token_not_yet_valid iat", { iat: 1001 }, { maxAge: 60 }],
    ["token_too_old iat", { iat: 939 }, { maxAge: 60 }],
    ["type_mismatch typ", {}, { typ: "at+jwt" }],
  ])("%s", (expected, claims, rules) => {
    const { audience, ...others } = { ...RULES, ...rules };
    const options = audience === undefined ? others : { ...others, audience };
    expect(answer(verify({ ...CLAIMS, ...claims }, options as VerifyJwtOptions))).toBe(expected);
  });

  test.each([
    ["header_invalid kid", { kid: 1 }],
    ["header_invalid typ", { typ: [] }],
    ["header_invalid cty", { cty: null }],
    ["header_invalid alg", { alg: null }],
    ["header_invalid crit", { crit: [] }],
    ["header_invalid crit", { crit: "exp" }],
    ["header_invalid crit", { crit: ["x", "x"], x: 1 }],
    ["header_invalid crit", { crit: [""], "": 1 }],
    ["header_invalid crit", { crit: Array.from({ length: 9 }, (_, i) => `x${i}`) }],
    ["critical_header_not_supported crit", { crit: ["x"], x: 1 }],
    ["header_invalid b64", { b64: true }],
    ["critical_header_not_supported crit", { b64: true, crit: ["b64"] }],
    ["key_not_found kid", { kid: "two" }],
    ["algorithm_mismatch alg", { alg: "HS512" }],
  ])("%s of %j", (expected, header) => {
    const token = forged(CLAIMS, header);
    expect(answer(() => verifyJwt(token, key, RULES))).toBe(expected);
  });

  test("b64 cannot be asked for where it is not allowed", () => {
    const token = forged(CLAIMS, { b64: true, crit: ["b64"] });
    const understood = { understood: ["b64"] };
    expect(answer(() => verifyCompact(token, key, understood))).toBe("TypeError");
  });

  test("eight critical names are not too many", () => {
    const names = Array.from({ length: 8 }, (_, i) => `x${i}`);
    const header = { crit: names, ...Object.fromEntries(names.map((name) => [name, 1])) };
    expect(answer(() => verifyJwt(forged(CLAIMS, header), key, RULES))).toBe(
      "critical_header_not_supported crit",
    );
    expect(outcome(() => verifyCompact(forged(CLAIMS, header), key, { understood: names }))).toBe(
      "accepted",
    );
  });

  test("a header of one character is malformed text, and none is a malformed token", () => {
    expect(outcome(() => verifyJwt("A.e30.AA", key, RULES))).toBe("base64url_invalid");
    expect(outcome(() => verifyJwt(".e30.AA", key, RULES))).toBe("token_malformed");
    expect(outcome(() => verifyJwt("e30..", key, RULES))).toBe("token_malformed");
    expect(outcome(() => verifyJwt("e30.AA", key, RULES))).toBe("token_malformed");
  });
});

describe("the caller's own mistakes", () => {
  const good = { ...CLAIMS };
  test.each([
    ["issuer", { issuer: "" }],
    ["issuer", { issuer: ["issuer"] }],
    ["audience", { audience: "" }],
    ["audience", { audience: [] }],
    ["audience", { audience: ["api", ""] }],
    ["audience", { audience: ["api", 5] }],
    ["audience", { audience: 5 }],
    ["subject", { subject: "" }],
    ["subject", { subject: 5 }],
    ["jwtId", { jwtId: "" }],
    ["jwtId", { jwtId: null }],
    ["requiredClaims", { requiredClaims: "sub" }],
    ["requiredClaims", { requiredClaims: ["sub", ""] }],
    ["requiredClaims", { requiredClaims: ["sub", 5] }],
    ["requiredClaims", { requiredClaims: { length: 0 } }],
    ["now", { now: Number.NaN }],
    ["now", { now: "1000" }],
    ["clockTolerance", { clockTolerance: 301 }],
  ])("%s: %j", (name, rules) => {
    const options = { ...RULES, ...rules } as unknown as VerifyJwtOptions;
    const error = refusal(verify(good, options));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(name);
    // A mistake shows on every token and not only on one that gets that far.
    expect(refusal(verify({ ...good, iss: "other", exp: 1 }, options))).toBeInstanceOf(TypeError);
  });

  test.each([{ maxAge: "soon" }, { maxAge: -1 }, { clockTolerance: "soon" }])("%j", (rules) => {
    const options = { ...RULES, ...rules } as unknown as VerifyJwtOptions;
    expect(refusal(verify({ ...good, iss: "other" }, options))).toBeInstanceOf(TypeError);
  });

  test.each([
    ["encodeBase64url", () => encodeBase64url("x" as never)],
    ["parseJsonObject", () => parseJsonObject("{}" as never)],
    ["a null prototype is plain, a class is not", () => signJwt(new Date() as never, key)],
    ["an array of a class", () => signJwt({ a: new (class extends Array {})() }, key)],
    [
      "an array that answers for itself",
      () => signJwt({ a: Object.assign([], { toJSON: () => 1 }) }, key),
    ],
    ["33 levels", () => signJwt(nested(33), key)],
    ["33 levels of arrays", () => signJwt({ a: JSON.parse("[".repeat(32) + "]".repeat(32)) }, key)],
    ["claims that are none", () => signJwt(null as never, key)],
    ["claims that are a function", () => signJwt(() => 1, key)],
    ["claims that are a list", () => signJwt([] as never, key)],
    ["infinity", () => signJwt({ a: Number.POSITIVE_INFINITY }, key)],
    ["a function", () => signJwt({ a: () => 1 }, key)],
    ["an inner function", () => signJwt({ a: [{ b: () => 1 }] }, key)],
    ["a big integer", () => signJwt({ a: 1n }, key)],
  ])("%s", (_name, call) => {
    expect(refusal(call)).toBeInstanceOf(TypeError);
  });

  test("what looks close to them is accepted", () => {
    const bare = Object.assign(Object.create(null), { a: null, b: [true, "x", 1.5] });
    expect(outcome(() => signJwt(bare, key))).toBe("accepted");
    expect(outcome(() => signJwt(nested(32), key))).toBe("accepted");
    expect(outcome(() => decodeBase64url(5 as never))).toBe("base64url_invalid");
  });
});

const nested = (depth: number): { readonly a: never } =>
  JSON.parse('{"a":'.repeat(depth) + "1" + "}".repeat(depth));

describe("JSON side by side", () => {
  const read = (text: string): string => outcome(() => parseJsonObject(Buffer.from(text)));

  test("many shallow values are not deep", () => {
    expect(read(`{"a":[${'{"b":[1]},'.repeat(100)}1]}`)).toBe("accepted");
    expect(read(`{"a":[${"[],".repeat(100)}1]}`)).toBe("accepted");
    expect(read(`{"a":[${"{},".repeat(100)}1]}`)).toBe("accepted");
  });

  test("a lone surrogate anywhere among good texts", () => {
    for (const text of [
      '{"a":["ok","\\ud800"]}',
      '{"a":["\\ud800","ok"]}',
      '{"a":{"b":"\\udc00"},"c":"ok"}',
      '{"\\ud800":1,"ok":2}',
      '{"ok":1,"a":null,"b":[{"c":"\\ud800"}]}',
    ]) {
      expect(read(text)).toBe("json_invalid");
    }
    expect(read('{"a":["\\n",null,1,true,"\\ud83d\\ude00"],"b":{"c":"\\t"}}')).toBe("accepted");
  });

  test("a duplicate behind values of every kind", () => {
    expect(read('{"a":null,"b":[null,{"c":1}],"d":{"e":null},"e":"x:y","f":"\\":"}')).toBe(
      "accepted",
    );
    expect(read('{"a":null,"b":[null,{"c":1,"c":2}]}')).toBe("json_invalid");
    expect(read('{"a":null,"b":[[{"c":1}],{"d":{"e":1,"e":2}}]}')).toBe("json_invalid");
  });
});

describe("on the thread pool", () => {
  let pair: Key;
  let box: Key;
  beforeAll(async () => {
    pair = await generateKey("ES256");
    box = await generateKey("A256KW");
  });
  const codeOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => "accepted",
      (error: unknown) =>
        error instanceof JoseError ? `${error.code} ${error.member}` : (error as Error).name,
    );

  test("the same answers as at once", async () => {
    const token = signJwt(CLAIMS, pair);
    const verifier = publicKey(pair);
    expect(await codeOf(verifyJwtAsync(token, verifier, RULES))).toBe("accepted");
    expect(await codeOf(verifyJwtAsync(token, createKeySet([verifier]), RULES))).toBe("accepted");
    // Twice, because the second finds its header remembered.
    expect(await codeOf(verifyJwtAsync(token, verifier, RULES))).toBe("accepted");
    const [h, p, s = ""] = token.split(".");
    const other = (s.startsWith("A") ? "B" : "A") + s.slice(1);
    expect(await codeOf(verifyJwtAsync(`${h}.${p}.${other}`, verifier, RULES))).toBe(
      "signature_invalid undefined",
    );
    expect(await codeOf(verifyJwtAsync(`${h}.${p}.${s}=`, verifier, RULES))).toBe(
      "base64url_invalid undefined",
    );
    expect(await codeOf(verifyJwtAsync(token, verifier, { ...RULES, now: 2000 }))).toBe(
      "token_expired exp",
    );
    expect(await codeOf(verifyJwtAsync(token, verifier, { ...RULES, maxTokenLength: 10 }))).toBe(
      "token_too_long undefined",
    );
    expect(await codeOf(verifyJwtAsync(token, pair, RULES))).toBe("TypeError");
    expect(await codeOf(verifyJwtAsync(token, verifier, { ...RULES, maxTokenLength: 0 }))).toBe(
      "TypeError",
    );
    const mac = forged(CLAIMS);
    expect(await codeOf(verifyJwtAsync(mac, key, RULES))).toBe("accepted");
    expect(await codeOf(verifyJwtAsync(`${mac.slice(0, -2)}AA`, key, RULES))).toBe(
      "signature_invalid undefined",
    );
  });

  test("compact JWS", async () => {
    const token = signCompact(Buffer.from("payload"), pair);
    const { payload } = await verifyCompactAsync(token, publicKey(pair));
    expect(Buffer.from(payload).toString()).toBe("payload");
    expect(await codeOf(verifyCompactAsync(`${token.slice(0, -4)}AAAA`, publicKey(pair)))).toBe(
      "signature_invalid undefined",
    );
    expect(await codeOf(verifyCompactAsync(token, publicKey(pair), { maxTokenLength: 10 }))).toBe(
      "token_too_long undefined",
    );
  });

  test("a key of encryption, and one for signing only", () => {
    const token = forgeHmac({ alg: "A256KW" }, CLAIMS, secret);
    expect(answer(() => verifyJwt(token, box, RULES))).toBe("key_invalid use");
    const signer = importJwk({
      kty: "oct",
      k: b64(secret),
      alg: "HS256",
      key_ops: ["sign"],
    });
    expect(answer(() => verifyJwt(forged(CLAIMS), signer, RULES))).toBe("key_invalid use");
  });
});

describe("JSON forms", () => {
  test("members and parameters that nobody knows are ignored", () => {
    const flattened = { ...signFlattened(Buffer.from("x"), key), future: 1 };
    expect(outcome(() => verifyFlattened(flattened, key))).toBe("accepted");
    const general = signGeneral(Buffer.from("x"), [key]);
    const [entry] = general.signatures;
    const more = { ...general, future: 1, signatures: [{ ...entry, future: [] }] };
    expect(outcome(() => verifyGeneral(more, key))).toBe("accepted");
  });

  test("ten signatures, and each answer in its place", async () => {
    const other = await generateKey("HS256", { kid: "other" });
    const keys = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? key : other));
    const jws = signGeneral(Buffer.from("x"), keys);
    const { signatures } = verifyGeneral(jws, key, { require: "any" });
    expect(signatures.map((signature) => signature?.key === key)).toEqual(
      keys.map((signer) => signer === key),
    );
    expect(outcome(() => verifyGeneral(jws, key, { require: "all" }))).toBe("signature_invalid");
    expect(outcome(() => verifyGeneral(jws, createKeySet([key, other])))).toBe("accepted");
    expect(outcome(() => verifyGeneral(jws, key, { require: "none" as never }))).toBe("TypeError");
  });
});
