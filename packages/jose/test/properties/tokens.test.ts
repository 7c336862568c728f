// Properties over generated input: round trips, and that no change of a token survives. Ten thousand
// cases in all.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createKeySet,
  decodeBase64url,
  decodeJwtUnverified,
  encodeBase64url,
  exportPublicJwk,
  generateKey,
  importJwkSet,
  importSecret,
  JoseError,
  type Key,
  parseJsonObject,
  publicKey,
  signCompact,
  signDetached,
  signFlattened,
  signJwt,
  verifyCompact,
  verifyDetached,
  verifyFlattened,
  verifyJwt,
} from "../../src/index.ts";
import { forgeHmac, outcome } from "../forge.ts";

const runs = (share: number): { readonly numRuns: number } => ({
  numRuns: Math.ceil(10_000 * share),
});
const ALPHABET = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];

const secret = Buffer.from("0123456789abcdef0123456789abcdeF");
const hs = importSecret(secret, { alg: "HS256", kid: "hs" });
const es = await generateKey("ES256", { kid: "es" });
const ed = await generateKey("EdDSA", { kid: "ed" });
const rs = await generateKey("RS256", { kid: "rs" });
const verifiers = createKeySet([hs, publicKey(es), publicKey(ed), publicKey(rs)]);
const anyKey = fc.constantFrom<Key>(hs, es, ed, rs);

const json = fc
  .jsonValue({ maxDepth: 4, noUnicodeString: false })
  .filter((value) => isReadable(value));
