import {
  decodeJwtUnverified,
  generateKey,
  type JsonObject,
  type Key,
  publicKey,
  verifyJwt,
} from "@latchkey/jose";
import { createIdentifier, isIdentifier, MAX_LIST_CLAIM } from "@latchkey/protocol";
import { beforeAll, describe, expect, it, test } from "vitest";
import {
  type AccessTokenInput,
  issueAccessToken,
  MAX_ACCESS_TOKEN_LENGTH,
} from "./access-token.ts";
import type { Subject } from "./subject.ts";

const NOW = 1_800_000_000_999;
let key: Key;

beforeAll(async () => {
  key = await generateKey("ES256");
});

function subject(change: Partial<Subject> = {}): Subject {
  return {
    id: createIdentifier(),
    email: "ana@example.org",
    emailVerified: true,
    username: "ana",
    name: "Ana Example",
    passwordHash: "$argon2id$secret",
    handle: createIdentifier(),
    disabledAt: null,
    createdAt: NOW,
    roles: [
      { id: createIdentifier(), name: "doctor", handle: createIdentifier(), requiresMfa: false },
    ],
    permissions: ["appointments:read"],
    ...change,
  };
}

function issue(change: Partial<AccessTokenInput> = {}) {
  return issueAccessToken({
    subject: subject(),
    session: { id: createIdentifier(), clientId: "latchkey", authTime: NOW - 1500, amr: ["pwd"] },
    keyRing: { signingKey: () => key },
    issuer: "https://id.example",
    audience: ["https://api.example"],
    lifetime: 900,
    now: NOW,
    ...change,
  });
}

describe("RFC 9068 section 2: the access token", () => {
  it("has typ at+jwt, the key's id, and exactly these claims", () => {
    const user = subject();
    const sid = createIdentifier();
    const { token, expiresIn } = issue({
      subject: user,
      session: { id: sid, clientId: "latchkey", authTime: NOW - 1500, amr: ["pwd"] },
    });
    const { header, claims } = decodeJwtUnverified(token);
    expect(header).toEqual({ alg: "ES256", kid: key.kid, typ: "at+jwt" });
    expect(claims).toEqual({
      iss: "https://id.example",
      sub: user.id,
      aud: "https://api.example",
      exp: 1_800_000_900,
      iat: 1_800_000_000,
      jti: claims.jti,
      client_id: "latchkey",
      sid,
      auth_time: 1_799_999_999,
      amr: ["pwd"],
      roles: ["doctor"],
      permissions: ["appointments:read"],
      handles: [user.handle, user.roles[0]?.handle],
    });
    expect(isIdentifier(claims.jti)).toBe(true);
    expect(expiresIn).toBe(900);
  });

  it("holds nothing sensitive", () => {
    const payload = issue().token.split(".")[1] ?? "";
    const text = Buffer.from(payload, "base64url").toString();
    expect(text).toContain("doctor");
    for (const secret of ["ana@", "Ana Example", "argon2"]) expect(text).not.toContain(secret);
  });

  it("names several audiences as a list, and scope only when there is one", () => {
    const { token } = issue({
      audience: ["https://a.example", "https://b.example"],
      scope: ["x", "y"],
    });
    const { claims } = verifyJwt(token, publicKey(key), {
      issuer: "https://id.example",
      audience: "https://b.example",
      typ: "at+jwt",
      now: 1_800_000_000,
    });
    expect(claims).toMatchObject({ aud: ["https://a.example", "https://b.example"], scope: "x y" });
  });

  it("never makes one token twice", () => {
    const one = subject();
    expect(issue({ subject: one }).token).not.toBe(issue({ subject: one }).token);
  });

  it("refuses to make a token for nobody in particular", () => {
    expect(() => issue({ audience: [] })).toThrow(TypeError);
  });
});

describe("custom claims", () => {
  it("are added", () => {
    const claims = ({ id }: Subject): JsonObject => ({ clinic: { of: id } });
    const user = subject();
    const { token } = issue({ subject: user, claims });
    expect(decodeJwtUnverified(token).claims).toMatchObject({ clinic: { of: user.id } });
  });

  const reserved = ["iss", "sub", "aud", "exp", "nbf", "jti", "scope", "sid", "roles", "handles"];
  test.each([...reserved, "permissions", "client_id", "act", "cnf"])("cannot set %s", (name) => {
    expect(() => issue({ claims: () => ({ [name]: "administrator" }) })).toThrow(
      expect.objectContaining({
        code: "internal",
        cause: expect.objectContaining({ message: expect.stringContaining(name) }),
      }),
    );
  });
});

describe("size", () => {
  const refused = (why: RegExp) =>
    expect.objectContaining({
      name: "Refusal",
      code: "internal",
      cause: expect.objectContaining({ message: expect.stringMatching(why) }),
    });

  it("tells the administrator which user has too many permissions", () => {
    const permissions = Array.from({ length: MAX_LIST_CLAIM + 1 }, (_, i) => `p${i}`);
    const user = subject({ permissions });
    expect(() => issue({ subject: user })).toThrow(
      refused(new RegExp(`${user.id}: it has ${permissions.length} permissions`)),
    );
  });

  it("tells when the token is longer than servers take", () => {
    const permissions = Array.from({ length: 200 }, (_, i) => `a-long-permission-name:${i}`);
    expect(() => issue({ subject: subject({ permissions }) })).toThrow(
      refused(new RegExp(`${MAX_ACCESS_TOKEN_LENGTH} are the limit`)),
    );
  });

  it("takes a user with many roles", () => {
    const roles = Array.from({ length: 50 }, (_, i) => ({
      id: createIdentifier(),
      name: `role-${i}`,
      handle: createIdentifier(),
      requiresMfa: false,
    }));
    expect(issue({ subject: subject({ roles }) }).token.length).toBeLessThan(
      MAX_ACCESS_TOKEN_LENGTH,
    );
  });
});
