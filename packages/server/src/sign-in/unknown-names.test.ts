// More sign-ins than the server can hash, and sign-ins under names that nobody has: neither tells who
// has an account, and neither opens one.

import { expect, it } from "vitest";
import { PASSWORD, signUpAndLogIn, startServer } from "../../test/test-server.ts";

const NAMES = ["ann@example.com", "nobody@example.com"];

it("I10, N1: a flood is answered 503 and nothing else, alike for every name", async () => {
  const server = await startServer({ passwordHashing: { concurrency: 1, queueLimit: 1 } });
  await signUpAndLogIn(server, "ann@example.com");
  const attempts = Array.from({ length: 20 }, (_, index) => {
    const email = NAMES[index % 2] ?? "";
    const json = { email, password: PASSWORD };
    // Each from a network of its own: no rate limit is met.
    const address = `192.0.2.${index}`;
    return server
      .send<{ code?: string }>("/auth/login", { json, address })
      .then((answer) => ({ email, answer }));
  });
  const answers = await Promise.all(attempts);
  const shed = answers.filter(({ answer }) => answer.status === 503);
  expect(shed.length).toBeGreaterThanOrEqual(10);
  expect(new Set(answers.map(({ answer }) => answer.status))).toContain(200);
  const told = new Map(NAMES.map((name) => [name, new Set<string>()]));
  for (const { email, answer } of shed) {
    expect(answer.body).toMatchObject({ code: "overloaded" });
    expect(answer.headers.get("Retry-After")).toBe("2");
    told.get(email)?.add(answer.text);
  }
  const [known, unknown] = NAMES.map((name) => [...(told.get(name) ?? [])]);
  expect(known).toHaveLength(1);
  expect(unknown).toEqual(known);
  // Nothing of it is remembered against anybody.
  const after = { json: { email: "ann@example.com", password: PASSWORD } };
  expect((await server.send("/auth/login", after)).status).toBe(200);
});

it("N2: the password of whoever stands in for a name that nobody has opens nothing", async () => {
  const server = await startServer();
  await signUpAndLogIn(server, "ann@example.com");
  // There is one account, so it stands in for every other name.
  for (const json of [
    { email: "nobody@example.com", password: PASSWORD },
    { username: "nobody", password: PASSWORD },
    { username: "ann@example.com", password: PASSWORD },
    { email: "", password: PASSWORD },
  ]) {
    const answer = await server.send("/auth/login", { json });
    expect(answer).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
  }
});
