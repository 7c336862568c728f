import { createHash } from "node:crypto";
import { bcrypt } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { PASSWORD, startServer, type TestServer } from "../../../test/test-server.ts";

const FILE = createHash("sha256").update("a file").digest("base64url");
const OTHER_FILE = createHash("sha256").update("another").digest("base64url");

interface Outcome {
  readonly imported: number;
  readonly refused: readonly { line: number; code: string; member?: string }[];
  readonly names: readonly { line: number; email: string; username?: string }[];
}

const makeBcrypt = (password: string): Promise<string> =>
  bcrypt({ password, salt: Buffer.alloc(16, 7), costFactor: 4, outputType: "encoded" });

const send = (
  server: TestServer,
  lines: readonly (object | string | null)[],
  changes: object = {},
) =>
  server.control<Outcome & { code?: string }>("/operator/users/import", {
    json: {
      import: FILE,
      first_line: 1,
      lines: lines.map((line) =>
        typeof line === "object" && line !== null ? JSON.stringify(line) : line,
      ),
      dry_run: false,
      ...changes,
    },
  });

const position = async (server: TestServer, file = FILE) =>
  (await server.control<{ line: number }>(`/operator/users/import/${file}`)).body.line;

const signIn = (server: TestServer, email: string, password = PASSWORD) =>
  server.send<{ user: { roles: string[]; created_at: string } }>("/auth/login", {
    json: { email, password },
  });

describe("an import of users", () => {
  it("lets people sign in with the password they had, and replaces its hash at once", async () => {
    const server = await startServer();
    const created = "2019-05-06T07:08:09+02:00";
    const outcome = await send(server, [
      {
        email: "Ann@Example.com",
        email_verified: true,
        username: "ann",
        name: "Ann",
        password_hash: await makeBcrypt(PASSWORD),
        roles: ["administrator"],
        created_at: created,
      },
    ]);
    expect(outcome).toMatchObject({ status: 200, body: { imported: 1, refused: [] } });
    expect(await position(server)).toBe(1);
    expect((await signIn(server, "ann@example.com", "wrong password")).status).toBe(401);
    const first = await signIn(server, "ann@example.com");
    expect(first.status).toBe(200);
    expect(first.body.user).toMatchObject({
      roles: ["administrator"],
      created_at: new Date(created).toISOString(),
    });
    expect((await signIn(server, "ann@example.com")).status).toBe(200);
    const events = await server.control<{ items: { kind: string }[] }>(
      "/auth/admin/audit?kind=user.imported",
    );
    expect(events.body.items).toMatchObject([{ kind: "user.imported", actor_id: "operator" }]);
  });

  it("makes accounts without a password, and disabled ones", async () => {
    const server = await startServer();
    const password_hash = await makeBcrypt(PASSWORD);
    const outcome = await send(server, [
      { email: "none@example.com" },
      { email: "off@example.com", password_hash, disabled: true },
    ]);
    expect(outcome.body).toMatchObject({ imported: 2, refused: [] });
    expect((await signIn(server, "none@example.com")).status).toBe(401);
    expect((await signIn(server, "off@example.com")).status).toBe(401);
  });

  it("refuses lines by number and code, never by what stands in them, and imports the others", async () => {
    const server = await startServer();
    const hash = await makeBcrypt(PASSWORD);
    const lines = [
      { email: "ann@example.com", username: "ann", password_hash: hash },
      "not json",
      null,
      "",
      ["email"],
      { email: "a@x,b@y" },
      { username: "nobody" },
      { email: "eve@example.com", is_admin: true },
      { email: "bob@example.com", password_hash: "5e884898da28047151d0e56f8dc62927" },
      { email: "bob@example.com", password_hash: hash.replace("$04$", "$31$") },
      { email: "bob@example.com", password_hash: "$argon2id$v=19$m=9999999,t=9,p=1$AAAA$AAAA" },
      { email: "bob@example.com", roles: ["no-such-role"] },
      { email: "ANN@example.com" },
      { email: "anna@example.com", username: "Ann" },
      { email: "zoe@example.com" },
    ];
    const { body, text } = await send(server, lines);
    expect(body.refused).toEqual([
      { line: 2, code: "line_not_json" },
      { line: 3, code: "line_too_long" },
      { line: 5, code: "member_invalid" },
      { line: 6, code: "member_invalid", member: "email" },
      { line: 7, code: "member_invalid", member: "email" },
      { line: 8, code: "member_invalid", member: "is_admin" },
      { line: 9, code: "password_hash_unknown", member: "password_hash" },
      { line: 10, code: "password_hash_refused", member: "password_hash" },
      { line: 11, code: "password_hash_refused", member: "password_hash" },
      { line: 12, code: "role_unknown" },
      { line: 13, code: "email_taken" },
      { line: 14, code: "username_taken" },
    ]);
    expect(body.imported).toBe(2);
    expect(text).not.toContain("@");
    expect(text).not.toContain("$2b$");
    expect(await position(server)).toBe(lines.length);
    expect((await signIn(server, "ann@example.com")).status).toBe(200);
  });

  it("goes on exactly where it was broken off, and never twice over a line", async () => {
    const server = await startServer();
    const line = (n: number) => ({ email: `user${n}@example.com` });
    expect((await send(server, [line(1), line(2)])).body.imported).toBe(2);
    const again = await send(server, [line(1), line(2)]);
    expect(again).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    expect((await send(server, [line(9)], { first_line: 9 })).status).toBe(400);
    expect((await send(server, [line(3)], { first_line: 3 })).body.imported).toBe(1);
    expect(await position(server)).toBe(3);
    expect(await position(server, OTHER_FILE)).toBe(0);
    // Of the same batch sent twice at once, one is taken.
    const both = await Promise.all([1, 2].map(() => send(server, [line(4)], { first_line: 4 })));
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 400]));
    const users = await server.control<{ items: unknown[] }>("/auth/admin/users");
    expect(users.body.items).toHaveLength(4);
  });

  it("checks all and writes nothing in a dry run", async () => {
    const server = await startServer();
    const lines = [{ email: "ann@example.com", username: "ann" }, { email: "x" }];
    const { body } = await send(server, lines, { dry_run: true });
    expect(body).toMatchObject({ imported: 1, refused: [{ line: 2, code: "member_invalid" }] });
    expect(body.names).toEqual([
      { line: 1, email: expect.any(String), username: expect.any(String) },
    ]);
    expect(await position(server)).toBe(0);
    const users = await server.control<{ items: unknown[] }>("/auth/admin/users");
    expect(users.body.items).toEqual([]);
  });

  it("is the operator's alone: no path of it exists for the network", async () => {
    const server = await startServer();
    const json = { import: FILE, first_line: 1, lines: ["{}"], dry_run: false };
    expect((await server.send("/operator/users/import", { json })).status).toBe(404);
    expect((await server.send(`/operator/users/import/${FILE}`)).status).toBe(404);
  });
});
