// Passkeys over HTTP with an authenticator in software: what a browser would never send. What one
// does send is in e2e/passkeys.test.ts. N1 and N8 of the catalogue.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoginAnswer, Problem } from "@latchkey/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  addPasskey,
  MAX_PASSKEYS,
  readPasskeys,
} from "../src/credentials/passkeys/stored-passkeys.ts";
import { openSqlite } from "../src/storage/sqlite/open-sqlite.ts";
import { writeAll } from "../src/storage/write.ts";
import { openTestDatabase } from "./engines/engines.ts";
import { createSoftwareAuthenticator, type Says } from "./software-authenticator.ts";
import { ISSUER, signUpAndLogIn, startServer, type TestServer } from "./test-server.ts";

const EMAIL = "ann@example.com";
const HERE = { origin: ISSUER, rpId: "localhost" };

interface Ceremony {
  readonly ceremony: string;
  readonly options: Record<string, unknown>;
}

type Added = Problem & { readonly id: string; readonly access_token: string };

async function begin(server: TestServer, path: string, request: { token?: string; json?: object }) {
  const answer = await server.send<Ceremony & Problem>(path, { method: "POST", ...request });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Cache-Control")).toBe("no-store");
  return answer.body;
}

async function register(server: TestServer, token: string, says: Says = {}) {
  const authenticator = createSoftwareAuthenticator(HERE);
  const { ceremony, options } = await begin(server, "/auth/me/passkeys/options", { token });
  const credential = authenticator.create(options, says);
  const answer = await server.send<Added>("/auth/me/passkeys", {
    token,
    json: { ceremony, credential },
  });
  return { authenticator, answer };
}

async function start() {
  const server = await startServer();
  const { access_token: first } = await signUpAndLogIn(server, EMAIL);
  const { authenticator, answer } = await register(server, first);
  expect(answer.status).toBe(201);
  return { server, authenticator, token: answer.body.access_token };
}

async function signIn(
  server: TestServer,
  authenticator: ReturnType<typeof createSoftwareAuthenticator>,
  says: Says = {},
) {
  const { ceremony, options } = await begin(server, "/auth/login/passkey/options", {});
  return server.send<LoginAnswer & Problem>("/auth/login/passkey", {
    json: { ceremony, credential: authenticator.get(options, says) },
  });
}

