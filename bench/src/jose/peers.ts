// The peers, each as its own documentation says for production: key objects prepared beforehand,
// issuer, audience and expiry checked, no result cache.

import type { KeyObject } from "node:crypto";
import { type Algorithm, signSync, verifySync } from "@node-rs/jsonwebtoken";
import { createSigner, createVerifier } from "fast-jwt";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";
import type { Subject } from "../interleave.ts";
import { type Alg, AUDIENCE, ISSUER, LIFETIME, type Material } from "./subjects.ts";

// It has no ES512. Its types have a `const enum` that is not there at run time.
function nativeAlgorithm(alg: Alg): Algorithm | undefined {
  const name: unknown = alg === "ES512" ? undefined : alg;
  return name as Algorithm | undefined;
}

function nativeKey(key: KeyObject, type: "spki" | "pkcs8"): string | Uint8Array {
  return key.type === "secret" ? key.export() : key.export({ type, format: "pem" }).toString();
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError("nothing to work on");
  return item;
}

/** Verifying with each peer. */
export function createPeerVerifiers(
  material: Material,
  tokens: readonly string[],
): readonly Subject[] {
  const { alg, publicKey } = material;
  const isSecret = publicKey.type === "secret";
  const verifyFast = createVerifier({
    key: isSecret ? publicKey.export() : publicKey.export({ type: "spki", format: "pem" }),
    algorithms: [alg],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    cache: false,
  });
  const rules = { algorithms: [alg], issuer: ISSUER, audience: AUDIENCE };
  const subjects: Subject[] = [
    { name: "jose", run: (index) => jose.jwtVerify(at(tokens, index), publicKey, rules) },
    { name: "fast-jwt", run: (index) => verifyFast(at(tokens, index)) as unknown },
  ];
  if (alg !== "EdDSA") {
    subjects.push({
      name: "jsonwebtoken",
      run: (index) =>
        jsonwebtoken.verify(at(tokens, index), publicKey, {
          ...rules,
          algorithms: [alg],
        }),
    });
  }
  const native = nativeAlgorithm(alg);
  if (native !== undefined) {
    const key = nativeKey(publicKey, "spki");
    const validation = { algorithms: [native], iss: [ISSUER], aud: [AUDIENCE], leeway: 0 };
    subjects.push({
      name: "@node-rs/jsonwebtoken",
      run: (index) => verifySync(at(tokens, index), key, validation),
    });
  }
  return subjects;
}

/** Signing with each peer. */
export function createPeerSigners(
  material: Material,
  claims: readonly Record<string, unknown>[],
): readonly Subject[] {
  const { alg, privateKey } = material;
  const isSecret = privateKey.type === "secret";
  const signFast = createSigner({
    key: isSecret ? privateKey.export() : privateKey.export({ type: "pkcs8", format: "pem" }),
    algorithm: alg,
    iss: ISSUER,
    aud: AUDIENCE,
    expiresIn: LIFETIME * 1000,
    kid: "k1",
  });
  const subjects: Subject[] = [
    {
      name: "jose",
      run: (index) =>
        new jose.SignJWT(at(claims, index))
          .setProtectedHeader({ alg, typ: "at+jwt", kid: "k1" })
          .setIssuer(ISSUER)
          .setAudience(AUDIENCE)
          .setIssuedAt()
          .setExpirationTime(Math.floor(Date.now() / 1000) + LIFETIME)
          .sign(privateKey),
    },
    { name: "fast-jwt", run: (index) => signFast(at(claims, index)) },
  ];
  if (alg !== "EdDSA") {
    subjects.push({
      name: "jsonwebtoken",
      run: (index) =>
        jsonwebtoken.sign({ ...at(claims, index) }, privateKey, {
          algorithm: alg,
          issuer: ISSUER,
          audience: AUDIENCE,
          expiresIn: LIFETIME,
          keyid: "k1",
        }),
    });
  }
  const native = nativeAlgorithm(alg);
  if (native !== undefined) {
    const key = nativeKey(privateKey, "pkcs8");
    subjects.push({
      name: "@node-rs/jsonwebtoken",
      run: (index) => {
        const now = Math.floor(Date.now() / 1000);
        const times = { iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + LIFETIME };
        return signSync({ ...at(claims, index), ...times }, key, {
          algorithm: native,
          keyId: "k1",
        });
      },
    });
  }
  return subjects;
}
