// `curl -X POST .../auth/logout` sends no body and no Content-Type. Over node:http such a request
// has a body that is an empty stream, and it was refused as of an unsupported type: nobody was
// signed out.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { expect, onTestFinished, test } from "vitest";
import { signUpAndLogIn, startServer } from "../test-server.ts";

test("a request without a body signs out by its access token", async () => {
  const server = await startServer();
  const { access_token: token } = await signUpAndLogIn(server, "ann@example.com");
  const listener = getRequestListener((request) => server.latchkey.fetch(request));
  const http = createServer((request, response) => void listener(request, response));
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  const { port } = http.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/auth/logout`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(204);
  expect((await server.send("/auth/me", { token })).status).toBe(401);
});
