// Wrong client secrets from a network kept its honest clients out, and so did many honest requests
// at once: a guard that introspects answers 503 or refuses meanwhile.

import { expect, test } from "vitest";
import { CLIENT_ATTEMPTS } from "../../src/clients/authenticate-client.ts";
import { type Answer, signUpAndLogIn, startServer, type TestServer } from "../test-server.ts";

async function createGuardClient(server: TestServer): Promise<string> {
  const json = { kind: "guard", name: "appointments" };
  const { body } = await server.control("/auth/admin/clients", { json });
  return basic(String(body["id"]), String(body["secret"]));
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

function introspect(server: TestServer, authorization: string, token: string): Promise<Answer> {
  return server.send("/auth/introspect", {
    method: "POST",
    text: new URLSearchParams({ token }).toString(),
    headers: {
      Authorization: authorization,
      "Content-Type": "application/x-www-form-urlencoded",
    },
  });
}

test("many honest requests at once are all answered", async () => {
  const server = await startServer();
  const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
  const client = await createGuardClient(server);
  const answers = await Promise.all(
    Array.from({ length: 2 * CLIENT_ATTEMPTS.attempts }, () => introspect(server, client, token)),
  );
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
});

test("a network that guesses is slowed down, and its honest clients are not", async () => {
  const server = await startServer();
  const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
  const client = await createGuardClient(server);
  const wrong = basic("AAAAAAAAAAAAAAAAAAAAAA", "guess");
  for (let guess = 0; guess < CLIENT_ATTEMPTS.attempts; guess++) {
    expect((await introspect(server, wrong, token)).status).toBe(401);
  }
  expect((await introspect(server, wrong, token)).status).toBe(429);
  const honest = await introspect(server, client, token);
  expect(honest).toMatchObject({ status: 200, body: { active: true } });
});
