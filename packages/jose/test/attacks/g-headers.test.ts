// Attacks through crit, b64 and the JSON forms: section G of the catalogue.

import { beforeAll, describe, expect, test } from "vitest";
import {
  createKeySet,
  exportPrivateJwk,
  type FlattenedJws,
  type GeneralJws,
  generateKey,
  type Key,
  publicKey,
  signCompact,
  signDetached,
  signFlattened,
  signGeneral,
  signJwt,
  verifyCompact,
  verifyDetached,
  verifyFlattened,
  verifyGeneral,
  verifyJwt,
} from "../../src/index.ts";
import { b64, forgeHmac, outcome, segment } from "../forge.ts";

const CLAIMS = { sub: "user", exp: 4_000_000_000 };
const PAYLOAD = Buffer.from("hello");

let key: Key;
let secret: Buffer;
let ec: Key;
beforeAll(async () => {
  key = await generateKey("HS256");
  secret = Buffer.from((exportPrivateJwk(key) as { readonly k: string }).k, "base64url");
  ec = await generateKey("ES256");
});

/** One header through every form that a JWS has. */
function everyForm(header: unknown): Record<string, string> {
  const [h = "", p = "", s = ""] = forgeHmac(header, CLAIMS, secret).split(".");
  const detached = `${h}..${s}`;
  const content = Buffer.from(JSON.stringify(CLAIMS));
  const signature = { protected: h, signature: s };
  return {
    jwt: outcome(() => verifyJwt(`${h}.${p}.${s}`, key, {})),
    compact: outcome(() => verifyCompact(`${h}.${p}.${s}`, key)),
    detached: outcome(() => verifyDetached(detached, content, key)),
    flattened: outcome(() => verifyFlattened({ payload: p, ...signature }, key)),
    general: outcome(() => verifyGeneral({ payload: p, signatures: [signature] }, key)),
  };
}

const all = (code: string): Record<string, string> => ({
  jwt: code,
  compact: code,
  detached: code,
  flattened: code,
  general: code,
});

describe("G1 and G2 crit", () => {
  test.each([
    [{ crit: ["x"], x: 1 }, "critical_header_not_supported"],
    [{ crit: ["cnf"], cnf: {} }, "critical_header_not_supported"],
    [
      {
        crit: ["http://openbankingexamples.org.uk/iat"],
        "http://openbankingexamples.org.uk/iat": 1,
      },
      "critical_header_not_supported",
    ],
    [{ crit: [] }, "header_invalid"],
    [{ crit: "x", x: 1 }, "header_invalid"],
    [{ crit: {} }, "header_invalid"],
    [{ crit: null }, "header_invalid"],
    [{ crit: true }, "header_invalid"],
    [{ crit: [1], 1: 1 }, "header_invalid"],
    [{ crit: [""], "": 1 }, "header_invalid"],
    [{ crit: ["x", "x"], x: 1 }, "header_invalid"],
    [{ crit: ["x"] }, "header_invalid"],
    [{ crit: ["exp"] }, "header_invalid"],
    [{ crit: ["alg"] }, "header_invalid"],
    [{ crit: ["crit"] }, "header_invalid"],
    [{ crit: ["kid"], kid: "a" }, "header_invalid"],
    [{ crit: ["typ"], typ: "JWT" }, "header_invalid"],
    [{ crit: ["jwk"], jwk: {} }, "header_invalid"],
    [{ crit: ["enc"], enc: "A128GCM" }, "header_invalid"],
    [{ crit: ["toString"] }, "header_invalid"],
    [{ crit: ["__proto__"] }, "header_invalid"],
    [{ crit: ["constructor"] }, "header_invalid"],
    [{ crit: [["x"]], x: 1 }, "header_invalid"],
    [
      {
        crit: Array.from({ length: 9 }, (_, i) => `x${i}`),
        ...Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`x${i}`, 1])),
      },
      "header_invalid",
    ],
  ])("%j: %s", (members, code) => {
    expect(everyForm({ alg: "HS256", ...members })).toEqual(all(code));
  });

  test("an extension that the caller understands", () => {
    const token = forgeHmac({ alg: "HS256", crit: ["x"], x: 1 }, CLAIMS, secret);
    expect(outcome(() => verifyCompact(token, key, { understood: ["x"] }))).toBe("accepted");
    expect(outcome(() => verifyCompact(token, key, { understood: ["y"] }))).toBe(
      "critical_header_not_supported",
    );
    // Remembered now, and still asked for each time.
    expect(outcome(() => verifyCompact(token, key))).toBe("critical_header_not_supported");
    expect(outcome(() => verifyJwt(token, key, {}))).toBe("critical_header_not_supported");
    for (const understood of [["b64"], "x", null, 5]) {
      expect(outcome(() => verifyCompact(token, key, { understood: understood as string[] }))).toBe(
        "TypeError",
      );
    }
  });

  test("the signer does not set crit by hand", () => {
    for (const header of [{ crit: ["x"], x: 1 }, { b64: false }, { b64: true }]) {
      expect(outcome(() => signJwt(CLAIMS, key, { header }))).toBe("TypeError");
    }
  });
});

