// RSA signatures that a careless verifier accepts, computed here from the private key by raw
// exponentiation: attack C6. RFC 8017 sections 8.1, 8.2 and 9.
//
// The keys have e = 3, the exponent with which sloppy padding checks were exploited.

import {
  constants,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
} from "node:crypto";
import { describe, expect, test } from "vitest";
import { importJwk, type JwsAlgorithm, type Key, publicKey, verifyJwt } from "../../src/index.ts";
import { b64, outcome, segment } from "../forge.ts";

const BYTES = 256;
const CLAIMS = { sub: "admin", exp: 4_000_000_000 };

const HASHES = {
  sha1: "3021300906052b0e03021a05000414",
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
} as const;
type Hash = keyof typeof HASHES;

interface Forger {
  readonly key: Key;
  readonly input: Buffer;
  readonly modulus: bigint;
  /** The token with the raw exponentiation of an encoded message. */
  readonly forge: (encoded: Buffer) => string;
  /** The token with these bytes as signature. */
  readonly attach: (signature: Uint8Array) => string;
  readonly raise: (encoded: Buffer) => Buffer;
}

function forger(alg: JwsAlgorithm): Forger {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: BYTES * 8,
    publicExponent: 3,
  });
  const jwk = privateKey.export({ format: "jwk" });
  const input = Buffer.from(`${segment({ alg })}.${segment(CLAIMS)}`);
  const raise = (encoded: Buffer): Buffer => exponentiate(privateKey, encoded);
  const attach = (signature: Uint8Array): string => `${input.toString()}.${b64(signature)}`;
  return {
    key: publicKey(importJwk(jwk, { alg })),
    input,
    modulus: BigInt(`0x${Buffer.from(jwk.n ?? "", "base64url").toString("hex")}`),
    forge: (encoded) => attach(raise(encoded)),
    attach,
    raise,
  };
}

function exponentiate(key: KeyObject, encoded: Buffer): Buffer {
  if (encoded.length !== BYTES) throw new Error("an encoded message is as long as the modulus");
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}

const digest = (hash: Hash, input: Buffer): Buffer => createHash(hash).update(input).digest();
const hex = (text: string): Buffer => Buffer.from(text, "hex");
const toBytes = (value: bigint, length = BYTES): Buffer =>
  hex(value.toString(16).padStart(length * 2, "0"));
const toInteger = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex")}`);

