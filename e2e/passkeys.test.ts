// Passkeys in a real Chromium with a virtual authenticator, against the real server: as the only
// factor, as the second one, at a step-up; and everything that an answer can be wrong about. N8.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import {
  addAuthenticator,
  launchBrowser,
  openPage,
  type VirtualAuthenticator,
} from "./harness/browser.ts";
import { stopAll } from "./harness/child.ts";
import { removeDirectories } from "./harness/directory.ts";
import { call } from "./harness/http.ts";
import { join, logIn, type Person } from "./harness/people.ts";
import { runCli, type Server, startServer } from "./harness/server.ts";

interface Ceremony {
  readonly ceremony: string;
  readonly options: Record<string, unknown>;
}

interface Added {
  readonly id: string;
  readonly name: string;
  readonly synced: boolean;
  readonly access_token: string;
  readonly recovery_codes?: readonly string[];
}

/** Somebody with a browser, an authenticator in it, and a passkey. */
interface Holder {
  readonly person: Person;
  readonly page: Page;
  readonly authenticator: VirtualAuthenticator;
  readonly token: string;
  readonly passkeyId: string;
}

let server: Server;
let browser: Browser | undefined;
let stranger: { readonly url: string; close(): void } | undefined;
let count = 0;

beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
  stranger = await servePage();
});

afterAll(async () => {
  await browser?.close();
  stranger?.close();
  await stopAll();
  await removeDirectories();
});

/** A page of somebody else, on the same host: another port is another origin. */
async function servePage(): Promise<{ readonly url: string; close(): void }> {
  const http = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html").end("<!doctype html><title>elsewhere</title>");
  });
  await new Promise<void>((resolve) => http.listen(0, "localhost", resolve));
  const { port } = http.address() as AddressInfo;
  return { url: `http://localhost:${port}`, close: () => http.close() };
}

/** Calls navigator.credentials.create as a page of the product does. */
function create(page: Page, options: object): Promise<object> {
  return page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json as never);
    const credential = await navigator.credentials.create({ publicKey });
    return (credential as PublicKeyCredential).toJSON();
  }, options);
}

/** Calls navigator.credentials.get. */
function get(page: Page, options: object): Promise<object> {
  return page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json as never);
    const credential = await navigator.credentials.get({ publicKey });
    return (credential as PublicKeyCredential).toJSON();
  }, options);
}

async function openAuthenticator(url = server.url) {
  if (browser === undefined) throw new Error("the browser did not start");
  const { page } = await openPage(browser);
  await page.goto(`${url}/healthz`);
  return { page, authenticator: await addAuthenticator(page) };
}

async function register(page: Page, token: string, name?: string) {
  const begun = await call<Ceremony>(`${server.url}/auth/me/passkeys/options`, {
    method: "POST",
    token,
  });
  expect(begun.status).toBe(200);
  const credential = await create(page, begun.body.options);
  const { ceremony } = begun.body;
  const json = { ceremony, credential, ...(name === undefined ? {} : { name }) };
  return call<Added & { code?: string }>(`${server.url}/auth/me/passkeys`, { token, json });
}

/** Signs somebody up, and gives them a passkey. */
async function becomeHolder(): Promise<Holder> {
  count += 1;
  const person = {
    email: `holder${count}@clinic.example`,
    password: `holder ${count} keeps long passphrases`,
    name: `Holder ${count}`,
  };
  const { access_token: first } = await join(server, person);
  const { page, authenticator } = await openAuthenticator();
  const added = await register(page, first, "Laptop");
  expect(added.status).toBe(201);
  return { person, page, authenticator, token: added.body.access_token, passkeyId: added.body.id };
}

async function beginSignIn(): Promise<Ceremony> {
  const begun = await call<Ceremony>(`${server.url}/auth/login/passkey/options`, { json: {} });
  expect(begun.status).toBe(200);
  return begun.body;
}

