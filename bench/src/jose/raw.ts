// The physical limit: the fastest way that node:crypto offers for the same bytes, with nothing
// around it. For ECDSA that is DER, which signs and verifies faster than P1363. Whether `sign` or
// `createSign` is faster differs by a few percent from key to key, so both are measured.

import {
  constants,
  createHmac,
  createSign,
  createVerify,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { LIMIT, OTHER_LIMIT } from "../goal.ts";
import type { Subject } from "../interleave.ts";
import type { Alg, Material } from "./subjects.ts";

const digests: Readonly<Record<Alg, string | null>> = {
  HS256: "sha256",
  HS384: "sha384",
  HS512: "sha512",
  RS256: "sha256",
  RS384: "sha384",
  RS512: "sha512",
  PS256: "sha256",
  PS384: "sha384",
  PS512: "sha512",
  ES256: "sha256",
  ES384: "sha384",
  ES512: "sha512",
  EdDSA: null,
};

function withPadding(
  alg: Alg,
  key: KeyObject,
): KeyObject | { key: KeyObject; padding: number; saltLength: number } {
  return alg.startsWith("PS")
    ? {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : key;
}

interface Part {
  readonly input: Buffer;
  readonly payload: string;
  readonly signature: Buffer;
}

/** The tokens taken apart: nothing of that counts. */
function split(material: Material, tokens: readonly string[]): (index: number) => Part {
  const digest = digests[material.alg];
  const parts = tokens.map((token): Part => {
    const dot = token.lastIndexOf(".");
    const input = Buffer.from(token.slice(0, dot), "latin1");
    const payload = Buffer.from(token.slice(token.indexOf(".") + 1, dot), "base64url").toString();
    const received = Buffer.from(token.slice(dot + 1), "base64url");
    const isEc = material.alg.startsWith("ES");
    const signature = isEc ? sign(digest, input, material.privateKey) : received;
    return { input, payload, signature };
  });
  return (index) => {
    const part = parts[index % parts.length];
    if (part === undefined) throw new RangeError("no tokens");
    return part;
  };
}

/** Signs the tokens' own bytes; for HMAC also writes the payload's JSON, as the goal says. */
export function createRawSigners(
  material: Material,
  tokens: readonly string[],
): readonly Subject[] {
  const digest = digests[material.alg];
  const at = split(material, tokens);
  if (material.alg.startsWith("HS")) {
    const claims = tokens.map((_, index) => JSON.parse(at(index).payload) as object);
    const run = (index: number): unknown => {
      const text = JSON.stringify(claims[index % claims.length]);
      const mac = createHmac(digest ?? "", material.privateKey).update(at(index).input);
      return [text, mac.digest()];
    };
    return [{ name: LIMIT, run }];
  }
  const key = withPadding(material.alg, material.privateKey);
  const once: Subject = { name: LIMIT, run: (index) => sign(digest, at(index).input, key) };
  if (digest === null) return [once];
  return [
    once,
    { name: OTHER_LIMIT, run: (index) => createSign(digest).update(at(index).input).sign(key) },
  ];
}

/** Verifies the tokens' own bytes; for HMAC also parses the payload's JSON, as the goal says. */
export function createRawVerifiers(
  material: Material,
  tokens: readonly string[],
): readonly Subject[] {
  const digest = digests[material.alg];
  const at = split(material, tokens);
  if (material.alg.startsWith("HS")) {
    const run = (index: number): unknown => {
      const { input, payload, signature } = at(index);
      const mac = createHmac(digest ?? "", material.publicKey)
        .update(input)
        .digest();
      if (!timingSafeEqual(mac, signature)) throw new Error("no match");
      return JSON.parse(payload) as unknown;
    };
    return [{ name: LIMIT, run }];
  }
  const key = withPadding(material.alg, material.publicKey);
  const once: Subject = {
    name: LIMIT,
    run: (index) => {
      const { input, signature } = at(index);
      if (!verify(digest, input, key, signature)) throw new Error("no match");
    },
  };
  if (digest === null) return [once];
  return [
    once,
    {
      name: OTHER_LIMIT,
      run: (index) => {
        const { input, signature } = at(index);
        if (!createVerify(digest).update(input).verify(key, signature)) throw new Error("no match");
      },
    },
  ];
}
