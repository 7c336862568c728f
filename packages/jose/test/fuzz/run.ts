// One fuzz run: every input goes to the three libraries; what they said is compared, explained, counted.

import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { JoseError, verifyJwt, verifyJwtAsync } from "../../src/index.ts";
import { DIFFERENCES } from "./explained.ts";
import { MAX_LENGTH } from "./changes.ts";
import { type FuzzCase, generateCase } from "./generate.ts";
import { Random } from "./random.ts";
import {
  AUDIENCE,
  createSigners,
  ISSUER,
  NOW,
  type Signer,
  STRICT,
  type Verdict,
} from "./signers.ts";

/** What a run found. The lists hold descriptions of inputs and must be empty. */
export interface FuzzReport {
  cases: number;
  accepted: number;
  refusedByUsOnly: number;
  /** How often each explained difference came up. */
  readonly explained: Map<string, number>;
  readonly codes: Map<string, number>;
  /** Accepted here, refused there, and not in the table. */
  readonly unexplained: string[];
  /** Accepted by two libraries with different claims. */
  readonly differing: string[];
  /** Anything thrown that is not a JoseError, and answers of the two functions that differ. */
  readonly wrong: string[];
  /** Errors that repeat eight or more characters of the token. */
  readonly leaks: string[];
  /** Inputs that took 5 ms ten times out of ten. */
  readonly slow: string[];
  /** The longest time of the fastest of ten, in milliseconds, of the inputs measured again. */
  slowest: number;
}

/** How a run is made. */
export interface FuzzOptions {
  readonly seed: number;
  readonly cases: number;
  /** Other signers than the usual ones. */
  readonly signers?: readonly Signer[];
  /** Whether times are looked at. Only where nothing else runs. */
  readonly measuresTime?: boolean;
  readonly onProgress?: (report: FuzzReport) => void;
}

const PLAIN = {
  issuer: ISSUER,
  audience: AUDIENCE,
  now: NOW,
  // Beyond the default, so that long inputs are looked at and not only counted.
  maxTokenLength: MAX_LENGTH,
} as const;
const RULES = { plain: PLAIN, strict: { ...PLAIN, ...STRICT } } as const;

/** Longest time that an input may take, in milliseconds. */
const TIME_LIMIT = 5;
/** Pause before each time that an input is measured again, in milliseconds. */
const PAUSE = 20;
const LEAK_LENGTH = 8;
const MAX_LISTED = 20;