describe("G3 b64", () => {
  test.each([
    { b64: false },
    { b64: true },
    { b64: "false" },
    { b64: false, crit: ["x"], x: 1 },
    { b64: false, crit: [] },
  ])("without being critical: %j", (members) => {
    expect(everyForm({ alg: "HS256", ...members })).toEqual(all("header_invalid"));
  });

  test.each(["false", 0, null, 1, []])("of the wrong type: %j", (b64) => {
    const code = "header_invalid";
    expect(everyForm({ alg: "HS256", b64, crit: ["b64"] })).toMatchObject({
      detached: code,
      flattened: code,
      general: code,
    });
  });

  test.each([true, false])("never in a JWT or a compact JWS: %s", (value) => {
    const token = forgeHmac({ alg: "HS256", b64: value, crit: ["b64"] }, CLAIMS, secret);
    expect(outcome(() => verifyJwt(token, key, {}))).toMatch(
      /^(header_invalid|critical_header_not_supported)$/,
    );
    expect(outcome(() => verifyCompact(token, key))).toMatch(
      /^(header_invalid|critical_header_not_supported)$/,
    );
    const detached = signDetached(Buffer.from(JSON.stringify(CLAIMS)), key, { unencoded: value });
    const whole = detached.replace("..", `.${segment(CLAIMS)}.`);
    expect(outcome(() => verifyJwt(whole, key, {}))).toBe(
      value ? "critical_header_not_supported" : "accepted",
    );
  });

  test("differing between signatures", () => {
    const one = signFlattened(PAYLOAD, key);
    const two = signFlattened(PAYLOAD, key, { unencoded: true });
    const general = {
      payload: one.payload,
      signatures: [one, two].map(({ protected: p, signature }) => ({ protected: p, signature })),
    };
    expect(outcome(() => verifyGeneral(general, key, { require: "any" }))).toBe("header_invalid");
  });

  test("an unencoded payload with dots and signs, detached and flattened", () => {
    const content = Buffer.from('$.02 {"a":"é"}\n');
    const token = signDetached(content, ec, { unencoded: true });
    expect(verifyDetached(token, content, publicKey(ec)).header).toMatchObject({
      alg: "ES256",
      b64: false,
      crit: ["b64"],
    });
    expect(outcome(() => verifyDetached(token, Buffer.from("$.03"), publicKey(ec)))).toBe(
      "signature_invalid",
    );
    const flattened = signFlattened(content, ec, { unencoded: true });
    expect(flattened.payload).toBe(content.toString());
    expect(Buffer.from(verifyFlattened(JSON.stringify(flattened), publicKey(ec)).payload)).toEqual(
      content,
    );
    expect(outcome(() => signFlattened(Buffer.of(0xff), ec, { unencoded: true }))).toBe(
      "TypeError",
    );
    // The encoded reading of the same bytes is another document.
    expect(outcome(() => verifyDetached(token, Buffer.from(b64(content)), publicKey(ec)))).toBe(
      "signature_invalid",
    );
  });
});

