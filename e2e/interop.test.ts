// Tokens made by the real server verify with other libraries through the JWKS; tokens made by the
// `jose` package pass the guard, and nothing that differs from them does. Ids are attack classes.

import { createHmac, createPublicKey } from "node:crypto";
import { createGuard, type Guard } from "@latchkey/guard";
import { createVerifier } from "fast-jwt";
import { createRemoteJWKSet, jwtVerify, SignJWT } from "jose";
import jsonwebtoken from "jsonwebtoken";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stopAll } from "./harness/child.ts";
import { removeDirectories } from "./harness/directory.ts";
import {
  type ForeignIssuer,
  type ForeignKey,
  startForeignIssuer,
} from "./harness/foreign-issuer.ts";
import { call } from "./harness/http.ts";
import { join } from "./harness/people.ts";
import { startServer } from "./harness/server.ts";
import { people } from "./harness/staff.ts";

/** Algorithms of the servers; `jsonwebtoken` does not know EdDSA. */
const signers = [
  { alg: "ES256", isDefault: true, alsoBy: ["jsonwebtoken"] },
  { alg: "RS256", isDefault: false, alsoBy: ["jsonwebtoken"] },
  { alg: "PS256", isDefault: false, alsoBy: ["jsonwebtoken"] },
  { alg: "EdDSA", isDefault: false, alsoBy: [] },
] as const;

/** The public JWK of a JWKS that a token names. */
type Jwks = { readonly keys: readonly { readonly kid: string; readonly alg: string }[] };

afterAll(async () => {
  await stopAll();
  await removeDirectories();
});

