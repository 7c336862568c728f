// How much more the thread pool verifies than one thread does. By the wall clock, because using a second
// processor is the point; so it only says something where a second processor is idle.

import { availableParallelism } from "node:os";
import { createKeySet, verifyJwt, verifyJwtAsync } from "@latchkey/jose";
import { createRow, OURS } from "../goal.ts";
import { interleave, type Plan, wallClock } from "../interleave.ts";
import type { Row } from "../result.ts";
import { type Alg, AUDIENCE, createMaterial, createTokens, ISSUER } from "./subjects.ts";

const COUNT = 256;
const IN_FLIGHT: readonly number[] = [16, 64];
const ALGORITHMS: readonly Alg[] = ["RS256", "ES256"];

/** One row for each algorithm and number of tokens in flight; the peer is `verifyJwt`. */
export async function measureAsync(plan: Plan): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const alg of ALGORITHMS) {
    const material = createMaterial(alg);
    const tokens = createTokens(material, COUNT);
    const keys = createKeySet([material.verificationKey]);
    const rules = { issuer: ISSUER, audience: AUDIENCE, typ: "at+jwt" };
    for (const inFlight of IN_FLIGHT) {
      const batch = Array.from({ length: inFlight }, (_, index) => tokens[index % COUNT] ?? "");
      const rates = await interleave(
        [
          {
            name: OURS,
            run: () => Promise.all(batch.map((token) => verifyJwtAsync(token, keys, rules))),
          },
          { name: "verifyJwt", run: () => batch.map((token) => verifyJwt(token, keys, rules)) },
        ],
        plan,
        wallClock,
      );
      const perToken = new Map(
        [...rates].map(([name, list]) => [name, list.map((rate) => rate * inFlight)]),
      );
      const name = `verifyJwtAsync ${alg}, ${inFlight} in flight, ${availableParallelism()} processors`;
      rows.push(createRow(name, perToken, []));
    }
  }
  return rows;
}