describe("C6 RSASSA-PKCS1-v1_5 paddings", () => {
  const frame = (content: Buffer, { type = 1, fill = 0xff, end = 0 } = {}): Buffer =>
    Buffer.concat([
      Buffer.of(0, type),
      Buffer.alloc(BYTES - 3 - content.length, fill),
      Buffer.of(end),
      content,
    ]);

  /** DigestInfo with chosen parts. */
  const info = (hash: Buffer, parameters: string, oid = "0609608648016503040201"): Buffer => {
    const algorithm = hex(oid + parameters);
    const octets = Buffer.concat([Buffer.of(0x04, hash.length), hash]);
    const inner = Buffer.concat([Buffer.of(0x30, algorithm.length), algorithm, octets]);
    return Buffer.concat([Buffer.of(0x30, inner.length), inner]);
  };

  test.each([
    ["RS256", "sha256"],
    ["RS384", "sha384"],
    ["RS512", "sha512"],
  ] as const)("%s: the right one is accepted, another hash's is not", (alg, own) => {
    const { key, input, forge } = forger(alg);
    for (const hash of Object.keys(HASHES) as Hash[]) {
      const token = forge(frame(Buffer.concat([hex(HASHES[hash]), digest(hash, input)])));
      expect(outcome(() => verifyJwt(token, key, {}))).toBe(
        hash === own ? "accepted" : "signature_invalid",
      );
    }
  });

  test("every deviation from the one encoding", () => {
    const { key, input, forge, attach, raise, modulus } = forger("RS256");
    const hash = digest("sha256", input);
    const right = Buffer.concat([hex(HASHES.sha256), hash]);
    expect(outcome(() => verifyJwt(forge(frame(right)), key, {}))).toBe("accepted");

    const short = (padding: number, content: Buffer, rest: number): Buffer => {
      const head = Buffer.concat([
        Buffer.of(0, 1),
        Buffer.alloc(padding, 0xff),
        Buffer.of(0),
        content,
      ]);
      return Buffer.concat([head, Buffer.alloc(BYTES - head.length, rest)]);
    };
    const encoded: Record<string, Buffer> = {
      "the hash alone": frame(hash),
      "no parameters": frame(info(hash, "")),
      "parameters that are no NULL": frame(info(hash, "0401ff")),
      "NULL with content": frame(info(hash, "050141")),
      "garbage hidden in the parameters": frame(info(hash, `0420${"00".repeat(32)}`)),
      "two NULLs": frame(info(hash, "05000500")),
      "the OID of SHA-1": frame(info(hash, "0500", "06052b0e03021a")),
      "the OID of SHA-512/256": frame(info(hash, "0500", "0609608648016503040206")),
      "the OID of sha256WithRSAEncryption": frame(info(hash, "0500", "06092a864886f70d01010b")),
      "a truncated hash": frame(info(hash.subarray(0, 20), "0500")),
      "an empty hash": frame(info(Buffer.alloc(0), "0500")),
      "a hash with a byte more": frame(info(Buffer.concat([hash, Buffer.of(0)]), "0500")),
      "bytes behind the DigestInfo": frame(Buffer.concat([right, Buffer.alloc(8)])),
      "bytes behind, counted in": frame(
        Buffer.concat([Buffer.of(0x30, 0x33), right.subarray(2), Buffer.of(5, 0)]),
      ),
      "a long-form length": frame(Buffer.concat([hex("308131"), right.subarray(2)])),
      "a long-form length of two bytes": frame(Buffer.concat([hex("30820031"), right.subarray(2)])),
      "an indefinite length": frame(
        Buffer.concat([hex("3080"), right.subarray(2), Buffer.of(0, 0)]),
      ),
      "a SET for the SEQUENCE": frame(Buffer.concat([Buffer.of(0x31), right.subarray(1)])),
      "an INTEGER for the OCTET STRING": frame(
        Buffer.concat([right.subarray(0, 17), Buffer.of(2), right.subarray(18)]),
      ),
      "block type 0": frame(right, { type: 0, fill: 0 }),
      "block type 0 with ones": frame(right, { type: 0 }),
      "block type 2": frame(right, { type: 2, fill: 0x5a }),
      "padding of zeros": frame(right, { fill: 0 }),
      "padding of 0xfe": frame(right, { fill: 0xfe }),
      "no separator": frame(right, { end: 0xff }),
      "a separator of 1": frame(right, { end: 1 }),
      // Bleichenbacher's forgery of 2006: little padding, the hash in the middle, garbage to the end.
      "no padding at all": short(0, right, 0),
      "one byte of padding": short(1, right, 0),
      "eight bytes of padding, zeros behind": short(8, right, 0),
      "eight bytes of padding, ones behind": short(8, right, 0xff),
    };
    const early = frame(right);
    early[20] = 0;
    encoded["a zero within the padding"] = early;
    const changed = frame(right);
    changed[BYTES - 1] = (changed[BYTES - 1] ?? 0) ^ 1;
    encoded["another hash's last bit"] = changed;
    const first = frame(right);
    first[0] = 1;
    for (const [name, message] of Object.entries(encoded)) {
      expect([name, outcome(() => verifyJwt(forge(message), key, {}))]).toEqual([
        name,
        "signature_invalid",
      ]);
    }

    const signature = toInteger(raise(frame(right)));
    // The same number modulo n, its negative, and numbers that are their own cube.
    const numbers = [0n, 1n, modulus - 1n, modulus, modulus + 1n, modulus - signature];
    for (const number of numbers) {
      expect(outcome(() => verifyJwt(attach(toBytes(number)), key, {}))).toBe("signature_invalid");
    }
    expect(outcome(() => verifyJwt(attach(toBytes(signature + modulus, BYTES + 1)), key, {}))).toBe(
      "signature_invalid",
    );
    expect(outcome(() => verifyJwt(attach(first), key, {}))).toBe("signature_invalid");
  });

  test("a cube root of a padding with room for garbage", () => {
    const { key, input, attach } = forger("RS256");
    const content = Buffer.concat([hex(HASHES.sha256), digest("sha256", input)]);
    // No private key needed: with e = 3 the cube root of such a message, rounded up, keeps its start.
    for (const padding of [0, 1, 8]) {
      const start = Buffer.concat([Buffer.of(0, 1), Buffer.alloc(padding, 0xff), Buffer.of(0)]);
      const message = Buffer.alloc(BYTES, 0xff);
      Buffer.concat([start, content]).copy(message);
      const root = cubeRoot(toInteger(message));
      const kept = toBytes(root ** 3n).subarray(0, start.length + content.length);
      expect(kept.equals(Buffer.concat([start, content]))).toBe(true);
      expect(outcome(() => verifyJwt(attach(toBytes(root)), key, {}))).toBe("signature_invalid");
    }
  });
});

/** The largest integer whose cube is not above a value. */
function cubeRoot(value: bigint): bigint {
  let low = 0n;
  let high = 1n << BigInt(Math.ceil(value.toString(2).length / 3) + 1);
  while (low < high - 1n) {
    const middle = (low + high) / 2n;
    if (middle ** 3n <= value) low = middle;
    else high = middle;
  }
  return low;
}

