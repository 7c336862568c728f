// Borrowed memory must never show: no answer may change because another token passed through.

import { describe, expect, test } from "vitest";
import {
  generateKey,
  importSecret,
  type JwsAlgorithm,
  type Key,
  publicKey,
  signCompact,
  signJwt,
  verifyCompact,
  verifyCompactAsync,
  verifyJwt,
  verifyJwtAsync,
} from "../index.ts";

const ALGORITHMS: readonly JwsAlgorithm[] = ["ES256", "ES512", "EdDSA", "RS256", "PS256", "HS256"];
const rules = { issuer: "i", audience: "a" };

async function createPair(alg: JwsAlgorithm): Promise<{ signer: Key; verifier: Key }> {
  if (alg === "HS256") {
    const key = importSecret(Buffer.from("kQ2vR8xT1nW5zB7mC4jL9pD3fH6gS0aE"), { alg });
    return { signer: key, verifier: key };
  }
  const signer = await generateKey(alg);
  return { signer, verifier: publicKey(signer) };
}

describe.each(ALGORITHMS)("%s", async (alg) => {
  const { signer, verifier } = await createPair(alg);
  const issue = (name: string, filler = ""): string =>
    signJwt({ name, filler }, signer, { ...rules, expiresIn: 600 });

  test("a hundred checks in flight give each token its own claims", async () => {
    // Lengths differ, so that bytes of one token left under another would show.
    const names = Array.from({ length: 100 }, (_, i) => `${i}-${"x".repeat((i * 37) % 500)}`);
    const checks = names.map((name) => verifyJwtAsync(issue(name), verifier, rules));
    for (const name of names) verifyJwt(issue(`other ${name}`), verifier, rules);
    const claims = (await Promise.all(checks)).map((token) => token.claims["name"]);
    expect(claims).toEqual(names);
  });

  test("a forged token in flight among valid ones is the only one refused", async () => {
    const tokens = Array.from({ length: 20 }, (_, i) => issue(String(i)));
    const [header, payload] = issue("forged").split(".");
    tokens[7] = `${header}.${payload}.${tokens[8]?.split(".")[2]}`;
    const settled = await Promise.allSettled(
      tokens.map((token) => verifyJwtAsync(token, verifier, rules)),
    );
    expect(settled.map(({ status }) => status === "fulfilled")).toEqual(
      tokens.map((_, i) => i !== 7),
    );
  });

  test("a check inside another one does not change it", () => {
    const inner = issue("inner", "y".repeat(300));
    const options = {
      issuer: "i",
      // The caller's code runs between the signature and the claims.
      get audience(): string {
        verifyJwt(inner, verifier, rules);
        signJwt({ name: "inner" }, signer, rules);
        return "a";
      },
      get skipTypeCheck(): undefined {
        verifyJwt(inner, verifier, rules);
        return undefined;
      },
    };
    const token = verifyJwt(issue("outer"), verifier, options as unknown as typeof rules);
    expect(token.claims["name"]).toBe("outer");
  });

  test("bytes handed out stay as they are", async () => {
    const first = verifyCompact(signCompact(Buffer.from("first"), signer), verifier);
    const second = await verifyCompactAsync(signCompact(Buffer.from("second"), signer), verifier);
    for (let i = 0; i < 50; i++) verifyJwt(issue("z".repeat(i)), verifier, rules);
    expect(Buffer.from(first.payload).toString()).toBe("first");
    expect(Buffer.from(second.payload).toString()).toBe("second");
    expect(first.payload.buffer.byteLength).toBe(5);
  });

  test.each([0, 1, 16_000, 16_384, 16_385, 20_000, 100_000])(
    "a payload of %i characters passes",
    (length) => {
      const filler = "é".repeat(length);
      const token = issue("long", filler);
      const options = { ...rules, maxTokenLength: token.length };
      expect(verifyJwt(token, verifier, options).claims["filler"]).toBe(filler);
    },
  );

  test("a character beyond one byte that would be cut to the right one is refused", () => {
    const token = issue("name");
    const at = token.indexOf(".") + 4;
    const code = token.charCodeAt(at) + 0x100;
    const forged = `${token.slice(0, at)}${String.fromCharCode(code)}${token.slice(at + 1)}`;
    expect(() => verifyJwt(forged, verifier, rules)).toThrow(
      expect.objectContaining({ code: "base64url_invalid" }),
    );
  });
});
