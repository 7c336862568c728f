// Properties: what is encrypted comes back, and a message with one character changed does not.

import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import {
  decryptCompact,
  decryptFlattened,
  decryptGeneral,
  encryptCompact,
  encryptFlattened,
  encryptGeneral,
  JoseError,
} from "../../src/index.ts";
import { CASES, ENCS, type Pair, PASSWORD_COUNT, pairOf } from "./algorithms.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ~";
const pairs: Pair[] = [];
const changed: Pair[] = [];

beforeAll(async () => {
  for (const { alg, crv } of CASES) {
    const pair = await pairOf(alg, crv);
    pairs.push(pair);
    // A changed PBES2 count would be obeyed up to the maximum: right, and slow.
    if (!alg.startsWith("PBES2")) changed.push(pair);
  }
  for (const enc of ENCS) {
    const pair = await pairOf(enc);
    pairs.push(pair);
    changed.push(pair);
  }
});

const content = fc.uint8Array({ maxLength: 200 });

function isDirect({ encrypter }: Pair): boolean {
  return ENCS.some((name) => name === encrypter.alg);
}

describe("round trips", () => {
  test("compact", () => {
    fc.assert(
      fc.property(
        content,
        fc.nat(),
        fc.constantFrom(...ENCS),
        fc.boolean(),
        (bytes, i, enc, zip) => {
          const pair = pairs[i % pairs.length];
          if (pair === undefined) throw new Error("no keys");
          const token = encryptCompact(bytes, pair.encrypter, {
            ...(isDirect(pair) ? {} : { enc }),
            ...(zip ? { zip: "DEF" } : {}),
            passwordCount: PASSWORD_COUNT,
          });
          const opened = decryptCompact(token, pair.decrypter, { allowCompression: true });
          expect(opened.plaintext).toEqual(bytes);
          expect(opened.header.zip).toBe(zip ? "DEF" : undefined);
        },
      ),
      { numRuns: 500 },
    );
  });
  test("flattened and general", () => {
    fc.assert(
      fc.property(content, fc.nat(), content, fc.constantFrom(...ENCS), (bytes, i, aad, enc) => {
        const pair = pairs[i % pairs.length];
        if (pair === undefined) throw new Error("no keys");
        const options = {
          aad,
          ...(isDirect(pair) ? {} : { enc }),
          passwordCount: PASSWORD_COUNT,
        };
        const flattened = encryptFlattened(bytes, pair.encrypter, options);
        const first = decryptFlattened(JSON.stringify(flattened), pair.decrypter);
        const general = encryptGeneral(bytes, [pair.encrypter], options);
        const second = decryptGeneral(general, pair.decrypter);
        for (const opened of [first, second]) {
          expect(opened.plaintext).toEqual(bytes);
          expect(opened.aad ?? new Uint8Array(0)).toEqual(aad);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("one change", () => {
  test("a character of a compact message", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.constantFrom(...ALPHABET),
        fc.constantFrom("replace", "insert", "remove"),
        (i, place, character, how) => {
          const pair = changed[i % changed.length];
          if (pair === undefined) throw new Error("no keys");
          const token = encryptCompact(Buffer.from("content"), pair.encrypter);
          const at = place % token.length;
          const rest = token.slice(how === "insert" ? at : at + 1);
          const other = `${token.slice(0, at)}${how === "remove" ? "" : character}${rest}`;
          fc.pre(other !== token);
          expect(() => decryptCompact(other, pair.decrypter)).toThrow(JoseError);
        },
      ),
      { numRuns: 1000 },
    );
  });
  test("a bit of a part", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 4 }), fc.nat(), (i, part, place) => {
        const pair = changed[i % changed.length];
        if (pair === undefined) throw new Error("no keys");
        const parts = encryptCompact(Buffer.from("content"), pair.encrypter).split(".");
        const bytes = Buffer.from(parts[part] ?? "", "base64url");
        fc.pre(bytes.length > 0);
        const bit = place % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const other = parts.with(part, bytes.toString("base64url")).join(".");
        expect(() => decryptCompact(other, pair.decrypter)).toThrow(JoseError);
      }),
      { numRuns: 1000 },
    );
  });
  test("whatever text comes, only a JoseError leaves", () => {
    const part = fc.oneof(
      fc.base64String({ maxLength: 40 }),
      fc.json().map((text) => Buffer.from(text).toString("base64url")),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 7 }), fc.nat(), (parts, i) => {
        const pair = pairs[i % pairs.length];
        if (pair === undefined) throw new Error("no keys");
        expect(() => decryptCompact(parts.join("."), pair.decrypter)).toThrow(JoseError);
      }),
      { numRuns: 1000 },
    );
  });
  test("whatever JSON comes, only a JoseError leaves", () => {
    const members = fc.record(
      {
        protected: fc.oneof(
          fc.constantFrom("eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4R0NNIn0", ""),
          fc.string(),
        ),
        unprotected: fc.jsonValue(),
        header: fc.jsonValue(),
        recipients: fc.jsonValue(),
        encrypted_key: fc.jsonValue(),
        aad: fc.oneof(fc.constant("AAAA"), fc.jsonValue()),
        iv: fc.oneof(fc.constant("AAAAAAAAAAAAAAAA"), fc.jsonValue()),
        ciphertext: fc.oneof(fc.constant("AAAA"), fc.jsonValue()),
        tag: fc.oneof(fc.constant("AAAAAAAAAAAAAAAAAAAAAA"), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(members, fc.nat(), (jwe, i) => {
        const pair = pairs[i % pairs.length];
        if (pair === undefined) throw new Error("no keys");
        const text = JSON.stringify(jwe);
        expect(() => decryptFlattened(text, pair.decrypter)).toThrow(JoseError);
        expect(() => decryptGeneral(text, pair.decrypter)).toThrow(JoseError);
      }),
      { numRuns: 1000 },
    );
  });
});
