// The input that takes longest, of many thousands made to take long: whatever a stranger sends is
// answered within 5 ms. The nightly fuzz run looks at a million of another kind.

import { createKeySet, JoseError, type Key, signCompact, verifyJwt } from "@latchkey/jose";
import type { Row } from "../result.ts";
import { AUDIENCE, createMaterial, ISSUER } from "./subjects.ts";

const INPUTS = 100_000;
const MAX_LENGTH = 65_536;
const LIMIT_MS = 5;
const REPEATS = 10;

/** Builds the row: the longest time of any input, in milliseconds. */
export function measureWorst(): Row {
  const material = createMaterial("HS256");
  const keys = createKeySet([material.verificationKey]);
  const rules = { issuer: ISSUER, audience: AUDIENCE, maxTokenLength: MAX_LENGTH };
  const time = (token: string): number => {
    const start = performance.now();
    try {
      verifyJwt(token, keys, rules);
    } catch (error) {
      if (!(error instanceof JoseError)) throw error;
    }
    return performance.now() - start;
  };
  let worst = 0;
  for (let index = 0; index < INPUTS; index += 1) {
    const token = createInput(index, material.signingKey);
    let taken = time(token);
    // Slower than all before may be the machine: the fastest of ten is the input's own time.
    for (let i = 0; i < REPEATS && taken > worst; i += 1) taken = Math.min(taken, time(token));
    worst = Math.max(worst, taken);
  }
  return {
    name: `longest of ${INPUTS.toLocaleString("en")} inputs of up to 64 KB`,
    unit: "ms",
    ours: worst,
    peers: {},
    limit: null,
    ratioToBestPeer: null,
    ratioToLimit: null,
    goal: `< ${LIMIT_MS} ms`,
    met: worst < LIMIT_MS,
  };
}

/** Fills that are dear to read: deep, wide, escaped, many names, many digits, not UTF-8, many dots. */
const FILLS: readonly ((length: number) => string)[] = [
  (length) => `${"[".repeat(length >> 1)}${"]".repeat(length >> 1)}`,
  (length) => `{"a":[${"{},".repeat(length / 3)}0]}`,
  (length) => `{"a":"${"\\u0041".repeat(length / 6)}"}`,
  (length) => `{"a":"${"\\ud800".repeat(length / 6)}"}`,
  (length) => `{${Array.from({ length: length / 12 }, (_, i) => `"n${i}":${i}`).join(",")}}`,
  (length) => `{${'"a":1,'.repeat(length / 6)}"a":1}`,
  (length) => `{"exp":${"9".repeat(length)}}`,
  (length) => `{"exp":0.${"0".repeat(length)}1}`,
  (length) => `{"aud":[${'"a",'.repeat(length / 4)}"a"]}`,
  (length) => `{"crit":[${'"a",'.repeat(length / 4)}"a"],"alg":"HS256"}`,
  (length) => `{"a":"${"é".repeat(length / 2)}"}`,
  (length) => "\u0000".repeat(length),
];

/** The same index always makes the same shape. Every second one has a valid signature. */
function createInput(index: number, key: Key): string {
  // Lengths from 64 bytes up, most of them short so that the run ends.
  const length = 64 << ((index * 7) % 10);
  const fill = FILLS[index % FILLS.length]?.(Math.min(length, 44_000)) ?? "";
  const bytes = Buffer.from(fill, "utf8");
  switch ((index >> 4) % 4) {
    case 0:
      return signCompact(bytes, key);
    case 1:
      return `${bytes.toString("base64url")}.${"A".repeat(length & 1023)}.AAAA`;
    case 2:
      return fill.replaceAll(/["{]/g, ".");
    default: {
      const token = signCompact(bytes, key);
      return `${token.slice(0, token.length >> 1)}.${token.slice(index % 97)}`;
    }
  }
}