describe("tokens of the server, verified by other libraries through the JWKS", () => {
  describe.each(signers)("$alg", ({ alg, isDefault, alsoBy }) => {
    let url: string;
    let token: string;
    let subject: string;
    let header: { readonly kid: string };
    let jwk: Jwks["keys"][number] | undefined;
    let pem: string;

    beforeAll(async () => {
      const server = await startServer({ args: isDefault ? [] : ["--signing-algorithm", alg] });
      url = server.url;
      const login = await join(server, people.patient);
      token = login.access_token;
      subject = login.user.id;
      header = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
      const jwks = await call<Jwks>(`${url}/.well-known/jwks.json`);
      jwk = jwks.body.keys.find((candidate) => candidate.kid === header.kid);
      pem = createPublicKey({ key: { ...jwk }, format: "jwk" })
        .export({ type: "spki", format: "pem" })
        .toString();
    });

    it("names its key and its type", () => {
      expect(header).toMatchObject({ alg, typ: "at+jwt" });
      expect(jwk).toMatchObject({ alg, use: "sig", kid: header.kid });
      for (const secret of ["d", "p", "q", "dp", "dq", "qi", "k"]) {
        expect(jwk).not.toHaveProperty(secret);
      }
    });

    it("jose", async () => {
      const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`));
      const { payload } = await jwtVerify(token, keys, {
        issuer: url,
        audience: url,
        typ: "at+jwt",
        requiredClaims: ["sub", "iat", "exp", "jti", "client_id"],
      });
      expect(payload.sub).toBe(subject);
      await expect(jwtVerify(flipped(token), keys, { issuer: url })).rejects.toThrow("signature");
    });

    it("fast-jwt", () => {
      const options = { key: pem, algorithms: [alg], allowedIss: url, allowedAud: url };
      const verify = createVerifier(options);
      expect(verify(token)).toMatchObject({ sub: subject });
      expect(() => createVerifier(options)(flipped(token))).toThrow("signature");
    });

    it.each(alsoBy)("%s", () => {
      const options = { algorithms: [alg as jsonwebtoken.Algorithm], issuer: url, audience: url };
      expect(jsonwebtoken.verify(token, pem, options)).toMatchObject({ sub: subject });
      expect(() => jsonwebtoken.verify(flipped(token), pem, options)).toThrow("signature");
    });
  });
});

/** The same token with one bit of its signature's first byte changed. */
function flipped(token: string): string {
  const dot = token.lastIndexOf(".");
  const signature = Buffer.from(token.slice(dot + 1), "base64url");
  signature.writeUInt8(signature.readUInt8(0) ^ 1, 0);
  return `${token.slice(0, dot)}.${signature.toString("base64url")}`;
}

describe("tokens of the jose package at the guard", () => {
  const audience = "https://clinic.example/api";
  let issuer: ForeignIssuer;
  let guard: Guard;

  beforeAll(async () => {
    issuer = await startForeignIssuer(["ES256", "RS256", "EdDSA", "PS256"]);
    guard = createGuard({ issuer: issuer.url, audience });
  });

  afterAll(async () => {
    await guard.close();
    await issuer.close();
  });

  const key = (alg: string): ForeignKey => {
    const found = issuer.keys.find((candidate) => candidate.alg === alg);
    if (found === undefined) throw new Error(`no key for ${alg}`);
    return found;
  };

  const claims = (changes: Record<string, unknown> = {}): Record<string, unknown> => {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: issuer.url,
      sub: "8ivxOm3KQ0eYqUC3MEOZCw",
      aud: audience,
      iat: now,
      exp: now + 300,
      jti: "uDFbSqzdQJ2XvYjJhZ3v_g",
      client_id: "latchkey",
      ...changes,
    };
  };

  const sign = async (
    alg: string,
    changes: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
  ): Promise<string> =>
    new SignJWT(claims(changes))
      .setProtectedHeader({
        alg,
        kid: key(alg).kid,
        typ: "at+jwt",
        ...header,
      })
      .sign(key(alg).privateKey);

  const status = async (token: string): Promise<number> => {
    const result = await guard.authenticate(
      new Request("https://clinic.example/api", { headers: { authorization: `Bearer ${token}` } }),
    );
    return result.ok ? 200 : result.status;
  };

  it.each(["ES256", "RS256", "EdDSA", "PS256"])("accepts %s", async (alg) => {
    expect(await status(await sign(alg))).toBe(200);
  });

  it.each(["ES256", "RS256", "EdDSA"])(
    "refuses a %s token with any one character changed, cut or added",
    async (alg) => {
      const token = await sign(alg);
      expect(await status(token)).toBe(200);
      const accepted: string[] = [];
      const attempt = async (altered: string, what: string): Promise<void> => {
        if ((await status(altered)) !== 401) accepted.push(what);
      };
      for (let position = 0; position < token.length; position += 1) {
        for (const character of replacements(token.charAt(position), position)) {
          const altered = token.slice(0, position) + character + token.slice(position + 1);
          await attempt(altered, `${character} at ${position}`);
        }
      }
      for (const length of [1, 2, 3, 4, 43]) {
        await attempt(token.slice(0, -length), `without the last ${length}`);
      }
      for (const tail of ["A", "AA", "=", "==", ".", ".AAAA"]) {
        await attempt(`${token}${tail}`, `with ${tail} at the end`);
      }
      expect(accepted).toEqual([]);
    },
  );

  it("A1 refuses every spelling of no algorithm", async () => {
    const [, payload = "", signature = ""] = (await sign("ES256")).split(".");
    for (const alg of ["none", "None", "NONE", "nOnE", "", " none", "none ", null, undefined]) {
      for (const kid of [key("ES256").kid, undefined]) {
        const header = encode({ alg, kid, typ: "at+jwt" });
        for (const tail of ["", ".", `.${signature}`]) {
          const token = `${header}.${payload}${tail}`;
          expect([alg, tail, await status(token)]).toEqual([alg, tail, 401]);
        }
      }
    }
  });

  it("A2 refuses an HMAC keyed with any form of the public key", async () => {
    for (const alg of ["ES256", "RS256", "EdDSA"]) {
      const { kid, publicJwk } = key(alg);
      const publicKey = createPublicKey({ key: { ...publicJwk }, format: "jwk" });
      const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
      const secrets: (string | Buffer)[] = [
        pem,
        pem.trimEnd(),
        pem.replaceAll("\n", "\r\n"),
        publicKey.export({ type: "spki", format: "der" }),
        JSON.stringify(publicJwk),
        JSON.stringify(publicJwk, null, 2),
        JSON.stringify({ keys: [publicJwk] }),
        publicJwk.n ?? publicJwk.x ?? "",
        Buffer.from(publicJwk.n ?? publicJwk.x ?? "", "base64url"),
        kid,
        "",
      ];
      for (const [hmac, hash] of [
        ["HS256", "sha256"],
        ["HS384", "sha384"],
        ["HS512", "sha512"],
      ] as const) {
        for (const secret of secrets) {
          const input = `${encode({ alg: hmac, kid, typ: "at+jwt" })}.${encode(claims())}`;
          const mac = createHmac(hash, secret).update(input).digest("base64url");
          expect(await status(`${input}.${mac}`)).toBe(401);
        }
      }
    }
  });

  it("A2 refuses a token signed with one key's algorithm under another key's id", async () => {
    for (const [alg, other] of [
      ["RS256", "PS256"],
      ["PS256", "RS256"],
      ["ES256", "EdDSA"],
      ["EdDSA", "RS256"],
    ] as const) {
      expect(await status(await sign(alg, {}, { kid: key(other).kid }))).toBe(401);
    }
  });

  it("F4 refuses every audience but its own", async () => {
    expect(await status(await sign("ES256", { aud: ["https://other.example", audience] }))).toBe(
      200,
    );
    for (const aud of [
      undefined,
      null,
      "",
      [],
      [""],
      [[audience]],
      [audience, 7],
      7,
      {},
      { 0: audience, length: 1 },
      `${audience}/`,
      `${audience}2`,
      audience.slice(0, -1),
      audience.toUpperCase(),
      ` ${audience}`,
      "__proto__",
      issuer.url,
    ]) {
      expect([aud, await status(await sign("ES256", { aud }))]).toEqual([aud, 401]);
    }
  });

  it("F5 refuses every issuer but its own", async () => {
    const { url } = issuer;
    for (const iss of [
      undefined,
      null,
      "",
      [url],
      [url, "https://evil.example"],
      {},
      `${url}/`,
      `${url}.evil.example`,
      url.slice(0, -1),
      url.replace("localhost", "LOCALHOST"),
      url.replace("http://", "http://user@"),
      url.replace("http:", "https:"),
    ]) {
      expect([iss, await status(await sign("ES256", { iss }))]).toEqual([iss, 401]);
    }
  });

  it("F9 refuses every other type of token", async () => {
    for (const typ of [
      undefined,
      "",
      "JWT",
      "jwt",
      "at",
      "at+jwt ",
      "at+jwt+jwt",
      "xat+jwt",
      "id+jwt",
      "dpop+jwt",
      "logout+jwt",
      "token-introspection+jwt",
      "secevent+jwt",
      "latchkey-feed+jwt",
      7,
      ["at+jwt"],
    ]) {
      expect([typ, await status(await sign("ES256", {}, { typ }))]).toEqual([typ, 401]);
    }
  });

  it("F2 refuses what is expired, not yet valid, or never expires", async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const changes of [
      { exp: now - 300 },
      { exp: undefined },
      { exp: String(now + 300) },
      { exp: null },
      { nbf: now + 300 },
      { sub: undefined },
      { sub: "" },
      { permissions: "appointments:cancel-any" },
      { handles: [7] },
    ]) {
      expect([changes, await status(await sign("ES256", changes))]).toEqual([changes, 401]);
    }
  });
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** What to put in the place of a character: two others of the alphabet and one that is not in it. */
function replacements(character: string, position: number): readonly string[] {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const index = alphabet.indexOf(character);
  if (index === -1) return ["A", ""];
  // The neighbour differs in the lowest bits only, which a sloppy decoder drops at the end.
  const neighbour = alphabet.charAt(index ^ 1);
  const far = alphabet.charAt((index + 1 + (position % 62)) % 64);
  return far === neighbour ? [neighbour] : [neighbour, far];
}
