// A server whose clock is set back made ledger entries that ended before tokens which it had issued
// itself: a token taken back in that time was missing from the feed once the clock was right again.

import { decodeJwtUnverified } from "@latchkey/jose";
import { expect, test } from "vitest";
import { signUpAndLogIn, startServer } from "../test-server.ts";

test("an entry outlives every token that this server has issued, whatever its clock says", async () => {
  let now = Date.now();
  const server = await startServer({ clock: () => now });
  const { access_token: token } = await signUpAndLogIn(server, "ada@example.com");
  now -= 60 * 60 * 1000;
  const { status } = await server.send("/auth/logout", { method: "POST", token });
  expect(status).toBe(204);
  const { text } = await server.send("/auth/revocations");
  const entries = decodeJwtUnverified(text).claims["entries"] as [string, number][];
  expect(entries.at(-1)?.[1]).toBeGreaterThan(decodeJwtUnverified(token).claims.exp ?? Infinity);
});