describe("G4 two headers", () => {
  let flattened: FlattenedJws;
  beforeAll(() => {
    flattened = signFlattened(PAYLOAD, key, { header: { x: 1 } });
  });
  test.each([
    { alg: "HS256" },
    { alg: "none" },
    { x: 1 },
    { x: 2 },
    { crit: ["y"], y: 1 },
    { b64: false },
    { kid: 5 },
    { kid: ["a"] },
  ])("unprotected %j", (header) => {
    expect(outcome(() => verifyFlattened({ ...flattened, header }, key))).toBe("header_invalid");
    expect(
      outcome(() => signFlattened(PAYLOAD, key, { header: { x: 1 }, unprotectedHeader: header })),
    ).toBe("header_invalid");
  });

  test("alg only in the unprotected header", () => {
    const h = segment({ typ: "x" });
    const [, payload, signature] = forgeHmac({ typ: "x" }, "hello", secret).split(".");
    expect(
      outcome(() =>
        verifyFlattened({ payload, protected: h, header: { alg: "HS256" }, signature }, key),
      ),
    ).toBe("header_invalid");
    expect(
      outcome(() => verifyFlattened({ payload, header: { alg: "HS256" }, signature }, key)),
    ).toBe("token_malformed");
  });

  test("an unprotected kid is a hint among the caller's keys, an unprotected jwk is data", async () => {
    const one = await generateKey("ES256", { kid: "one" });
    const two = await generateKey("ES256", { kid: "two" });
    const set = createKeySet([publicKey(one), publicKey(two)]);
    const anonymous = (await import("../../src/index.ts")).importJwk({
      ...exportPrivateJwk(one),
      kid: undefined,
    });
    const jws = signFlattened(PAYLOAD, anonymous, {
      unprotectedHeader: { kid: "one", jwk: { kty: "evil" } },
    });
    const verified = verifyFlattened(jws, set);
    expect(verified.key).toBe(set.keys[0]);
    expect(verified.unprotectedHeader).toEqual({ kid: "one", jwk: { kty: "evil" } });
    expect(outcome(() => verifyFlattened({ ...jws, header: { kid: "two" } }, set))).toBe(
      "signature_invalid",
    );
    expect(outcome(() => verifyFlattened({ ...jws, header: { kid: "three" } }, set))).toBe(
      "key_not_found",
    );
    expect(outcome(() => verifyFlattened({ ...jws, header: undefined }, set))).toBe(
      "key_ambiguous",
    );
  });
});