describe("a use", () => {
  it("signs in when everything is right", async () => {
    const { server, authenticator } = await start();
    const answer = await signIn(server, authenticator);
    expect(answer.status).toBe(200);
    expect(answer.body.user.email).toBe(EMAIL);
  });

  it.each<[string, Says, number, string]>([
    ["another origin", { origin: "http://evil.example" }, 403, "passkey_wrong_origin"],
    ["another port", { origin: "http://localhost:4001" }, 403, "passkey_wrong_origin"],
    ["a prefix of ours", { origin: `${ISSUER}.evil.example` }, 403, "passkey_wrong_origin"],
    ["a frame of another site", { crossOrigin: true }, 403, "passkey_wrong_origin"],
    ["another site's key", { rpId: "evil.example" }, 403, "passkey_wrong_origin"],
    ["nobody there", { flags: 0 }, 403, "passkey_user_unverified"],
    ["somebody unverified", { flags: 1 }, 403, "passkey_user_unverified"],
    ["verified, but not present", { flags: 4 }, 403, "passkey_user_unverified"],
    ["an answer to a registration", { type: "webauthn.create" }, 401, "passkey_refused"],
    ["another challenge", { challenge: "A".repeat(43) }, 400, "ceremony_invalid"],
    ["no challenge", { challenge: "" }, 401, "passkey_refused"],
    ["no user handle", { userHandle: null }, 401, "passkey_refused"],
    ["another user's handle", { userHandle: "QUFBQQ" }, 401, "passkey_refused"],
    ["the counter of the registration", { counter: 1 }, 403, "passkey_counter_refused"],
    ["a counter from before", { counter: 0 }, 403, "passkey_counter_refused"],
  ])("N8: %s: refused, and the passkey goes on working", async (_what, says, status, code) => {
    const { server, authenticator } = await start();
    const refused = await signIn(server, authenticator, says);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(refused.body).not.toHaveProperty("access_token");
    expect((await signIn(server, authenticator)).status).toBe(200);
  });

  it("a signature of another key is refused before its counter is looked at", async () => {
    const { server, authenticator } = await start();
    const { ceremony, options } = await begin(server, "/auth/login/passkey/options", {});
    const right = authenticator.get(options, { counter: 0 });
    const other = createSoftwareAuthenticator(HERE).get(options, { counter: 0 });
    const { signature } = other.response;
    const answer = await server.send<Problem>("/auth/login/passkey", {
      json: { ceremony, credential: { ...right, response: { ...right.response, signature } } },
    });
    expect([answer.status, answer.body.code]).toEqual([401, "passkey_refused"]);
  });

  it("of two answers with one counter, one passes", async () => {
    const { server, authenticator } = await start();
    const answers = await Promise.all([
      signIn(server, authenticator, { counter: 7 }),
      signIn(server, authenticator, { counter: 7 }),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
    expect(answers.map(({ body }) => body.code)).toContain("passkey_counter_refused");
  });

  it("one answer, sent twice at once, signs in once", async () => {
    const { server, authenticator } = await start();
    const { ceremony, options } = await begin(server, "/auth/login/passkey/options", {});
    const json = { ceremony, credential: authenticator.get(options) };
    const answers = await Promise.all(
      [1, 2, 3].map(() => server.send<Problem>("/auth/login/passkey", { json })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400, 400]);
  });

  it("an authenticator that does not count is used again and again", async () => {
    const server = await startServer();
    const { access_token: token } = await signUpAndLogIn(server, EMAIL);
    const { authenticator, answer } = await register(server, token, { counter: 0 });
    expect(answer.status).toBe(201);
    for (let use = 0; use < 3; use++) {
      expect((await signIn(server, authenticator, { counter: 0 })).status).toBe(200);
    }
  });

  it("is too late after five minutes", async () => {
    const { server, authenticator } = await start();
    const { ceremony, options } = await begin(server, "/auth/login/passkey/options", {});
    server.advance(5 * 60_000);
    const answer = await server.send<Problem>("/auth/login/passkey", {
      json: { ceremony, credential: authenticator.get(options) },
    });
    expect(answer.body.code).toBe("ceremony_invalid");
  });

  it("N1: an unknown passkey, a disabled account's and a forged one are one answer", async () => {
    const { server, authenticator, token } = await start();
    const me = await server.send<{ id: string }>("/auth/me", { token });
    const unknown = await signIn(server, createSoftwareAuthenticator(HERE), { userHandle: "QUE" });
    await server.control(`/auth/admin/users/${me.body.id}`, {
      method: "PATCH",
      json: { disabled: true },
    });
    const disabled = await signIn(server, authenticator);
    expect(unknown.text).toBe(disabled.text);
    expect(unknown.status).toBe(401);
    expect(unknown.body.code).toBe("passkey_refused");
  });

  it("refuses what is no answer at all", async () => {
    const { server, authenticator } = await start();
    const { ceremony, options } = await begin(server, "/auth/login/passkey/options", {});
    const right = authenticator.get(options);
    const bodies: object[] = [
      { ceremony },
      { ceremony, credential: "text" },
      { ceremony, credential: { ...right, extra: 1 } },
      { ceremony, credential: { ...right, type: "password" } },
      { ceremony, credential: { ...right, id: "a b" } },
      { ceremony, credential: { ...right, response: { ...right.response, signature: "" } } },
      { ceremony: 7, credential: right },
      { ceremony, credential: right, name: "x" },
    ];
    for (const json of bodies) {
      const answer = await server.send<Problem>("/auth/login/passkey", { json });
      expect([answer.status, answer.body.code]).toEqual([400, "invalid_request"]);
    }
    const garbled = { ...right, response: { ...right.response, clientDataJSON: "AAAA" } };
    const answer = await server.send<Problem>("/auth/login/passkey", {
      json: { ceremony, credential: garbled },
    });
    expect(answer.body.code).toBe("passkey_refused");
    const short = { ...right, response: { ...right.response, authenticatorData: "AAAA" } };
    const cut = await server.send<Problem>("/auth/login/passkey", {
      json: { ceremony, credential: short },
    });
    expect(cut.body.code).toBe("passkey_refused");
  });
});

describe("a registration", () => {
  it.each<[string, Says, number, string]>([
    ["another origin", { origin: "http://evil.example" }, 403, "passkey_wrong_origin"],
    ["another site's key", { rpId: "evil.example" }, 401, "passkey_refused"],
    ["somebody unverified", { flags: 0x41 }, 403, "passkey_user_unverified"],
    ["an answer to a use", { type: "webauthn.get" }, 401, "passkey_refused"],
    ["another challenge", { challenge: "A".repeat(43) }, 401, "passkey_refused"],
  ])("N8: %s: refused, and nothing is stored", async (_what, says, status, code) => {
    const server = await startServer();
    const { access_token: token } = await signUpAndLogIn(server, EMAIL);
    const { answer } = await register(server, token, says);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    const factors = await server.send("/auth/me/factors", { token });
    expect(factors.body).toMatchObject({ passkeys: [], recovery_codes: { left: 0 } });
  });

  it("is its beginner's, and counts once", async () => {
    const server = await startServer();
    const ann = await signUpAndLogIn(server, EMAIL);
    const bob = await signUpAndLogIn(server, "bob@example.com");
    const { ceremony, options } = await begin(server, "/auth/me/passkeys/options", {
      token: ann.access_token,
    });
    const credential = createSoftwareAuthenticator(HERE).create(options);
    const json = { ceremony, credential };
    const stolen = await server.send<Problem>("/auth/me/passkeys", {
      token: bob.access_token,
      json,
    });
    expect(stolen.body.code).toBe("ceremony_invalid");
    // The try used it up: nobody registers with it any more.
    const late = await server.send<Problem>("/auth/me/passkeys", {
      token: ann.access_token,
      json,
    });
    expect(late.body.code).toBe("ceremony_invalid");
  });

  it("refuses a passkey that is registered, whoever has it", async () => {
    const { server, authenticator } = await start();
    const bob = await signUpAndLogIn(server, "bob@example.com");
    const { ceremony, options } = await begin(server, "/auth/me/passkeys/options", {
      token: bob.access_token,
    });
    const answer = await server.send<Problem>("/auth/me/passkeys", {
      token: bob.access_token,
      json: { ceremony, credential: authenticator.create(options) },
    });
    expect([answer.status, answer.body.code]).toEqual([409, "passkey_exists"]);
    expect((await server.send("/auth/me", { token: bob.access_token })).status).toBe(200);
  });

  it("ends at a number of passkeys", async () => {
    const server = await startServer();
    let { access_token: token } = await signUpAndLogIn(server, EMAIL);
    for (let number = 0; number < MAX_PASSKEYS; number++) {
      const { answer } = await register(server, token);
      token = answer.body.access_token;
    }
    const full = await server.send<Problem>("/auth/me/passkeys/options", {
      method: "POST",
      token,
    });
    expect([full.status, full.body.code]).toEqual([409, "too_many_passkeys"]);
  });

  it("ends there too for ceremonies that were begun before: the write itself counts", async () => {
    const database = await openTestDatabase();
    const server = await startServer({ database });
    const { access_token: token, user } = await signUpAndLogIn(server, EMAIL);
    const begun = async () => {
      const { ceremony, options } = await begin(server, "/auth/me/passkeys/options", { token });
      return { ceremony, credential: createSoftwareAuthenticator(HERE).create(options) };
    };
    const ceremonies = [await begun(), await begun(), await begun()];
    const fill = (credentialId: string) =>
      addPasskey(database, {
        userId: user.id,
        credentialId,
        publicKey: new Uint8Array(1),
        counter: 0,
        transports: [],
        name: "Phone",
        aaguid: "",
        isSynced: false,
        createdAt: 1,
      }).step;
    const others = Array.from({ length: MAX_PASSKEYS - 1 }, (_, index) => fill(`passkey ${index}`));
    await writeAll(database, [...others, fill("the last one")]);
    const add = (json: object | undefined) =>
      server.send<Added>("/auth/me/passkeys", { token, json });
    const full = await add(ceremonies[0]);
    expect([full.status, full.body.code]).toEqual([409, "too_many_passkeys"]);
    await writeAll(database, [
      { query: database.query.deleteFrom("passkeys").where("credential_id", "=", "the last one") },
    ]);
    const racing = await Promise.all([add(ceremonies[1]), add(ceremonies[2])]);
    expect(racing.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await readPasskeys(database, user.id)).toHaveLength(MAX_PASSKEYS);
  });

  it("is refused where browsers know no passkeys: an issuer that is an address", async () => {
    for (const issuer of ["http://127.0.0.1:4000", "http://[::1]:4000"]) {
      const server = await startServer({ issuer });
      const { access_token: token } = await signUpAndLogIn(server, EMAIL);
      for (const path of ["/auth/me/passkeys/options", "/auth/login/passkey/options"]) {
        const answer = await server.send<Problem>(path, { method: "POST", token });
        expect([answer.status, answer.body.code]).toEqual([409, "passkeys_unavailable"]);
      }
    }
  });
});

describe("an account without a password", () => {
  it("keeps its last passkey, its only way in", async () => {
    const directory = await mkdtemp(join(tmpdir(), "latchkey-passkeys-"));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const database = await openSqlite({ directory });
    onTestFinished(() => database.close());
    const server = await startServer({ database });
    const { access_token: first } = await signUpAndLogIn(server, EMAIL);
    const { answer } = await register(server, first);
    const query = database.query.updateTable("users").set({ password_hash: null });
    await writeAll(database, [{ query, expect: 1 }]);
    const path = `/auth/me/passkeys/${answer.body.id}`;
    const token = answer.body.access_token;
    const kept = await server.send<Problem>(path, { method: "DELETE", token });
    expect([kept.status, kept.body.code]).toEqual([409, "factor_required"]);
    const second = await register(server, token);
    const removed = await server.send<Added>(path, {
      method: "DELETE",
      token: second.answer.body.access_token,
    });
    expect(removed.status).toBe(200);
    expect((await signIn(server, second.authenticator)).status).toBe(200);
  });
});
