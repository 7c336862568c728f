// /openapi.json against the routes that are mounted: neither knows one that the other does not.

import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { startServer } from "./test-server.ts";

interface Document {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly security?: unknown; readonly responses: object }>>
    >
  >;
}

const routes = [
  "delete /auth/admin/clients/{id}",
  "delete /auth/admin/roles/{role}",
  "delete /auth/admin/users/{id}/roles/{role}",
  "delete /auth/admin/users/{id}/sessions",
  "delete /auth/sessions",
  "delete /auth/sessions/{id}",
  "get /.well-known/jwks.json",
  "get /.well-known/oauth-authorization-server",
  "get /auth/admin/clients",
  "get /auth/admin/keys",
  "get /auth/admin/mail",
  "get /auth/admin/roles",
  "get /auth/admin/roles/{role}",
  "get /auth/admin/users",
  "get /auth/admin/users/{id}",
  "get /auth/me",
  "get /auth/revocations",
  "get /auth/revocations/jwks",
  "get /auth/revocations/snapshots/latest",
  "get /auth/revocations/snapshots/{position}",
  "get /auth/sessions",
  "get /auth/setup",
  "get /healthz",
  "get /openapi.json",
  "get /readyz",
  "patch /auth/admin/clients/{id}",
  "patch /auth/admin/roles/{role}",
  "patch /auth/admin/users/{id}",
  "patch /auth/me",
  "post /auth/admin/clients",
  "post /auth/admin/clients/{id}/secret",
  "post /auth/admin/keys/refresh",
  "post /auth/admin/keys/revoke",
  "post /auth/admin/keys/rotate",
  "post /auth/admin/keys/rotate-kek",
  "post /auth/admin/roles",
  "post /auth/admin/tokens/inspect",
  "post /auth/admin/tokens/revoke",
  "post /auth/admin/tokens/why",
  "post /auth/admin/users",
  "post /auth/email/resend",
  "post /auth/email/verify",
  "post /auth/introspect",
  "post /auth/login",
  "post /auth/logout",
  "post /auth/me/email",
  "post /auth/me/email/confirm",
  "post /auth/password/forgot",
  "post /auth/password/reset",
  "post /auth/refresh",
  "post /auth/revoke",
  "post /auth/setup",
  "post /auth/signup",
  "post /auth/spend",
  "put /auth/admin/users/{id}/password",
  "put /auth/admin/users/{id}/roles/{role}",
];

function operations(document: Document): string[] {
  return Object.entries(document.paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    .sort();
}

describe("GET /openapi.json", () => {
  it("is valid OpenAPI 3.1", async () => {
    const server = await startServer();
    const { body } = await server.send("/openapi.json");
    expect(body["openapi"]).toBe("3.1.0");
    const result = await new Validator().validate(structuredClone(body));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  it("documents exactly the routes of this version", async () => {
    const server = await startServer();
    const { body } = await server.send<Document>("/openapi.json");
    expect(operations(body)).toEqual(routes);
  });

  it("documents exactly the methods that are mounted", async () => {
    const server = await startServer();
    const { body } = await server.send<Document>("/openapi.json");
    for (const [path, methods] of Object.entries(body.paths)) {
      const documented = Object.keys(methods).map((method) => method.toUpperCase());
      if (documented.includes("GET")) documented.push("HEAD");
      const asked = path.replaceAll(/\{[^}]+\}/g, "a".repeat(22));
      const isAdmin = path.startsWith("/auth/admin");
      const { status, headers } = await (isAdmin
        ? server.control(asked, { method: "PROPFIND" })
        : server.send(asked, { method: "PROPFIND" }));
      expect([path, status]).toEqual([path, 405]);
      expect([path, headers.get("Allow")]).toEqual([path, documented.sort().join(", ")]);
    }
  });

  it("says which routes want a token, and the problems they answer", async () => {
    const server = await startServer();
    const { body } = await server.send<Document>("/openapi.json");
    for (const [path, methods] of Object.entries(body.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const name = `${method} ${path}`;
        const isAdmin = path.startsWith("/auth/admin");
        const statuses = Object.keys(operation.responses);
        const expected = ["400", "500", "503", ...(isAdmin ? ["401", "403"] : [])];
        expect([name, statuses]).toEqual([name, expect.arrayContaining(expected)]);
        expect([name, isAdmin && operation.security]).toEqual([name, isAdmin && [{ bearer: [] }]]);
      }
    }
  });

  it("follows the path of the issuer (RFC 8414 section 3.1)", async () => {
    const server = await startServer({ issuer: "https://id.example/t1" });
    const { body } = await server.send<Document>("/t1/openapi.json");
    expect(body.servers).toEqual([{ url: "https://id.example" }]);
    expect(operations(body)).toContain("post /t1/auth/login");
    expect(operations(body)).toContain("get /.well-known/oauth-authorization-server/t1");
    const metadata = await server.send("/.well-known/oauth-authorization-server/t1");
    expect(metadata.body["issuer"]).toBe("https://id.example/t1");
    expect((await server.send(new URL(String(metadata.body["jwks_uri"])).pathname)).status).toBe(
      200,
    );
    expect((await server.send("/auth/me")).status).toBe(404);
    expect((await server.control("/auth/admin/users")).status).toBe(200);
  });
});