describe("C6 RSASSA-PSS encodings", () => {
  const mask = (seed: Buffer, length: number, hash: Hash): Buffer => {
    const blocks: Buffer[] = [];
    for (let counter = 0; blocks.length * digest(hash, seed).length < length; counter++) {
      const index = Buffer.alloc(4);
      index.writeUInt32BE(counter);
      blocks.push(digest(hash, Buffer.concat([seed, index])));
    }
    return Buffer.concat(blocks).subarray(0, length);
  };

  interface Parts {
    readonly hash?: Hash;
    readonly maskHash?: Hash;
    readonly salt?: Buffer;
    readonly prefix?: Buffer;
    readonly separator?: number;
    readonly fill?: number;
    readonly trailer?: number;
    readonly topBit?: boolean;
    readonly flip?: number;
  }

  /** RFC 8017 section 9.1.1, with every part to choose. */
  const encode = (input: Buffer, parts: Parts): Buffer => {
    const { hash = "sha256", maskHash = hash, salt = Buffer.alloc(32, 7) } = parts;
    const { separator = 1, fill = 0, trailer = 0xbc, prefix = Buffer.alloc(8) } = parts;
    const h = digest(hash, Buffer.concat([prefix, digest(hash, input), salt]));
    if (parts.flip !== undefined) h[parts.flip] = (h[parts.flip] ?? 0) ^ 1;
    const block = Buffer.concat([
      Buffer.alloc(BYTES - h.length - 2 - salt.length, fill),
      Buffer.of(separator),
      salt,
    ]);
    const masked = mask(h, block.length, maskHash).map((byte, i) => byte ^ (block[i] ?? 0));
    masked[0] = (masked[0] ?? 0) & 0x7f;
    if (parts.topBit === true) masked[0] |= 0x80;
    return Buffer.concat([masked, h, Buffer.of(trailer)]);
  };

  test("the right one is accepted, every deviation is not", () => {
    const { key, input, forge, attach, raise, modulus } = forger("PS256");
    expect(outcome(() => verifyJwt(forge(encode(input, {})), key, {}))).toBe("accepted");
    const wrong: readonly Parts[] = [
      ...[0, 1, 20, 31, 33, 64, 222].map((length) => ({ salt: Buffer.alloc(length, 7) })),
      { hash: "sha1", salt: Buffer.alloc(20, 7) },
      { hash: "sha384", salt: Buffer.alloc(48, 7) },
      { hash: "sha512", salt: Buffer.alloc(64, 7) },
      { hash: "sha384" },
      { maskHash: "sha1" },
      { maskHash: "sha384" },
      { separator: 0 },
      { separator: 2 },
      { separator: 0x81 },
      { fill: 0xff },
      { fill: 1 },
      { trailer: 0xbb },
      { trailer: 0xcc },
      { trailer: 0 },
      { prefix: Buffer.alloc(7) },
      { prefix: Buffer.alloc(0) },
      { prefix: Buffer.alloc(8, 1) },
      { flip: 0 },
      { flip: 31 },
    ];
    for (const parts of wrong) {
      expect([parts, outcome(() => verifyJwt(forge(encode(input, parts)), key, {}))]).toEqual([
        parts,
        "signature_invalid",
      ]);
    }
    const right = encode(input, {});
    for (let i = 0; i < BYTES; i += 5) {
      const changed = Buffer.from(right);
      changed[i] = (changed[i] ?? 0) ^ (i === 0 ? 2 : 0x10);
      expect(outcome(() => verifyJwt(forge(changed), key, {}))).toBe("signature_invalid");
    }
    const signature = toInteger(raise(right));
    for (const number of [0n, 1n, modulus - 1n, modulus, modulus - signature]) {
      expect(outcome(() => verifyJwt(attach(toBytes(number)), key, {}))).toBe("signature_invalid");
    }
    expect(outcome(() => verifyJwt(attach(toBytes(signature + modulus, BYTES + 1)), key, {}))).toBe(
      "signature_invalid",
    );
  });

  test("a top bit that the modulus does not have room for", () => {
    // Only messages below the modulus can be raised: try salts until one is.
    const { key, input, modulus, forge } = forger("PS256");
    let tried = 0;
    for (let i = 0; i < 64 && tried === 0; i++) {
      const message = encode(input, { salt: Buffer.alloc(32, i), topBit: true });
      if (toInteger(message) >= modulus) continue;
      tried++;
      expect(outcome(() => verifyJwt(forge(message), key, {}))).toBe("signature_invalid");
    }
    expect(tried).toBe(1);
  });

  test.each([
    ["PS384", "sha384", 48],
    ["PS512", "sha512", 64],
  ] as const)("%s", (alg, hash, bytes) => {
    const { key, input, forge } = forger(alg);
    const verify = (parts: Parts): string =>
      outcome(() => verifyJwt(forge(encode(input, { hash, ...parts })), key, {}));
    expect(verify({ salt: Buffer.alloc(bytes, 7) })).toBe("accepted");
    for (const length of [0, 20, 32, bytes - 1, bytes + 1]) {
      expect(verify({ salt: Buffer.alloc(length, 7) })).toBe("signature_invalid");
    }
    expect(verify({ salt: Buffer.alloc(bytes, 7), maskHash: "sha256" })).toBe("signature_invalid");
  });
});
