// /openapi.json of the running server is a valid OpenAPI 3.1 document, and each route that it
// documents exists and answers with a status that it documents, in the shape of a problem.

import { Validator } from "@seriousme/openapi-schema-validator";
import type { Problem } from "@latchkey/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stopAll } from "./harness/child.ts";
import { removeDirectories } from "./harness/directory.ts";
import { type Answer, call } from "./harness/http.ts";
import { createAdministrator, logInAdministrator } from "./harness/administrator.ts";
import { type Server, startServer } from "./harness/server.ts";

interface Operation {
  readonly method: string;
  readonly path: string;
  /** Media types by status. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
  readonly hasBody: boolean;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          { responses: Readonly<Record<string, { content?: object }>>; requestBody?: object }
        >
      >
    >
  >;
}

/** Every route that issue by issue may only grow. */
const promised = [
  "post /auth/signup",
  "post /auth/login",
  "post /auth/refresh",
  "post /auth/logout",
  "get /auth/me",
  "patch /auth/me",
  "post /auth/me/password",
  "get /auth/sessions",
  "delete /auth/sessions/{id}",
  "get /auth/setup",
  "post /auth/setup",
  "get /auth/revocations",
  "get /.well-known/jwks.json",
  "get /.well-known/oauth-authorization-server",
  "get /healthz",
  "get /readyz",
  "get /openapi.json",
];

let server: Server;
let document: Document;
let operations: readonly Operation[];

beforeAll(async () => {
  server = await startServer();
  document = (await call<Document>(`${server.url}/openapi.json`)).body;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => /^(get|put|post|delete|patch|head|options)$/.test(method))
      .map(([method, { responses, requestBody }]) => ({
        method,
        path,
        answers: Object.fromEntries(
          Object.entries(responses).map(([status, { content = {} }]) => [
            status,
            Object.keys(content),
          ]),
        ),
        hasBody: requestBody !== undefined,
      })),
  );
});

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

/** A refusal: a problem document, or an OAuth error. */
type Refused = Partial<Problem> & { readonly error?: string };

const send = (operation: Operation, token?: string): Promise<Answer<Refused>> =>
  call(`${server.url}${operation.path.replaceAll(/\{[^}]+\}/g, "A".repeat(22))}`, {
    method: operation.method.toUpperCase(),
    ...(token === undefined ? {} : { token }),
    ...(operation.hasBody ? { json: { unknown_member: true } } : {}),
  });

/** What an answer got wrong, if anything. */
const complaint = (operation: Operation, answer: Answer<Refused>): string | null => {
  const name = `${operation.method} ${operation.path}: ${answer.status} ${answer.body.code ?? ""}`;
  if (answer.status >= 500 && answer.status !== 503) return `${name} is a failure`;
  if (answer.status === 405) return `${name} is documented and does not exist`;
  const documented = operation.answers[String(answer.status)];
  if (documented === undefined) return `${name} is not documented`;
  const [type = ""] = (answer.headers.get("content-type") ?? "").split(";");
  if (answer.text !== "" && !documented.includes(type)) return `${name} is not to be ${type}`;
  if (answer.status >= 400 && answer.body.code === undefined) {
    // The answers for clients have the shape of OAuth.
    if (typeof answer.body.error === "string") return null;
    // People see the set-up form, so its refusals are pages.
    return type === "text/html" ? null : `${name} has no code`;
  }
  return null;
};

describe("/openapi.json", () => {
  it("is a valid OpenAPI 3.1 document", async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const result = await new Validator().validate({ ...structuredClone(document) });
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  it("documents what was promised", () => {
    const documented = operations.map(({ method, path }) => `${method} ${path}`);
    expect(promised.filter((route) => !documented.includes(route))).toEqual([]);
  });

  it("documents the answers that strangers get", async () => {
    const complaints: (string | null)[] = [];
    for (const operation of operations) {
      complaints.push(complaint(operation, await send(operation)));
    }
    expect(complaints.filter((text) => text !== null)).toEqual([]);
  });

  it("documents the answers that an administrator gets to requests that make no sense", async () => {
    let token = await createAdministrator(server);
    const complaints: (string | null)[] = [];
    for (const operation of operations) {
      const answer = await send(operation, token);
      // Some requests do make sense, and end the session that sends them.
      const me = await call(`${server.url}/auth/me`, { token });
      if (me.status === 401) token = await logInAdministrator(server);
      complaints.push(complaint(operation, answer));
      if (answer.status === 401 && operation.path.startsWith("/auth/admin")) {
        complaints.push(`${operation.method} ${operation.path} refuses an administrator`);
      }
    }
    expect(complaints.filter((text) => text !== null)).toEqual([]);
  });
});
