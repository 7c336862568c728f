// Under `no-referrer` a browser sends a form with `Origin: null` (Fetch section 3.2), and on a
// plain-http page it sends no Fetch Metadata: the set-up form could not be submitted there at all.

import { expect, test } from "vitest";
import { PASSWORD, startServer } from "../test-server.ts";

test("the set-up form can be submitted where browsers send no Fetch Metadata", async () => {
  const issuer = "http://id.internal:4000";
  const server = await startServer({ issuer, dangerouslyAllowHttpIssuer: true });
  const link = new URL(server.setupLink ?? "");
  const page = await server.send(link.pathname + link.search);
  // Whole origin for our own form, and never the link with its code for anybody.
  expect(page.headers.get("Referrer-Policy")).toBe("strict-origin");
  const code = link.searchParams.get("code") ?? "";
  const submitted = await server.send("/auth/setup", {
    text: new URLSearchParams({ code, email: "root@example.com", password: PASSWORD }).toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: issuer },
  });
  expect(submitted.status).toBe(200);
});
