// The jose suite: signing, verifying, refusing, and the size of the import.

import { verifyJwt, signJwt, createKeySet } from "@latchkey/jose";
import { createRow, type Goal, OURS, withFasterLimit } from "../goal.ts";
import { interleave, type Plan } from "../interleave.ts";
import type { Suite } from "../suites.ts";
import type { Row } from "../result.ts";
import { measureAsync } from "./async.ts";
import { measureBundle } from "./bundle.ts";
import { measureGarbage } from "./garbage.ts";
import { createPeerSigners, createPeerVerifiers } from "./peers.ts";
import { createRawSigners, createRawVerifiers } from "./raw.ts";
import {
  type Alg,
  AUDIENCE,
  createClaims,
  createMaterial,
  createTokens,
  ISSUER,
  LIFETIME,
} from "./subjects.ts";
import { measureWorst } from "./worst.ts";

const COUNT = 256;

// Operations for each second of processor time; see interleave.ts.
const UNIT = "op/CPU s";

// Where the time is that of OpenSSL, ours and a peer's differ by less than a median of 21 rounds can tell:
// two runs of the same code come out up to 2 % apart. HMAC is short enough for the plain comparison.
// The peers of this goal sign and verify by the same OpenSSL; a native one with a library of its own is
// measured beside them.
const SAME_CRYPTO = ["jose", "jsonwebtoken", "fast-jwt"];
const notSlower = (alg: Alg): Goal => ({
  of: "best of",
  peers: SAME_CRYPTO,
  atLeast: alg.startsWith("HS") ? 1 : 0.98,
});
const ofLimit = (atLeast: number): Goal => ({ of: "limit", atLeast });

const goals: Readonly<Partial<Record<Alg, { verify: readonly Goal[]; sign: readonly Goal[] }>>> = {
  ES256: { verify: [ofLimit(0.92)], sign: [ofLimit(0.92)] },
  EdDSA: { verify: [ofLimit(0.92)], sign: [ofLimit(0.92)] },
  RS256: { verify: [ofLimit(0.85)], sign: [ofLimit(0.92)] },
  PS256: { verify: [ofLimit(0.85)], sign: [ofLimit(0.92)] },
  HS256: {
    verify: [ofLimit(0.65), { of: "peer", peer: "fast-jwt", atLeast: 1.3 }],
    sign: [ofLimit(0.65), { of: "peer", peer: "fast-jwt", atLeast: 1.2 }],
  },
};

const algorithms: readonly Alg[] = [
  "ES256",
  "EdDSA",
  "RS256",
  "PS256",
  "HS256",
  "HS384",
  "HS512",
  "RS384",
  "RS512",
  "PS384",
  "PS512",
  "ES384",
  "ES512",
];

async function measure(plan: Plan, report: (line: string) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const alg of algorithms) {
    const material = createMaterial(alg);
    const claims = Array.from({ length: COUNT }, (_, index) => createClaims(index));
    const tokens = createTokens(material, COUNT, (index) => claims[index] ?? {});
    const rules = { issuer: ISSUER, audience: AUDIENCE, typ: "at+jwt" };
    const keys = createKeySet([material.verificationKey]);
    const sign = { issuer: ISSUER, audience: AUDIENCE, expiresIn: LIFETIME, typ: "at+jwt" };
    report(`verify ${alg}`);
    const verifying = await interleave(
      [
        { name: OURS, run: (index) => verifyJwt(tokens[index % COUNT] ?? "", keys, rules) },
        ...createRawVerifiers(material, tokens),
        ...createPeerVerifiers(material, tokens),
      ],
      plan,
    );
    rows.push(
      createRow(
        `verify ${alg}`,
        withFasterLimit(verifying),
        [...(goals[alg]?.verify ?? []), notSlower(alg)],
        UNIT,
      ),
    );
    report(`sign ${alg}`);
    const signing = await interleave(
      [
        {
          name: OURS,
          run: (index) => signJwt(claims[index % COUNT] ?? {}, material.signingKey, sign),
        },
        ...createRawSigners(material, tokens),
        ...createPeerSigners(material, claims),
      ],
      plan,
    );
    rows.push(
      createRow(
        `sign ${alg}`,
        withFasterLimit(signing),
        [...(goals[alg]?.sign ?? []), notSlower(alg)],
        UNIT,
      ),
    );
  }
  report("refuse garbage");
  rows.push(...(await measureGarbage(plan)));
  report("inputs that take long");
  rows.push(measureWorst());
  report("verifyJwtAsync");
  rows.push(...(await measureAsync(plan)));
  report("bundle");
  rows.push(await measureBundle());
  return rows;
}

export const joseSuite: Suite = {
  packages: ["@latchkey/jose", "jose", "fast-jwt", "jsonwebtoken", "@node-rs/jsonwebtoken"],
  // Two rows for each algorithm with seven subjects or so; what is beside them takes a minute.
  minutes: ({ rounds, sliceMs }) =>
    (60_000 + algorithms.length * 2 * 7 * (500 + rounds * sliceMs)) / 60_000,
  measure,
};
