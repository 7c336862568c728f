// The peer: Better Auth on SQLite (`node:sqlite`) with its JWT plugin, as its documentation sets it up for
// production: its own password hash (scrypt) and its own session store. Its rate limit is off, as
// ours is out of the way, its tokens are signed with ES256 as ours are, and its database has
// the write-ahead log, which its documentation does not ask for and which makes it faster. With
// `cached` its cookie cache is on: a session check reads the cookie and no database.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins/jwt";
import { reportReady } from "../refresh/control.ts";
import { PASSWORD } from "./fixture.ts";

const directory = process.argv[2] ?? "";
const isCached = process.argv[3] === "cached";

/** Accounts, each with a session. */
const ACCOUNTS = 32;

/** Seconds for which a cookie is believed, where it is: the value of its documentation is five minutes. */
const CACHE_AGE = 300;

const database = new DatabaseSync(join(directory, `better-auth-${isCached}.db`));
database.exec("pragma journal_mode = wal");
const auth = betterAuth({
  baseURL: "http://localhost:4002",
  secret: randomBytes(32).toString("base64url"),
  database,
  emailAndPassword: { enabled: true },
  session: { cookieCache: { enabled: isCached, maxAge: CACHE_AGE } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [jwt({ jwks: { keyPairConfig: { alg: "ES256" } } })],
});
const { runMigrations } = await getMigrations(auth.options);
await runMigrations();

/** Cookies of the accounts' sessions, each the value of a Cookie header. */
const cookies: string[] = [];
for (let index = 0; index < ACCOUNTS; index += 1) {
  const { headers } = await auth.api.signUpEmail({
    body: { email: `user-${index}@clinic.example`, password: PASSWORD, name: `User ${index}` },
    returnHeaders: true,
  });
  cookies.push(
    headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0] ?? "")
      .join("; "),
  );
}

const handler = toNodeHandler(auth);
const server = createServer((request, response) => void handler(request, response));
server.listen(0, "127.0.0.1", () => {
  reportReady((server.address() as AddressInfo).port, {
    start: () => cookies,
    end: () => {
      server.closeAllConnections();
      server.close();
    },
  });
});
