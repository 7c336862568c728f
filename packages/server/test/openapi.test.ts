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
  "delete /auth/admin/users/{id}",
  "delete /auth/admin/users/{id}/factors",
  "delete /auth/admin/users/{id}/roles/{role}",
  "delete /auth/admin/users/{id}/sessions",
  "delete /auth/admin/users/{id}/sessions/{session}",
  "delete /auth/me",
  "delete /auth/me/passkeys/{id}",
  "delete /auth/me/totp",
  "delete /auth/sessions",
  "delete /auth/sessions/{id}",
  "get /.well-known/jwks.json",
  "get /.well-known/oauth-authorization-server",
  "get /auth/admin/audit",
  "get /auth/admin/clients",
  "get /auth/admin/keys",
  "get /auth/admin/mail",
  "get /auth/admin/roles",
  "get /auth/admin/roles/{role}",
  "get /auth/admin/settings",
  "get /auth/admin/statistics",
  "get /auth/admin/users",
  "get /auth/admin/users/{id}",
  "get /auth/admin/users/{id}/sessions",
  "get /auth/frame",
  "get /auth/me",
  "get /auth/me/activity",
  "get /auth/me/export",
  "get /auth/me/factors",
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
  "patch /auth/me/passkeys/{id}",
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
  "post /auth/deletion/cancel",
  "post /auth/email/resend",
  "post /auth/email/verify",
  "post /auth/introspect",
  "post /auth/login",
  "post /auth/login/mfa",
  "post /auth/login/mfa/passkey-options",
  "post /auth/login/mfa/totp",
  "post /auth/login/passkey",
  "post /auth/login/passkey/options",
  "post /auth/logout",
  "post /auth/me/email",
  "post /auth/me/email/confirm",
  "post /auth/me/passkeys",
  "post /auth/me/passkeys/options",
  "post /auth/me/password",
  "post /auth/me/recovery-codes",
  "post /auth/me/tokens/inspect",
  "post /auth/me/totp",
  "post /auth/me/totp/confirm",
  "post /auth/password/forgot",
  "post /auth/password/reset",
  "post /auth/refresh",
  "post /auth/revoke",
  "post /auth/setup",
  "post /auth/signup",
  "post /auth/spend",
  "post /auth/step-up",
  "post /auth/step-up/passkey-options",
  "put /auth/admin/users/{id}/password",
  "put /auth/admin/users/{id}/roles/{role}",
];

function operations(document: Document): string[] {
  return Object.entries(document.paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    .sort();
}

function fits(template: string, path: string): boolean {
  const parts = template.split("/");
  const given = path.split("/");
  return (
    parts.length === given.length &&
    parts.every((part, at) => part === given[at] || (part.startsWith("{") && given[at] !== ""))
  );
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
    for (const path of Object.keys(body.paths)) {
      const asked = path.replaceAll(/\{[^}]+\}/g, "a".repeat(22));
      // A fixed word can stand where another route has an identifier.
      const documented = Object.entries(body.paths)
        .filter(([template]) => fits(template, asked))
        .flatMap(([, methods]) => Object.keys(methods).map((method) => method.toUpperCase()));
      if (documented.includes("GET")) documented.push("HEAD");
      const isAdmin = path.startsWith("/auth/admin");
      const { status, headers } = await (isAdmin
        ? server.control(asked, { method: "PROPFIND" })
        : server.send(asked, { method: "PROPFIND" }));
      expect([path, status]).toEqual([path, 405]);
      expect([path, headers.get("Allow")]).toEqual([
        path,
        [...new Set(documented)].sort().join(", "),
      ]);
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