function answerSignIn(ceremony: string, credential: object) {
  return call<{ access_token: string; code: string; user: { email: string } }>(
    `${server.url}/auth/login/passkey`,
    { json: { ceremony, credential } },
  );
}

async function signIn(page: Page) {
  const { ceremony, options } = await beginSignIn();
  return answerSignIn(ceremony, await get(page, options));
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<
    string,
    unknown
  >;
}

describe("a passkey as the only factor", () => {
  it("signs in without a name and without a password, and counts as two factors", async () => {
    const { person, page, authenticator } = await becomeHolder();
    const [stored] = await authenticator.credentials();
    expect(stored).toMatchObject({ isResidentCredential: true, rpId: "localhost" });
    const done = await signIn(page);
    expect(done.status).toBe(200);
    expect(done.body.user.email).toBe(person.email);
    expect(claimsOf(done.body.access_token)).toMatchObject({
      acr: "aal2",
      amr: expect.arrayContaining(["user", "mfa"]),
    });
    expect((await signIn(page)).status).toBe(200);
  });

  it("is offered by options that are the same for everybody", async () => {
    await becomeHolder();
    const [one, two] = [await beginSignIn(), await beginSignIn()];
    const { challenge: first, ...rest } = one.options;
    const { challenge: second, ...same } = two.options;
    expect(rest).toEqual(same);
    expect(rest).toMatchObject({ rpId: "localhost", userVerification: "required" });
    expect(rest["allowCredentials"] ?? []).toEqual([]);
    expect(first).not.toBe(second);
  });

  it("does not sign a disabled person in, nor with a passkey that was removed", async () => {
    const { person, page, token, passkeyId } = await becomeHolder();
    await runCli(server, ["users", "disable", person.email]);
    const disabled = await signIn(page);
    expect([disabled.status, disabled.body.code]).toEqual([401, "passkey_refused"]);
    await runCli(server, ["users", "enable", person.email]);
    const back = await signIn(page);
    expect(back.status).toBe(200);
    expect((await call(`${server.url}/auth/me`, { token })).status).toBe(401);
    const removed = await call(`${server.url}/auth/me/passkeys/${passkeyId}`, {
      method: "DELETE",
      token: back.body.access_token,
    });
    expect(removed.status).toBe(200);
    const gone = await signIn(page);
    expect([gone.status, gone.body.code]).toEqual([401, "passkey_refused"]);
  });
});

describe("a passkey as the second factor", () => {
  async function passwordStep(person: Person): Promise<string> {
    const asked = await call<{ code: string; mfa_token: string; factors: string[] }>(
      `${server.url}/auth/login`,
      { json: { email: person.email, password: person.password } },
    );
    expect([asked.status, asked.body.code]).toEqual([403, "mfa_required"]);
    expect(asked.body.factors).toEqual(["passkey", "recovery_code"]);
    return asked.body.mfa_token;
  }

  function options(mfa_token: string) {
    return call<Ceremony & { code?: string }>(`${server.url}/auth/login/mfa/passkey-options`, {
      json: { mfa_token },
    });
  }

  function finish(json: object) {
    return call<{ access_token: string; code: string }>(`${server.url}/auth/login/mfa`, { json });
  }

  it("is asked for after the password, by name of the credential", async () => {
    const { person, page } = await becomeHolder();
    const mfa_token = await passwordStep(person);
    const begun = await options(mfa_token);
    expect(begun.body.options["allowCredentials"]).toHaveLength(1);
    const passkey = await get(page, begun.body.options);
    const done = await finish({ mfa_token, passkey });
    expect(done.status).toBe(200);
    expect(claimsOf(done.body.access_token)).toMatchObject({
      acr: "aal2",
      amr: expect.arrayContaining(["pwd", "user", "mfa"]),
    });
    expect((await options(mfa_token)).body.code).toBe("mfa_token_invalid");
  });

  it("must be the passkey of who gave the password, and answer this ceremony", async () => {
    const [ann, bob] = [await becomeHolder(), await becomeHolder()];
    const mfa_token = await passwordStep(ann.person);
    const bobs = await options(await passwordStep(bob.person));
    const foreign = await get(bob.page, bobs.body.options);
    const other = await finish({ mfa_token, passkey: foreign });
    expect([other.status, other.body.code]).toEqual([400, "ceremony_invalid"]);
    // An answer to a sign-in is no second factor, though the passkey is the right one.
    const begun = await beginSignIn();
    const answer = await get(ann.page, begun.options);
    const crossed = await finish({ mfa_token, passkey: answer, ceremony: begun.ceremony });
    expect(crossed.body.code).toBe("ceremony_invalid");
    const right = await options(mfa_token);
    const passkey = await get(ann.page, right.body.options);
    expect((await finish({ mfa_token, passkey })).status).toBe(200);
  });
});

