import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createKeyEncryption, type KeyEncryptionKey, keyCheckValue } from "./key-encryption.ts";

const place = { purpose: "signing", id: "k1", alg: "ES256" };
const secret = Buffer.from("the plaintext of a private key");

function kek(id: string): KeyEncryptionKey {
  return { id, key: randomBytes(32) };
}

describe("sealing", () => {
  it("opens what it sealed, and never seals alike twice", () => {
    const encryption = createKeyEncryption([kek("a")]);
    const one = encryption.seal(place, secret);
    const two = encryption.seal(place, secret);
    expect(one.kekId).toBe("a");
    expect(one.sealed).toHaveLength(12 + secret.length + 16);
    expect(Buffer.from(one.sealed).equals(two.sealed)).toBe(false);
    for (const { kekId, sealed } of [one, two]) {
      expect(secret.equals(encryption.unseal({ ...place, kekId }, sealed))).toBe(true);
    }
  });

  it("seals with the first key and opens with all", () => {
    const [a, b] = [kek("a"), kek("b")];
    const { sealed } = createKeyEncryption([a]).seal(place, secret);
    const both = createKeyEncryption([b, a]);
    expect(both.currentId).toBe("b");
    expect(secret.equals(both.unseal({ ...place, kekId: "a" }, sealed))).toBe(true);
  });

  it.each([
    ["purpose", { ...place, purpose: "feed" }],
    ["id", { ...place, id: "k2" }],
    ["alg", { ...place, alg: "ES384" }],
    ["shifted members", { purpose: "signin", id: "gk1", alg: "ES256" }],
  ])("opens at no other place: %s", (_, other) => {
    const encryption = createKeyEncryption([kek("a")]);
    const { sealed } = encryption.seal(place, secret);
    expect(() => encryption.unseal({ ...other, kekId: "a" }, sealed)).toThrowError(
      expect.objectContaining({ code: "key_encryption_key_wrong" }),
    );
  });

  it("opens nothing that was changed, cut or lengthened", () => {
    const encryption = createKeyEncryption([kek("a")]);
    const { sealed } = encryption.seal(place, secret);
    const changed = Array.from(sealed, (byte, index) =>
      Buffer.from(sealed).fill(byte ^ 1, index, index + 1),
    );
    const cut = [0, 1, 12, 27, 28, sealed.length - 1].map((end) => sealed.subarray(0, end));
    for (const bytes of [...changed, ...cut, Buffer.concat([sealed, Buffer.alloc(1)])]) {
      expect(() => encryption.unseal({ ...place, kekId: "a" }, bytes)).toThrowError(
        expect.objectContaining({ code: "key_encryption_key_wrong" }),
      );
    }
  });

  it("names the key-encryption key that is wanted, and tells no secret", () => {
    const right = kek("right");
    const wrong = kek("wrong");
    const { sealed } = createKeyEncryption([right]).seal(place, secret);
    const messages = [
      () => createKeyEncryption([wrong]).unseal({ ...place, kekId: "right" }, sealed),
      () =>
        createKeyEncryption([{ ...wrong, id: "right" }]).unseal(
          { ...place, kekId: "right" },
          sealed,
        ),
    ].map((open) => {
      try {
        open();
        return "";
      } catch (error) {
        return `${String(error)} ${String((error as Error).cause)}`;
      }
    });
    for (const message of messages) {
      expect(message).toContain("right");
      for (const { key } of [right, wrong]) {
        expect(message).not.toContain(Buffer.from(key).toString("base64url"));
        expect(message).not.toContain(Buffer.from(key).toString("hex"));
      }
    }
  });

  it.each([
    ["no key", []],
    ["a short key", [{ id: "a", key: new Uint8Array(31) }]],
    ["no id", [{ id: "", key: new Uint8Array(32).fill(1) }]],
    ["N12 a blank key", [{ id: "a", key: new Uint8Array(32) }]],
    ["one id twice", [kek("a"), kek("a")]],
  ])("refuses %s when it is built", (_, keys) => {
    expect(() => createKeyEncryption(keys)).toThrow(TypeError);
  });
});

it("a check value depends on the key and its id", () => {
  const one = kek("a");
  const values = [one, { ...one, id: "b" }, kek("a")].map(keyCheckValue);
  expect(new Set(values).size).toBe(3);
  expect(keyCheckValue({ ...one })).toBe(values[0]);
});
