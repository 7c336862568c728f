import { deriveRefreshKey, type RefreshKey } from "../keys/refresh-key.ts";
import { randomBytes } from "node:crypto";
import { createIdentifier } from "@latchkey/protocol";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  hasValidMac,
  issueRefreshToken,
  parseRefreshToken,
  REFRESH_TOKEN_LENGTH,
} from "./refresh-token.ts";

function createKey(id: number): RefreshKey {
  return deriveRefreshKey(id, randomBytes(32));
}

const key = createKey(3);
const find = (id: number) => (id === key.id ? key : undefined);
const sessionId = createIdentifier();
const nonce = randomBytes(16);
const token = issueRefreshToken({ key, sessionId, nonce, generation: 41 });

/** Whether a text passes both checks. */
function isAccepted(text: unknown, by = find, withNonce: Uint8Array = nonce): boolean {
  const parsed = parseRefreshToken(text, by);
  const found = parsed === undefined ? undefined : by(parsed.keyId);
  return parsed !== undefined && found !== undefined && hasValidMac(parsed, found, withNonce);
}

describe("refresh token", () => {
  it("reads what it wrote", () => {
    expect(token).toHaveLength(REFRESH_TOKEN_LENGTH);
    expect(token).toMatch(/^lkr_/);
    expect(parseRefreshToken(token, find)).toMatchObject({ keyId: 3, sessionId, generation: 41 });
    expect(isAccepted(token)).toBe(true);
  });

  it("makes the same token again, so that a retry gets the same successor", () => {
    expect(issueRefreshToken({ key, sessionId, nonce, generation: 41 })).toBe(token);
  });

  it("writes the generation big endian in four bytes", () => {
    const text = issueRefreshToken({ key, sessionId, nonce, generation: 0x01020304 });
    expect(Buffer.from(text.slice(4), "base64url").subarray(18, 22)).toEqual(
      Buffer.from([1, 2, 3, 4]),
    );
    expect(parseRefreshToken(text, find)?.generation).toBe(0x01020304);
  });

  it("reads back any session, generation and key id", () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, fc.nat(0xffff_ffff), fc.nat(255), (id, generation, keyId) => {
        const session = Buffer.from(id).toString("base64url");
        const own = { ...key, id: keyId };
        const text = issueRefreshToken({ key: own, sessionId: session, nonce, generation });
        const parsed = parseRefreshToken(text, () => own);
        expect(parsed).toMatchObject({ keyId, sessionId: session, generation });
      }),
    );
  });

  it("L8: refuses it when any one character is altered", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let i = 0; i < token.length; i += 1) {
      for (const character of [alphabet[(i * 7) % 64], alphabet[(i * 13 + 5) % 64], "=", " "]) {
        if (character === undefined || character === token[i]) continue;
        const altered = token.slice(0, i) + character + token.slice(i + 1);
        expect(isAccepted(altered), `character ${i}`).toBe(false);
      }
    }
  });

  it("refuses each altered bit: those of the filter's range without the nonce", () => {
    const bytes = Buffer.from(token.slice(4), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const text = `lkr_${altered.toString("base64url")}`;
      // The MAC's bits need the nonce; all before them are refused without the store.
      expect(parseRefreshToken(text, find) === undefined, `bit ${bit}`).toBe(bit < 30 * 8);
      expect(isAccepted(text), `bit ${bit}`).toBe(false);
    }
  });

  const malformed: readonly [string, unknown][] = [
    ["truncated by one", token.slice(0, -1)],
    ["truncated by four", token.slice(0, -4)],
    ["extended by one", `${token}A`],
    ["extended by four", `${token}AAAA`],
    ["padded", `${token}=`],
    ["without its prefix", token.slice(4)],
    ["with another prefix", `lkx_${token.slice(4)}`],
    ["with an upper-case prefix", `LKR_${token.slice(4)}`],
    ["with a line break", `${token}\n`],
    ["with a leading space", ` ${token}`],
    ["in plain base64", `lkr_${token.slice(4, -1)}+`],
    ["empty", ""],
    ["null", null],
    ["a number", 5],
    ["an array of it", [token]],
    ["an object that looks like it", { length: REFRESH_TOKEN_LENGTH, toString: () => token }],
  ];
  test.each(malformed)("refuses it %s", (_name, text) => {
    expect(parseRefreshToken(text, find)).toBeUndefined();
  });

  it("refuses an unknown key id, and another key under the same id", () => {
    expect(parseRefreshToken(token, () => undefined)).toBeUndefined();
    expect(parseRefreshToken(token, () => createKey(3))).toBeUndefined();
  });

  it("refuses another session's nonce: a leaked key makes no token", () => {
    expect(isAccepted(token, find, randomBytes(16))).toBe(false);
  });

  it("refuses another MAC key: a leaked database makes no token", () => {
    const half = { ...key, mac: createKey(3).mac };
    const parsed = parseRefreshToken(token, () => half);
    expect(parsed).toBeDefined();
    expect(isAccepted(token, () => half)).toBe(false);
  });

  it("refuses to make a token of what does not fit", () => {
    const make = (change: { sessionId?: string; generation?: number }) => () =>
      issueRefreshToken({ key, sessionId, nonce, generation: 1, ...change });
    expect(make({ sessionId: "short" })).toThrow(TypeError);
    expect(make({ generation: -1 })).toThrow(RangeError);
    expect(make({ generation: 2 ** 32 })).toThrow(RangeError);
  });
});
