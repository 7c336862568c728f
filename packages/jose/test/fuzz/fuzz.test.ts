// Ten thousand cases of the differential fuzz; `npm run fuzz` makes a million and looks at times.

import { beforeAll, describe, expect, test } from "vitest";
import { changeNames, generateCase } from "./generate.ts";
import { Random } from "./random.ts";
import { type FuzzReport, repeats, runFuzz } from "./run.ts";
import { createSigners, type Signer } from "./signers.ts";

const CASES = 10_000;

describe("ten thousand malformed tokens", () => {
  let report: FuzzReport;
  beforeAll(async () => {
    report = await runFuzz({ seed: 1, cases: CASES });
  }, 120_000);

  test("what we accept, jose and fast-jwt accept with equal claims, or the table says why not", () => {
    expect(report.cases).toBe(CASES);
    expect(report.unexplained).toEqual([]);
    expect(report.differing).toEqual([]);
  });

  test("refusals are JoseErrors, the same from both functions, and repeat nothing of the token", () => {
    expect(report.wrong).toEqual([]);
    expect(report.leaks).toEqual([]);
  });

  test("the cases reach every kind of refusal and of acceptance", () => {
    expect(report.accepted).toBeGreaterThan(CASES / 10);
    expect(report.refusedByUsOnly).toBeGreaterThan(CASES / 20);
    expect([...report.codes.keys()].toSorted()).toEqual([
      "algorithm_mismatch",
      "audience_mismatch",
      "base64url_invalid",
      "claim_invalid",
      "claim_missing",
      "critical_header_not_supported",
      "header_invalid",
      "issuer_mismatch",
      "json_invalid",
      "signature_invalid",
      "token_expired",
      "token_malformed",
      "token_not_yet_valid",
      "token_too_old",
      "type_mismatch",
    ]);
  });
});

describe("the run notices", () => {
  const signersWith = async (change: Partial<Signer>): Promise<readonly Signer[]> =>
    (await createSigners()).map((signer) => ({ ...signer, ...change }));

  test("a library that refuses what we accept", async () => {
    const signers = await signersWith({ verifyWithFastJwt: () => undefined });
    const { unexplained } = await runFuzz({ seed: 1, cases: 50, signers });
    expect(unexplained.length).toBeGreaterThan(0);
  });

  test("a library that reads other claims", async () => {
    const signers = await signersWith({ verifyWithJose: () => Promise.resolve({ sub: "other" }) });
    const { differing } = await runFuzz({ seed: 1, cases: 50, signers });
    expect(differing.length).toBeGreaterThan(0);
  });

  test("eight characters of a token in a message", () => {
    expect(repeats("refused: abcdefgh", "xx.abcdefgh.yy")).toBe(true);
    expect(repeats("refused: abcdefg", "xx.abcdefg.yy")).toBe(false);
  });
});

test("a seed makes the same changes again, and every change comes up", async () => {
  const signers = await createSigners();
  const seen = new Set<string>();
  for (let seed = 0; seed < 1000; seed++) {
    const { changes } = generateCase(new Random(seed), signers);
    expect(generateCase(new Random(seed), signers).changes).toEqual(changes);
    for (const change of changes) seen.add(change);
  }
  expect([...seen].toSorted()).toEqual(changeNames.toSorted());
});
