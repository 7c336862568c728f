import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it, test } from "vitest";
import { parseAttemptKeys } from "./attempt-key.ts";

const key = () => randomBytes(32).toString("base64url");
const hash = (text: string) => createHash("sha256").update(text).digest("base64url");

describe("attempt keys", () => {
  it("keeps only hashes", () => {
    const [own, one, two] = [key(), key(), key()];
    expect(parseAttemptKeys(own, `${one}, ${two}`)).toEqual({
      attemptKeyHash: hash(own),
      settledKeyHashes: [hash(one), hash(two)],
    });
  });

  it("takes a client without keys", () => {
    expect(parseAttemptKeys(null, null)).toEqual({ attemptKeyHash: null, settledKeyHashes: [] });
  });

  it("takes four settled keys and not five", () => {
    const keys = [key(), key(), key(), key(), key()];
    expect(parseAttemptKeys(null, keys.slice(1).join(","))?.settledKeyHashes).toHaveLength(4);
    expect(parseAttemptKeys(null, keys.join(","))).toBeUndefined();
  });

  const malformed: readonly [string, string | null, string | null][] = [
    ["a short key", randomBytes(31).toString("base64url"), null],
    ["a long key", randomBytes(33).toString("base64url"), null],
    ["an empty key", "", null],
    ["a key with spare bits", `${"A".repeat(42)}B`, null],
    ["plain base64", `${"A".repeat(41)}+A`, null],
    ["two keys that were joined", `${key()}, ${key()}`, null],
    ["a malformed settled key", key(), "x"],
    ["an empty settled list", null, ""],
    ["a trailing comma", null, `${key()},`],
  ];
  test.each(malformed)("refuses %s", (_name, attempt, settled) => {
    expect(parseAttemptKeys(attempt, settled)).toBeUndefined();
  });
});
