// The algorithms that the tests of JWE go through, with a key made once for each.

import {
  type CurveName,
  generateKey,
  type JweContentAlgorithm,
  type JweKeyAlgorithm,
  type Key,
  listContentEncryptions,
  publicKey,
} from "../../src/index.ts";

/** Few iterations: the tests are about the format. */
export const PASSWORD_COUNT = 1000;

/** A key for one algorithm and curve. */
export interface Case {
  readonly name: string;
  readonly alg: JweKeyAlgorithm;
  readonly crv?: CurveName;
}

const plain = (alg: JweKeyAlgorithm): Case => ({ name: alg, alg });
const curves = ["P-256", "P-384", "P-521", "X25519", "X448"] as const;
const agreement = (alg: JweKeyAlgorithm): Case[] =>
  curves.map((crv) => ({ name: `${alg} on ${crv}`, alg, crv }));

/** Every key management algorithm and curve. */
export const CASES: readonly Case[] = [
  ...(
    [
      "A128KW",
      "A192KW",
      "A256KW",
      "A128GCMKW",
      "A192GCMKW",
      "A256GCMKW",
      "RSA-OAEP",
      "RSA-OAEP-256",
      "RSA-OAEP-384",
      "RSA-OAEP-512",
      "PBES2-HS256+A128KW",
      "PBES2-HS384+A192KW",
      "PBES2-HS512+A256KW",
    ] as const
  ).map(plain),
  ...(["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"] as const).flatMap(
    agreement,
  ),
];

/** Every content encryption. */
export const ENCS: readonly JweContentAlgorithm[] = listContentEncryptions();

/** A key pair, or a secret twice. */
export interface Pair {
  readonly decrypter: Key;
  readonly encrypter: Key;
}

/** Makes the keys of a case. */
export async function pairOf(
  alg: Case["alg"] | JweContentAlgorithm,
  crv?: CurveName,
): Promise<Pair> {
  const decrypter = await generateKey(alg, {
    kid: `${alg}-1`,
    ...(crv === undefined ? {} : { crv }),
  });
  return { decrypter, encrypter: decrypter.type === "secret" ? decrypter : publicKey(decrypter) };
}
