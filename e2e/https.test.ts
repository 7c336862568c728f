// The story over HTTPS: the server's own TLS, cookies that only HTTPS carries, and a clinic that
// hears revocations over it. The certificate is the one of the command line's tests.

import { readFile } from "node:fs/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { type LoginAnswer, refreshCookieName } from "@latchkey/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, stopAll } from "./harness/child.ts";
import { type Clinic, startClinic } from "./harness/clinic.ts";
import { createCookieJar } from "./harness/cookie-jar.ts";
import { removeDirectories } from "./harness/directory.ts";
import { call, callUntil } from "./harness/http.ts";
import { signUp } from "./harness/people.ts";
import { type Server, startServer } from "./harness/server.ts";
import { people } from "./harness/staff.ts";

const certificate = `${root}/packages/cli/test/tls/localhost-cert.pem`;
const privateKey = `${root}/packages/cli/test/tls/localhost-key.pem`;

let server: Server;
let clinic: Clinic;

beforeAll(async () => {
  setDefaultCACertificates([...getCACertificates("default"), await readFile(certificate, "utf8")]);
  server = await startServer({ args: ["--tls-cert", certificate, "--tls-key", privateKey] });
  clinic = await startClinic({
    issuer: server.url,
    env: { NODE_EXTRA_CA_CERTS: certificate },
  });
  await signUp(server, people.patient);
});

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

describe("over HTTPS", () => {
  it("everything that the server names is https, and browsers are told to stay", async () => {
    expect(server.url).toMatch(/^https:\/\/localhost:/);
    const metadata = await call(`${server.url}/.well-known/oauth-authorization-server`);
    expect(metadata.body).toMatchObject({ issuer: server.url });
    expect(metadata.text).not.toContain("http://");
    expect(metadata.headers.get("strict-transport-security")).toMatch(/max-age=[1-9][0-9]{6,}/);
  });

  it("plain http on the same port gets nothing", async () => {
    await expect(call(`${server.url.replace("https:", "http:")}/healthz`)).rejects.toThrow(
      "fetch failed",
    );
  });

  it("a browser's session lives in __Host- cookies, and ends at the clinic too", async () => {
    const browser = { "sec-fetch-site": "same-origin", "latchkey-request": "1" };
    const jar = createCookieJar();
    const { email, password } = people.patient;
    const login = await call<LoginAnswer>(`${server.url}/auth/login`, {
      headers: browser,
      json: { email, password, transport: "cookie" },
    });
    expect(login.status).toBe(200);
    jar.take(login);
    expect([...jar.cookies.keys()].toSorted()).toEqual([
      refreshCookieName(server.url, 0),
      refreshCookieName(server.url, 1),
    ]);
    for (const line of login.headers.getSetCookie()) {
      expect(line).toMatch(/^__Host-/);
      expect(line).toMatch(/; Secure(;|$)/i);
      expect(line).toMatch(/; HttpOnly(;|$)/i);
      expect(line).not.toMatch(/; Domain=/i);
    }
    const { access_token: token } = login.body;
    expect((await call(`${clinic.url}/appointments`, { token })).status).toBe(200);
    const logout = await call(`${server.url}/auth/logout`, {
      headers: { ...browser, cookie: jar.header() },
      json: {},
    });
    jar.take(logout);
    expect(jar.cookies.size).toBe(0);
    await callUntil(
      () => call(`${clinic.url}/appointments`, { token }),
      ({ status }) => status === 401,
      2000,
    );
  });

  it("a clinic that does not know the certificate trusts nobody", async () => {
    const stranger = await startClinic({ issuer: server.url, isAlone: true });
    const answer = await call(`${stranger.url}/appointments`, { token: "a.b.c" });
    expect(answer.status).toBe(503);
  });
});