describe("N8: what an answer can be wrong about", () => {
  it("a ceremony is answered once, for what it was made for, while it is known", async () => {
    const { page, token } = await becomeHolder();
    const { ceremony, options } = await beginSignIn();
    const credential = await get(page, options);
    const wrongName = await answerSignIn("A".repeat(43), credential);
    expect([wrongName.status, wrongName.body.code]).toEqual([400, "ceremony_invalid"]);
    expect((await answerSignIn(ceremony, credential)).status).toBe(200);
    const again = await answerSignIn(ceremony, credential);
    expect([again.status, again.body.code]).toEqual([400, "ceremony_invalid"]);
    const stepUp = await call<Ceremony>(`${server.url}/auth/step-up/passkey-options`, {
      method: "POST",
      token,
    });
    const proof = await get(page, stepUp.body.options);
    expect((await answerSignIn(stepUp.body.ceremony, proof)).body.code).toBe("ceremony_invalid");
  });

  it("a page of another origin, though the host is the same", async () => {
    const { page, authenticator } = await becomeHolder();
    const [credential] = await authenticator.credentials();
    if (credential === undefined) throw new Error("the authenticator is empty");
    const elsewhere = await openAuthenticator(stranger?.url ?? "");
    await elsewhere.authenticator.addCredential(credential);
    const { ceremony, options } = await beginSignIn();
    const phished = await answerSignIn(ceremony, await get(elsewhere.page, options));
    expect([phished.status, phished.body.code]).toEqual([403, "passkey_wrong_origin"]);
    expect((await signIn(page)).status).toBe(200);
  });

  it("an authenticator that did not check who used it", async () => {
    const { page, authenticator } = await becomeHolder();
    await authenticator.setUserVerified(false);
    const { ceremony, options } = await beginSignIn();
    // A page that was changed to ask for less.
    const weaker = { ...options, userVerification: "discouraged" };
    const answer = await answerSignIn(ceremony, await get(page, weaker));
    expect([answer.status, answer.body.code]).toEqual([403, "passkey_user_unverified"]);
    await authenticator.setUserVerified(true);
    expect((await signIn(page)).status).toBe(200);
  });

  it("a counter that went back: the passkey was copied", async () => {
    const { page, authenticator } = await becomeHolder();
    await signIn(page);
    await signIn(page);
    const [credential] = await authenticator.credentials();
    if (credential === undefined) throw new Error("the authenticator is empty");
    expect(credential.signCount).toBeGreaterThan(2);
    await authenticator.removeCredential(credential.credentialId);
    await authenticator.addCredential({ ...credential, signCount: 1 });
    const copied = await signIn(page);
    expect([copied.status, copied.body.code]).toEqual([403, "passkey_counter_refused"]);
  });

  it("a signature that was changed, and a passkey that nobody has", async () => {
    const { page } = await becomeHolder();
    const begun = await beginSignIn();
    const credential = (await get(page, begun.options)) as { response: { signature: string } };
    const signature = Buffer.from(credential.response.signature, "base64url");
    signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
    const response = { ...credential.response, signature: signature.toString("base64url") };
    const forged = await answerSignIn(begun.ceremony, { ...credential, response });
    expect([forged.status, forged.body.code]).toEqual([401, "passkey_refused"]);
    const next = await beginSignIn();
    const known = await get(page, next.options);
    const id = Buffer.alloc(32, 7).toString("base64url");
    const unknown = await answerSignIn(next.ceremony, { ...known, id, rawId: id });
    expect([unknown.status, unknown.body.code]).toEqual([401, "passkey_refused"]);
  });

  it("a ceremony from before a change of the credentials", async () => {
    const { person, token } = await becomeHolder();
    const elsewhere = await openAuthenticator();
    const begun = await call<Ceremony>(`${server.url}/auth/me/passkeys/options`, {
      method: "POST",
      token,
    });
    const changed = await call<{ access_token: string }>(`${server.url}/auth/me/password`, {
      token,
      json: { current_password: person.password, new_password: `${person.password}, two` },
    });
    expect(changed.status).toBe(200);
    const credential = await create(elsewhere.page, begun.body.options);
    const late = await call<{ code: string }>(`${server.url}/auth/me/passkeys`, {
      token: changed.body.access_token,
      json: { ceremony: begun.body.ceremony, credential },
    });
    expect([late.status, late.body.code]).toEqual([400, "ceremony_invalid"]);
  });
});

