import { createHmac } from "node:crypto";
import { generateKey, signJwt } from "@latchkey/jose";
import { createIdentifier } from "@latchkey/protocol";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { ISSUER, openTestSessions, type TestSessions } from "../../test/open-sessions.ts";
import {
  type Authenticate,
  createAuthenticator,
  requireCurrent,
  requirePermission,
} from "./authenticate.ts";

let server: TestSessions;
let authenticate: Authenticate;

beforeEach(async () => {
  server = await openTestSessions();
  authenticate = createAuthenticator({ ...server, issuer: ISSUER });
});
afterEach(() => server.close());

const CLAIMS = {
  iss: ISSUER,
  sub: createIdentifier(),
  aud: "https://api.example",
  client_id: "latchkey",
  sid: createIdentifier(),
  roles: ["doctor"],
  permissions: ["appointments:read"],
  handles: [createIdentifier(), createIdentifier()],
};

function sign(claims: object = {}, options: object = {}): string {
  const jti = createIdentifier();
  return signJwt({ ...CLAIMS, jti, ...claims }, server.keyRing.signingKey(), {
    typ: "at+jwt",
    expiresIn: 900,
    ...options,
  });
}

function request(authorization?: string): Request {
  const headers = new Headers();
  if (authorization !== undefined) headers.set("Authorization", authorization);
  return new Request(`${ISSUER}/auth/me`, { headers });
}

const bearer = (token: string) => authenticate(request(`Bearer ${token}`), Date.now());

function refusal(reason: string) {
  return expect.objectContaining({
    name: "Refusal",
    code: "invalid_token",
    headers: {
      "WWW-Authenticate": `Bearer error="invalid_token", latchkey_reason="${reason}"`,
    },
  });
}

