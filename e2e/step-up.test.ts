// Step-up from end to end: an API behind the guard asks for several factors, proved a moment ago; the
// challenge says so; the user proves one at the server, and the API lets the new token pass. RFC
// 9470; P12.

import { createGuard } from "@latchkey/guard";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stopAll } from "./harness/child.ts";
import { removeDirectories } from "./harness/directory.ts";
import { call } from "./harness/http.ts";
import { join } from "./harness/people.ts";
import { type Server, startServer } from "./harness/server.ts";
import { totpCode } from "./harness/totp.ts";

const person = {
  email: "step@clinic.example",
  password: "step by step, one long passphrase",
  name: "Step",
};

let server: Server;
let guard: ReturnType<typeof createGuard> | undefined;

beforeAll(async () => {
  server = await startServer();
  guard = createGuard({ issuer: server.url, audience: server.url });
});

afterAll(async () => {
  await guard?.close();
  await stopAll();
  await removeDirectories();
});

it("P12: an API asks for a second factor, and takes the token that proves one", async () => {
  if (guard === undefined) throw new Error("there is no guard");
  const strict = guard.requires({ mfa: true, maxAge: "10m" });
  const ask = (token: string) =>
    strict.authenticate(
      new Request("https://api.test/prescriptions", {
        method: "POST",
        headers: { Authorization: `Bearer ${token}` },
      }),
    );
  const { access_token: plain } = await join(server, person);
  const refused = await ask(plain);
  expect(refused).toMatchObject({
    ok: false,
    status: 401,
    problem: { code: "authentication_too_weak" },
    challenge: {
      error: "insufficient_user_authentication",
      maxAge: 600,
      acrValues: "aal2",
    },
  });
  const begun = await call<{ secret: string }>(`${server.url}/auth/me/totp`, {
    method: "POST",
    token: plain,
  });
  // The app's clock is right, then a step ahead: each code works once, and a boundary in between does
  // no harm.
  const code = (away: number): string => totpCode(begun.body.secret, Date.now() + away);
  const confirmed = await call<{ access_token: string }>(`${server.url}/auth/me/totp/confirm`, {
    token: plain,
    json: { code: code(0) },
  });
  expect(confirmed.status).toBe(200);
  expect(await ask(confirmed.body.access_token)).toMatchObject({ ok: true });
  const stepped = await call<{ access_token: string }>(`${server.url}/auth/step-up`, {
    token: confirmed.body.access_token,
    json: { totp: code(30_000) },
  });
  expect(stepped.status).toBe(200);
  expect(await ask(stepped.body.access_token)).toMatchObject({ ok: true });
});
