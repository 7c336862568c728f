// `client.fetch` in front of an API: who gets the token, what is sent again, and what is not.

import { describe, expect, test } from "vitest";
import type { StepUpChallenge } from "../src/challenge.ts";
import { openBrowser, type TabOptions } from "./test-browser.ts";
import { PASSWORD, startServer } from "./test-server.ts";

const EMAIL = "ada@example.com";
const API = "https://api.example";

/** A client of somebody signed in, and an API that answers as the test says. */
async function open(
  answer: (request: Request, times: number) => Response | Promise<Response>,
  options: Partial<TabOptions> = {},
) {
  const server = await startServer();
  await server.createUser(EMAIL);
  const browser = openBrowser(server);
  const requests: { readonly url: string; readonly authorization: string | null }[] = [];
  const bodies: string[] = [];
  browser.intercept = async (request) => {
    if (request.url.startsWith(server.url)) return undefined;
    requests.push({ url: request.url, authorization: request.headers.get("Authorization") });
    bodies.push(await request.clone().text());
    return answer(request, requests.length);
  };
  const { client } = browser.openTab({ apis: [API], ...options });
  await client.signIn({ email: EMAIL, password: PASSWORD });
  return { server, browser, client, requests, bodies };
}

function refusal(challenge: string): Response {
  return new Response(null, { status: 401, headers: { "WWW-Authenticate": challenge } });
}

const EXPIRED = 'Bearer error="invalid_token", latchkey_reason="expired"';
const once = (challenge: string) => (_request: Request, times: number) =>
  times === 1 ? refusal(challenge) : new Response("done");

describe("who gets the token", () => {
  test("listed origins, and nobody else", async () => {
    const { client, requests } = await open(() => new Response("done"));
    const token = await client.getAccessToken();
    const urls = [
      `${API}/patients`,
      "https://api.example.evil.example/",
      "https://api.example:8443/",
      "http://api.example/",
      "https://evil.example/?https://api.example/",
    ];
    for (const url of urls) await client.fetch(url);
    await client.fetch(new Request(urls[0] ?? "", { method: "POST", body: "x" }));
    expect(requests.map(({ authorization }) => authorization)).toEqual([
      `Bearer ${token}`,
      null,
      null,
      null,
      null,
      `Bearer ${token}`,
    ]);
  });

  test("credentials that the caller brings stay as they are", async () => {
    const { client, requests } = await open(() => refusal(EXPIRED));
    await client.fetch(API, { headers: { Authorization: "Basic YTpi" } });
    expect(requests.map(({ authorization }) => authorization)).toEqual(["Basic YTpi"]);
  });

  test("without a session the request goes out without a token", async () => {
    const { client, requests } = await open(() => new Response("done"));
    await client.signOut();
    expect((await client.fetch(API)).status).toBe(200);
    expect(requests.map(({ authorization }) => authorization)).toEqual([null]);
  });
});

describe("a token that is over", () => {
  test.each(["expired", "retired"])("%s: renewed, and sent again with its body", async (reason) => {
    const challenge = `Bearer realm="x", error="invalid_token", latchkey_reason="${reason}"`;
    const { client, requests, bodies, server } = await open(once(challenge));
    server.advance(20_000);
    const form = new FormData();
    form.set("name", "Ada");
    const response = await client.fetch(API, { method: "POST", body: form });
    expect(await response.text()).toBe("done");
    const [first, second] = requests;
    expect(first?.authorization).toMatch(/^Bearer eyJ/);
    expect(second?.authorization).toMatch(/^Bearer eyJ/);
    expect(second?.authorization).not.toBe(first?.authorization);
    expect(bodies[1]).toContain("Ada");
    expect(bodies[1]?.length).toBe(bodies[0]?.length);
  });

  test("each request once: a second refusal is the answer", async () => {
    const { client, requests } = await open(() => refusal(EXPIRED));
    expect((await client.fetch(API)).status).toBe(401);
    expect(requests).toHaveLength(2);
  });

  test("twenty requests that are refused at once renew once", async () => {
    const { client, requests, browser, server } = await open((request) =>
      request.headers.get("Authorization") === old ? refusal(EXPIRED) : new Response("done"),
    );
    const old = `Bearer ${await client.getAccessToken()}`;
    server.advance(20_000);
    browser.sent.length = 0;
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.fetch(API)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(requests).toHaveLength(40);
    expect(browser.sent.filter(({ path }) => path === "/auth/refresh")).toHaveLength(1);
  });

  test.each([
    'Bearer error="invalid_token", latchkey_reason="wrong_audience"',
    'Bearer error="invalid_token", latchkey_reason="bad_signature"',
    'Bearer error="invalid_token"',
    "Bearer",
    'Basic realm="expired"',
  ])("nothing is renewed for %s", async (challenge) => {
    const { client, requests } = await open(() => refusal(challenge));
    expect((await client.fetch(API)).status).toBe(401);
    expect(requests).toHaveLength(1);
  });

  test("a body that is a stream is not sent twice", async () => {
    const { client, requests } = await open(once(EXPIRED));
    const body = new Blob(["once"]).stream();
    const init = { method: "POST", body, duplex: "half" } as RequestInit;
    expect((await client.fetch(API, init)).status).toBe(401);
    expect(requests).toHaveLength(1);
  });

  test("where no renewal is to be had, the refusal is the answer", async () => {
    const { client, requests, browser } = await open(() => refusal(EXPIRED));
    browser.fate = (path) => (path === "/auth/refresh" ? "request_lost" : "arrives");
    expect((await client.fetch(API)).status).toBe(401);
    expect(requests).toHaveLength(1);
  });
});

describe("a sign-in that is too old or too weak (RFC 9470)", () => {
  const CHALLENGE =
    'Bearer error="insufficient_user_authentication", max_age="300", acr_values="aal2 phr"';

  test("the application hears what is asked, and the request is sent again", async () => {
    const challenges: StepUpChallenge[] = [];
    const opened = await open(once(CHALLENGE), {
      onStepUp: async (challenge) => {
        challenges.push(challenge);
        opened.server.advance(1_000);
        await opened.client.signIn({ email: EMAIL, password: PASSWORD });
        return true;
      },
    });
    expect(await (await opened.client.fetch(API)).text()).toBe("done");
    expect(challenges).toEqual([{ maxAge: 300, acrValues: ["aal2", "phr"] }]);
    const [first, second] = opened.requests;
    expect(second?.authorization).not.toBe(first?.authorization);
  });

  test("who declines gets the refusal", async () => {
    const { client, requests } = await open(() => refusal(CHALLENGE), {
      onStepUp: async () => false,
    });
    expect((await client.fetch(API)).status).toBe(401);
    expect(requests).toHaveLength(1);
  });
});

describe("options", () => {
  test.each([
    [{ url: "ftp://id.example" }],
    [{ url: "https://id.example/?x=1" }],
    [{ url: "https://id.example/#x" }],
    [{ url: "https://" }],
    [{ apis: ["https://api.example/"] }],
    [{ apis: ["api.example"] }],
    [{ apis: ["*"] }],
  ])("%j is a mistake when the client is made", async (options) => {
    const server = await startServer();
    expect(() => openBrowser(server).openTab(options)).toThrow(TypeError);
  });
});
