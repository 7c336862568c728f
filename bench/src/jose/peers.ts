// The peers, each as its own documentation says for production: key objects prepared beforehand,
// issuer, audience and expiry checked, no result cache.

import { createSigner, createVerifier } from "fast-jwt";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";
import type { Subject } from "../interleave.ts";
import { AUDIENCE, ISSUER, LIFETIME, type Material } from "./subjects.ts";

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
  return subjects;
}