const claimName = fc
  .string({ unit: "grapheme", maxLength: 8 })
  .filter(
    (name) =>
      !["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "__proto__", "toJSON"].includes(name),
  );
const claims = fc.dictionary(claimName, json, { maxKeys: 8, noNullPrototype: true });

/** Whether JSON text gives the value back: -0 and the two forbidden names do not count. */
function isReadable(value: unknown): boolean {
  if (Object.is(value, -0)) return false;
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(
    ([name, inner]) =>
      name !== "__proto__" && name !== "toJSON" && name.isWellFormed() && isReadable(inner),
  );
}

describe("round trips", () => {
  test("bytes through base64url", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes);
      }),
      runs(0.1),
    );
  });

  test("any text is canonical base64url or refused", () => {
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...ALPHABET, "=", "+", "/", "\n"), maxLength: 12 }),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const isCanonical = outcome(() => decodeBase64url(candidate)) === "accepted";
        const bytes = Buffer.from(candidate, "base64url");
        expect(isCanonical).toBe(bytes.toString("base64url") === candidate);
        expect(isCanonical && !/^[\w-]*$/.test(candidate)).toBe(false);
      }),
      runs(0.1),
    );
  });

  test("claims through every kind of key", () => {
    fc.assert(
      fc.property(claims, anyKey, (given, key) => {
        const token = signJwt(given, key, { expiresIn: 60, now: 1000 });
        const { claims: read, header } = verifyJwt(token, verifiers, { now: 1000 });
        expect(read).toEqual({ ...given, exp: 1060, iat: 1000 });
        expect(header.kid).toBe(key.kid);
        expect(decodeJwtUnverified(token).claims).toEqual(read);
      }),
      runs(0.05),
    );
  });

  test("bytes through compact, detached, flattened", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        anyKey,
        fc.boolean(),
        (payload, key, unencoded) => {
          expect(verifyCompact(signCompact(payload, key), verifiers).payload).toEqual(payload);
          const detached = signDetached(payload, key, { unencoded });
          expect(verifyDetached(detached, payload, verifiers).key.kid).toBe(key.kid);
          expect(
            verifyFlattened(JSON.stringify(signFlattened(payload, key)), verifiers).payload,
          ).toEqual(payload);
        },
      ),
      runs(0.03),
    );
  });

  test("JSON objects read strictly are what JSON.parse reads", () => {
    fc.assert(
      fc.property(claims, (value) => {
        expect(parseJsonObject(Buffer.from(JSON.stringify(value)))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
      runs(0.1),
    );
  });
});

describe("no change survives", () => {
  const tokens = [hs, es, ed, rs].map((key) =>
    signJwt({ sub: "user", roles: ["a"] }, key, { expiresIn: 60, now: 1000 }),
  );
  const anyToken = fc.constantFrom(...tokens);
  const check = (token: string): string =>
    outcome(() => verifyJwt(token, verifiers, { now: 1000 }));

  test("the tokens themselves are accepted", () => {
    expect(tokens.map(check)).toEqual(["accepted", "accepted", "accepted", "accepted"]);
  });

  test("one character replaced", () => {
    const letter = fc.oneof(
      fc.constantFrom(...ALPHABET, "."),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(anyToken, fc.nat(), letter, (token, position, replacement) => {
        const at = position % token.length;
        const changed = token.slice(0, at) + replacement + token.slice(at + 1);
        fc.pre(changed !== token);
        expect(check(changed)).not.toMatch(/accepted|Error/);
      }),
      runs(0.2),
    );
  });

  test("every single character of an HMAC and an ECDSA token, by its neighbour", () => {
    for (const token of tokens.slice(0, 2)) {
      for (let at = 0; at < token.length; at++) {
        const index = ALPHABET.indexOf(token.charAt(at));
        const changed =
          token.slice(0, at) + (ALPHABET[(index + 1) % 64] ?? "") + token.slice(at + 1);
        expect(check(changed)).not.toBe("accepted");
      }
    }
  });

  test("one character inserted or removed", () => {
    fc.assert(
      fc.property(
        anyToken,
        fc.nat(),
        fc.constantFrom("", ...ALPHABET, "=", " ", "."),
        (token, position, inserted) => {
          const at = position % token.length;
          const changed =
            token.slice(0, at) + inserted + token.slice(inserted === "" ? at + 1 : at);
          expect(check(changed)).not.toMatch(/accepted|Error/);
        },
      ),
      runs(0.15),
    );
  });

  test("one bit of the signature", () => {
    fc.assert(
      fc.property(anyToken, fc.nat(), (token, bit) => {
        const dot = token.lastIndexOf(".");
        const signature = Buffer.from(token.slice(dot + 1), "base64url");
        const at = bit % (signature.length * 8);
        signature[at >> 3] = (signature[at >> 3] ?? 0) ^ (1 << (at & 7));
        expect(check(`${token.slice(0, dot)}.${signature.toString("base64url")}`)).toBe(
          "signature_invalid",
        );
      }),
      runs(0.05),
    );
  });
});

describe("garbage", () => {
  const segment = fc.oneof(
    fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 40 }),
    fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text).toString("base64url")),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
    fc.constantFrom(
      "",
      "e30",
      "eyJhbGciOiJub25lIn0",
      Buffer.from('{"alg":"HS256","kid":"hs"}').toString("base64url"),
    ),
    fc.string({ unit: "binary", maxLength: 20 }),
  );
  const token = fc.oneof(
    fc.array(segment, { maxLength: 6 }).map((parts) => parts.join(".")),
    fc.string({ unit: "binary", maxLength: 100 }),
    fc.anything(),
  );

  test("is refused by a JoseError that repeats none of it", () => {
    fc.assert(
      fc.property(token, (candidate) => {
        let thrown: unknown;
        try {
          verifyJwt(candidate as string, verifiers, { now: 1000 });
        } catch (error) {
          thrown = error;
        }
        expect(thrown).toBeInstanceOf(JoseError);
        const { message, stack = "" } = thrown as JoseError;
        const text = typeof candidate === "string" ? candidate : "";
        for (let i = 0; i + 8 <= text.length; i++) {
          const part = text.slice(i, i + 8);
          expect(message.includes(part) || stack.includes(part)).toBe(false);
        }
      }),
      runs(0.15),
    );
  });

  test("with a valid MAC over it: the payload is an object with a time, or it is refused", () => {
    const header = fc.oneof(
      fc.constant('{"alg":"HS256"}'),
      fc.json({ maxDepth: 2 }),
      fc
        .dictionary(
          fc.constantFrom("alg", "kid", "typ", "crit", "b64", "x"),
          fc.oneof(
            fc.constantFrom<unknown>("HS256", "hs", "JWT", ["x"], false),
            fc.jsonValue({ maxDepth: 1 }),
          ),
        )
        .map((value) => JSON.stringify(value)),
    );
    const payload = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.string({ unit: "binary" }),
      fc.uint8Array({ maxLength: 60 }),
      fc
        .dictionary(
          fc.constantFrom("iss", "sub", "aud", "exp", "nbf", "iat", "jti"),
          fc.oneof(fc.constantFrom<unknown>(2000, "a", ["a"]), fc.jsonValue({ maxDepth: 1 })),
        )
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(header, payload, (h, p) => {
        const candidate = forgeHmac(h, p, secret);
        let accepted: unknown;
        try {
          accepted = verifyJwt(candidate, verifiers, { now: 1000, skipAudienceCheck: true }).claims;
        } catch (error) {
          if (error instanceof JoseError) return;
          throw error;
        }
        expect(JSON.parse(h)).toMatchObject({ alg: "HS256" });
        expect(accepted).toEqual(JSON.parse(Buffer.from(p).toString()));
        expect((accepted as { readonly exp: number }).exp).toBeGreaterThan(1000);
      }),
      runs(0.15),
    );
  });

  test("a foreign JWK Set is read or refused by a JoseError", () => {
    const member = fc.oneof(
      fc.constantFrom<unknown>(
        "EC",
        "RSA",
        "oct",
        "P-256",
        "ES256",
        "sig",
        ["verify"],
        ...Object.values(exportPublicJwk(es)),
      ),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const jwk = fc.dictionary(
      fc.constantFrom("kty", "crv", "x", "y", "n", "e", "alg", "use", "key_ops", "kid", "d", "k"),
      member,
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(jwk, { maxLength: 4 }).map((list): unknown => ({ keys: list })),
          fc.anything(),
        ),
        (set) => {
          expect(outcome(() => importJwkSet(set))).toMatch(/^(accepted|key_set_invalid)$/);
        },
      ),
      runs(0.05),
    );
  });
});