describe("G5 shapes", () => {
  let flattened: FlattenedJws;
  let general: GeneralJws;
  beforeAll(() => {
    flattened = signFlattened(PAYLOAD, key);
    general = signGeneral(PAYLOAD, [key, key]);
  });

  test.each([
    ["payload missing", { payload: undefined }],
    ["payload not a string", { payload: 5 }],
    ["payload not base64url", { payload: "a b" }],
    ["signatures beside signature", { signatures: [] }],
    ["protected missing", { protected: undefined }],
    ["protected empty", { protected: "" }],
    ["protected an object", { protected: { alg: "HS256" } }],
    ["signature missing", { signature: undefined }],
    ["signature empty", { signature: "" }],
    ["signature not a string", { signature: 5 }],
    ["header not an object", { header: "x" }],
    ["header a list", { header: [] }],
    ["header null", { header: null }],
  ])("flattened: %s", (_name, change) => {
    expect(outcome(() => verifyFlattened({ ...flattened, ...change }, key))).toMatch(
      /^(token_malformed|base64url_invalid)$/,
    );
  });

  test.each([
    ["empty signatures", { signatures: [] }],
    ["signatures not a list", { signatures: {} }],
    ["signatures missing", { signatures: undefined }],
    ["a signature that is null", { signatures: [null] }],
    ["signature beside signatures", { signature: "x" }],
    ["protected beside signatures", { protected: "x" }],
    ["header beside signatures", { header: {} }],
    ["payload missing", { payload: undefined }],
    [
      "11 signatures",
      { signatures: Array.from({ length: 11 }, () => ({ protected: "e30", signature: "AA" })) },
    ],
  ])("general: %s", (_name, change) => {
    for (const require of ["all", "any"] as const) {
      expect(outcome(() => verifyGeneral({ ...general, ...change }, key, { require }))).toBe(
        "token_malformed",
      );
    }
  });

  test("text is read strictly, and the forms do not stand in for each other", () => {
    const text = JSON.stringify(flattened);
    expect(outcome(() => verifyFlattened(text, key))).toBe("accepted");
    expect(outcome(() => verifyFlattened(text.replace("{", '{"payload":"x",'), key))).toBe(
      "json_invalid",
    );
    expect(outcome(() => verifyFlattened(general, key))).toBe("token_malformed");
    expect(outcome(() => verifyGeneral(flattened, key))).toBe("token_malformed");
    expect(outcome(() => verifyFlattened(signCompact(PAYLOAD, key), key))).toBe("json_invalid");
    expect(outcome(() => verifyJwt(text, key, {}))).toBe("token_malformed");
    expect(outcome(() => verifyFlattened(text, key, { maxTokenLength: text.length - 1 }))).toBe(
      "token_too_long",
    );
    expect(
      outcome(() => verifyFlattened(flattened, key, { maxTokenLength: text.length - 1 })),
    ).toBe("token_too_long");
    for (const value of [null, undefined, 5, [], new Date(), "", "null"]) {
      expect(outcome(() => verifyFlattened(value, key))).toMatch(
        /^(token_malformed|json_invalid)$/,
      );
    }
  });
});

describe("C12 several signatures", () => {
  test("all must verify unless any is asked for, and then it is said which", async () => {
    const attacker = await generateKey("ES256", { kid: "evil" });
    const set = createKeySet([publicKey(ec), key]);
    const general = signGeneral(PAYLOAD, [attacker, ec]);
    expect(outcome(() => verifyGeneral(general, set))).toBe("signature_invalid");
    const { signatures, payload } = verifyGeneral(general, set, { require: "any" });
    expect(Buffer.from(payload)).toEqual(PAYLOAD);
    expect(signatures[0]).toBeUndefined();
    expect(signatures[1]?.key).toBe(set.keys[0]);
    const none = signGeneral(PAYLOAD, [attacker, attacker]);
    expect(outcome(() => verifyGeneral(none, set, { require: "any" }))).toBe("signature_invalid");
    expect(outcome(() => verifyGeneral(signGeneral(PAYLOAD, [key, ec]), set))).toBe("accepted");
    expect(outcome(() => verifyGeneral(general, set, { require: "some" as "any" }))).toBe(
      "TypeError",
    );
    expect(outcome(() => signGeneral(PAYLOAD, []))).toBe("TypeError");
  });
});

describe("G6 detached content", () => {
  test("content in the token and beside it", () => {
    const token = signCompact(PAYLOAD, key);
    expect(outcome(() => verifyDetached(token, PAYLOAD, key))).toBe("token_malformed");
    const detached = signDetached(PAYLOAD, key);
    expect(detached).toBe(token.replace(/\..*\./, ".."));
    expect(outcome(() => verifyDetached(detached, PAYLOAD, key))).toBe("accepted");
    expect(outcome(() => verifyDetached(detached, Buffer.from("hellp"), key))).toBe(
      "signature_invalid",
    );
    expect(outcome(() => verifyDetached(detached, "hello" as never, key))).toBe("TypeError");
    expect(outcome(() => verifyCompact(detached, key))).toBe("signature_invalid");
  });
});