/** Runs a number of cases. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, cases, measuresTime = false, onProgress } = options;
  const signers = options.signers ?? (await createSigners());
  const report: FuzzReport = {
    cases: 0,
    accepted: 0,
    refusedByUsOnly: 0,
    explained: new Map(),
    codes: new Map(),
    unexplained: [],
    differing: [],
    wrong: [],
    leaks: [],
    slow: [],
    slowest: 0,
  };
  for (let i = 0; i < cases; i++) {
    // A seed for each case, so that one can be run again alone.
    const fuzzCase = generateCase(new Random(seed + i), signers);
    await runCase(fuzzCase, seed + i, report, measuresTime);
    report.cases++;
    if (report.cases % 50_000 === 0) onProgress?.(report);
  }
  return report;
}

async function runCase(
  fuzzCase: FuzzCase,
  seed: number,
  report: FuzzReport,
  measuresTime: boolean,
): Promise<void> {
  const { token, signer, profile } = fuzzCase;
  const start = measuresTime ? performance.now() : 0;
  const ours = verify(fuzzCase, report, seed);
  if (measuresTime && performance.now() - start >= TIME_LIMIT) {
    await measureAgain(fuzzCase, seed, report);
  }
  if (seed % 16 === 0) await compareAsync(fuzzCase, ours, seed, report);
  const others = {
    jose: await signer.verifyWithJose(token, profile),
    "fast-jwt": signer.verifyWithFastJwt(token, profile),
  };
  if (ours.claims === undefined) {
    if (others.jose !== undefined || others["fast-jwt"] !== undefined) report.refusedByUsOnly++;
    return;
  }
  report.accepted++;
  for (const [name, verdict] of Object.entries(others)) {
    compare(fuzzCase, seed, ours.claims, name, verdict, report);
  }
}

interface Answer {
  readonly code: string;
  readonly claims: Verdict;
}

function verify({ token, signer, profile }: FuzzCase, report: FuzzReport, seed: number): Answer {
  try {
    return { code: "accepted", claims: verifyJwt(token, signer.key, RULES[profile]).claims };
  } catch (error) {
    if (!(error instanceof JoseError)) {
      note(report.wrong, `seed ${seed}: ${String(error)}`);
      return { code: "wrong", claims: undefined };
    }
    report.codes.set(error.code, (report.codes.get(error.code) ?? 0) + 1);
    if (repeats(`${error.message}\n${error.stack ?? ""}`, token)) {
      note(report.leaks, `seed ${seed}: ${error.message}`);
    }
    return { code: error.code, claims: undefined };
  }
}

function compare(
  { token, signer, profile, changes }: FuzzCase,
  seed: number,
  claims: object,
  name: string,
  verdict: Verdict,
  report: FuzzReport,
): void {
  if (verdict !== undefined) {
    if (JSON.stringify(claims) !== JSON.stringify(verdict)) {
      note(report.differing, `seed ${seed}: ${name} read other claims (${changes.join(", ")})`);
    }
    return;
  }
  const { header } = verifyJwt(token, signer.key, RULES[profile]);
  const found = DIFFERENCES.find(
    (difference) =>
      difference.refusedBy === name && difference.matches({ ...header }, { ...claims }, token),
  );
  if (found === undefined) {
    note(report.unexplained, `seed ${seed}: ${name} refused (${changes.join(", ")})`);
  } else {
    report.explained.set(found.id, (report.explained.get(found.id) ?? 0) + 1);
  }
}

async function compareAsync(
  { token, signer, profile }: FuzzCase,
  ours: Answer,
  seed: number,
  report: FuzzReport,
): Promise<void> {
  const code = await verifyJwtAsync(token, signer.key, RULES[profile]).then(
    () => "accepted",
    (error: unknown) => (error instanceof JoseError ? error.code : String(error)),
  );
  // A MAC is compared as text in one function and as bytes in the other.
  const spelling = new Set(["base64url_invalid", "signature_invalid"]);
  if (spelling.has(code) && spelling.has(ours.code)) return;
  if (code !== ours.code) note(report.wrong, `seed ${seed}: ${ours.code}, then ${code}`);
}

async function measureAgain(fuzzCase: FuzzCase, seed: number, report: FuzzReport): Promise<void> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i++) {
    // Apart from each other, so that one loan of the processor to somebody else does not slow all ten.
    await setTimeout(PAUSE);
    const start = performance.now();
    try {
      verifyJwt(fuzzCase.token, fuzzCase.signer.key, RULES[fuzzCase.profile]);
    } catch {
      // Only the time counts here.
    }
    fastest = Math.min(fastest, performance.now() - start);
  }
  report.slowest = Math.max(report.slowest, fastest);
  if (fastest >= TIME_LIMIT) {
    note(report.slow, `seed ${seed}: ${fastest.toFixed(1)} ms (${fuzzCase.changes.join(", ")})`);
  }
}

/** Whether a text holds eight or more consecutive characters of a token. */
export function repeats(text: string, given: string): boolean {
  // The member names of the JSON form are words of the specification, and of messages.
  const token = given.replaceAll(/"(?:signature|protected|payload)"/g, "");
  for (let at = 0; at + LEAK_LENGTH <= text.length; at++) {
    if (token.includes(text.slice(at, at + LEAK_LENGTH))) return true;
  }
  return false;
}

function note(list: string[], line: string): void {
  if (list.length < MAX_LISTED) list.push(line);
}
