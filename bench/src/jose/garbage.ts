// Refusing tokens that are nonsense: it must cost next to nothing.

import { createKeySet, JoseError, verifyJwt } from "@latchkey/jose";
import { createRow, OURS } from "../goal.ts";
import { interleave, type Plan } from "../interleave.ts";
import type { Row } from "../result.ts";
import { AUDIENCE, createMaterial, createTokens, ISSUER } from "./subjects.ts";

const BYTES = 8192;

/** One row for each kind of garbage. */
export async function measureGarbage(plan: Plan): Promise<readonly Row[]> {
  const own = createMaterial("ES256");
  const foreign = createTokens(createMaterial("ES256"), 1)[0] ?? "";
  const [, payload = "", signature = ""] = foreign.split(".");
  const header = Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"nobody"}').toString("base64url");
  const kinds: Readonly<Record<string, string>> = {
    "no dots": "a".repeat(BYTES),
    "dots but junk": `${"a".repeat(2730)}.${"b".repeat(2730)}.${"c".repeat(2730)}`,
    "unknown kid": `${header}.${payload.padEnd(BYTES - header.length - 88, "A")}.${signature}`,
  };
  const keys = createKeySet([own.verificationKey]);
  const rules = { issuer: ISSUER, audience: AUDIENCE, typ: "at+jwt" };
  const rows: Row[] = [];
  for (const [kind, token] of Object.entries(kinds)) {
    const rates = await interleave(
      [
        {
          name: OURS,
          run: () => {
            try {
              verifyJwt(token, keys, rules);
            } catch (error) {
              if (error instanceof JoseError) return error.code;
              throw error;
            }
            throw new Error("garbage was accepted");
          },
        },
      ],
      plan,
    );
    rows.push(
      createRow(`refuse 8 KB: ${kind}`, rates, [{ of: "rate", atLeast: 200_000 }], "op/CPU s"),
    );
  }
  return rows;
}