describe("one's own passkeys", () => {
  it("are listed, renamed and removed, and each change ends the other sessions", async () => {
    const { person, token, passkeyId } = await becomeHolder();
    const list = (bearer: string) =>
      call<{ passkeys: { id: string; name: string; last_used_at: string | null }[] }>(
        `${server.url}/auth/me/factors`,
        { token: bearer },
      );
    expect((await list(token)).body.passkeys).toMatchObject([{ id: passkeyId, name: "Laptop" }]);
    const path = `${server.url}/auth/me/passkeys/${passkeyId}`;
    const renamed = await call(path, { method: "PATCH", token, json: { name: "Old laptop" } });
    expect(renamed.status).toBe(204);
    expect((await list(token)).body.passkeys).toMatchObject([{ name: "Old laptop" }]);
    const other = await becomeHolder();
    const foreign = await call<{ code: string }>(path, { method: "DELETE", token: other.token });
    expect([foreign.status, foreign.body.code]).toEqual([404, "not_found"]);
    const removed = await call<{ access_token: string }>(path, { method: "DELETE", token });
    expect(removed.status).toBe(200);
    expect((await call(`${server.url}/auth/me`, { token })).status).toBe(401);
    expect((await list(removed.body.access_token)).body.passkeys).toEqual([]);
    // The password is enough again.
    await logIn(server, person);
  });

  it("a device has one at most", async () => {
    const { page, token } = await becomeHolder();
    const begun = await call<Ceremony>(`${server.url}/auth/me/passkeys/options`, {
      method: "POST",
      token,
    });
    expect(begun.body.options["excludeCredentials"]).toHaveLength(1);
    await expect(create(page, begun.body.options)).rejects.toThrow(/InvalidStateError/);
  });

  it("stand in a step-up", async () => {
    const { page, token } = await becomeHolder();
    const begun = await call<Ceremony>(`${server.url}/auth/step-up/passkey-options`, {
      method: "POST",
      token,
    });
    const { ceremony, options } = begun.body;
    const passkey = await get(page, options);
    const proved = await call<{ access_token: string }>(`${server.url}/auth/step-up`, {
      token,
      json: { passkey, ceremony },
    });
    expect(proved.status).toBe(200);
    const [before, after] = [claimsOf(token), claimsOf(proved.body.access_token)];
    expect(after["sid"]).toBe(before["sid"]);
    expect(Number(after["auth_time"])).toBeGreaterThanOrEqual(Number(before["auth_time"]));
    expect(after["acr"]).toBe("aal2");
  });
});