describe("RFC 6750: authenticate", () => {
  it("tells who a token speaks for, whatever its audience", async () => {
    expect(await bearer(sign())).toMatchObject({
      subject: CLAIMS.sub,
      sessionId: CLAIMS.sid,
      clientId: "latchkey",
      roles: ["doctor"],
      permissions: ["appointments:read"],
      scopes: [],
    });
  });

  it("section 3: challenges a request without credentials, and without an error code", async () => {
    const bare = expect.objectContaining({
      code: "token_required",
      headers: { "WWW-Authenticate": "Bearer" },
    });
    for (const header of [undefined, "Basic YTpi"]) {
      await expect(authenticate(request(header), Date.now())).rejects.toEqual(bare);
    }
  });

  test.each(["Bearer", "Bearer ", "Bearer a b", "Bearer a, Bearer b"])(
    "section 3.1: refuses %s as a malformed request",
    async (header) => {
      await expect(authenticate(request(header), Date.now())).rejects.toEqual(
        expect.objectContaining({
          code: "invalid_request",
          headers: { "WWW-Authenticate": 'Bearer error="invalid_request"' },
        }),
      );
    },
  );

  test.each(["Bearer junk", "Bearer a.b.c"])("refuses %s as malformed", async (header) => {
    await expect(authenticate(request(header), Date.now())).rejects.toEqual(refusal("malformed"));
  });

  it("says why: expired, not yet valid, other issuer, other type, unknown key, bad signature", async () => {
    const now = Math.floor(Date.now() / 1000);
    const other = await generateKey("ES256");
    const forged = signJwt({ ...CLAIMS, jti: createIdentifier() }, other, {
      typ: "at+jwt",
      expiresIn: 900,
    });
    const token = sign();
    const tampered = `${token.slice(0, -10)}${token.at(-10) === "A" ? "B" : "A"}${token.slice(-9)}`;
    const cases: readonly [string, string][] = [
      [sign({}, { now: now - 901 }), "expired"],
      [sign({ nbf: now + 600 }), "not_yet_valid"],
      [sign({ iss: "https://other.example" }), "wrong_issuer"],
      [sign({}, { typ: "JWT" }), "wrong_type"],
      [sign({}, { typ: "latchkey-feed+jwt" }), "wrong_type"],
      [forged, "unknown_key"],
      [tampered, "bad_signature"],
    ];
    for (const [text, reason] of cases) await expect(bearer(text)).rejects.toEqual(refusal(reason));
  });

  it("A: refuses a MAC made with the public key, and a token without a signature", async () => {
    const now = Math.floor(Date.now() / 1000);
    const { kid } = server.keyRing.signingKey();
    const header256 = { alg: "HS256", kid, typ: "at+jwt" };
    const claims = { ...CLAIMS, jti: createIdentifier(), iat: now, exp: now + 900 };
    const input = [header256, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const publicJwk = JSON.stringify(server.keyRing.jwks().keys[0]);
    const mac = createHmac("sha256", publicJwk).update(input).digest("base64url");
    const confused = `${input}.${mac}`;
    await expect(bearer(confused)).rejects.toMatchObject({ code: "invalid_token" });
    const [, payload] = sign().split(".");
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url");
    await expect(bearer(`${header}.${payload}.`)).rejects.toMatchObject({ code: "invalid_token" });
  });

  test.each(["sub", "jti", "aud", "client_id"])("refuses a token without %s", async (name) => {
    await expect(bearer(sign({ [name]: undefined }))).rejects.toEqual(refusal("malformed"));
  });

  test.each([
    ["roles", "doctor"],
    ["permissions", [1]],
    ["handles", "x"],
    ["sid", 5],
  ])("refuses a token whose %s has the wrong type", async (name, value) => {
    await expect(bearer(sign({ [name]: value }))).rejects.toEqual(refusal("malformed"));
  });

  it("refuses a token once any handle that it depends on is retired", async () => {
    const [userHandle = "", roleHandle = ""] = CLAIMS.handles;
    const jti = createIdentifier();
    const kid = server.keyRing.signingKey().kid ?? "";
    for (const handle of [userHandle, roleHandle, CLAIMS.sid, jti, kid]) {
      const fresh = await openTestSessions();
      try {
        const check = createAuthenticator({
          keyRing: server.keyRing,
          ledger: fresh.ledger,
          issuer: ISSUER,
        });
        const asked = request(`Bearer ${sign({ jti })}`);
        expect((await check(asked, Date.now())).subject).toBe(CLAIMS.sub);
        await fresh.database.write(fresh.ledger.retire([handle], 9_999_999_999));
        await expect(check(asked, Date.now())).rejects.toEqual(refusal("retired"));
      } finally {
        await fresh.close();
      }
    }
  });

  it("never answers while the ledger cannot be read", async () => {
    const token = sign();
    await server.database.close();
    await expect(bearer(token)).rejects.toMatchObject({ name: "DatabaseError" });
  });
});

describe("a token that was verified before", () => {
  it("H6: no character of it can differ", async () => {
    const token = sign();
    await bearer(token);
    const dots = [token.indexOf("."), token.lastIndexOf(".")];
    for (const place of [0, 1, 40, 200, ...dots, token.length - 30, token.length - 2]) {
      const other = token[place] === "A" ? "B" : "A";
      const altered = token.slice(0, place) + other + token.slice(place + 1);
      await expect(bearer(altered)).rejects.toMatchObject({ code: "invalid_token" });
    }
    for (const altered of [token.slice(0, -1), `${token}A`, `${token}.`, `A${token}`]) {
      await expect(bearer(altered)).rejects.toMatchObject({ code: "invalid_token" });
    }
    expect(await bearer(token)).toMatchObject({ subject: CLAIMS.sub });
  });

  it("expires, and is not valid before its time when the clock is set back", async () => {
    const now = Math.floor(Date.now() / 1000);
    const asked = request(`Bearer ${sign({ nbf: now }, { now })}`);
    expect(await authenticate(asked, now * 1000)).toMatchObject({ subject: CLAIMS.sub });
    await expect(authenticate(asked, (now - 1) * 1000)).rejects.toEqual(refusal("not_yet_valid"));
    expect(await authenticate(asked, (now + 899) * 1000)).toMatchObject({ subject: CLAIMS.sub });
    await expect(authenticate(asked, (now + 900) * 1000)).rejects.toEqual(refusal("expired"));
  });

  it("is refused once its key is taken back, whatever the ledger says", async () => {
    const token = sign();
    await bearer(token);
    await server.keyRing.maintain();
    expect(await bearer(token)).toMatchObject({ subject: CLAIMS.sub });
    await server.keyRing.revokeKeys({ also: () => [], last: () => [] });
    await expect(bearer(token)).rejects.toEqual(refusal("retired"));
  });

  it("names one principal for all requests, which none of them can change", async () => {
    const token = sign();
    const principal = await bearer(token);
    expect(await bearer(token)).toBe(principal);
    expect(() => Object.assign(principal, { subject: "other" })).toThrow(TypeError);
    expect(() => Object.assign(principal.claims, { sub: "other" })).toThrow(TypeError);
    expect(() => (principal.claims["handles"] as string[]).push("x")).toThrow(TypeError);
  });
});

describe("RFC 6750 section 3.1: requirePermission", () => {
  it("passes who has it and refuses who has not, by exact name", async () => {
    const principal = await bearer(sign());
    expect(requirePermission(principal, "appointments:read")).toBeUndefined();
    for (const permission of ["appointments", "appointments:rea", "Appointments:read", ""]) {
      expect(() => requirePermission(principal, permission)).toThrow(
        expect.objectContaining({
          code: "permission_denied",
          headers: { "WWW-Authenticate": 'Bearer error="insufficient_scope"' },
        }),
      );
    }
  });
});

describe("N10: requireCurrent", () => {
  it("refuses a token whose user's handle was replaced after it was authenticated", async () => {
    const [handle = ""] = CLAIMS.handles;
    const principal = await bearer(sign());
    expect(requireCurrent(principal, { handle })).toBeUndefined();
    const replaced = { handle: createIdentifier() };
    expect(() => requireCurrent(principal, replaced)).toThrow(refusal("retired"));
    expect(() => requireCurrent({ ...principal, claims: {} }, { handle })).toThrow(
      refusal("retired"),
    );
  });
});
