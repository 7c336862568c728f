// Issuers that are not Latchkey: a real oidc-provider, and the shapes that others are known for.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportPublicJwk } from "@latchkey/jose";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { Provider } from "oidc-provider";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AUDIENCE, requestWith, TestIssuer } from "../test/test-issuer.ts";
import { createGuard, type Guard, type GuardOptions } from "./index.ts";

async function outcome(guard: Guard, token: string): Promise<string> {
  const result = await guard.authenticate(requestWith(token));
  return result.ok ? "ok" : `${result.status} ${result.challenge?.reason ?? result.problem.code}`;
}

describe("oidc-provider", () => {
  let server: Server;
  let url: string;
  const guards: Guard[] = [];

  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(url, {
      jwks: { keys: [await privateJwk("RS256", "rsa"), await privateJwk("ES256", "ec")] },
      clients: [
        {
          client_id: "machine",
          client_secret: "a secret of the machine's own",
          grant_types: ["client_credentials"],
          redirect_uris: [],
          response_types: [],
        },
      ],
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context: unknown, resource: string) => ({
            scope: "read",
            audience: resource,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: resource.endsWith("/ec") ? "ES256" : "RS256" } },
          }),
        },
      },
    });
    const handle = provider.callback();
    server.on("request", (request, response) => void handle(request, response));
  });
  afterEach(async () => {
    await Promise.all(guards.splice(0).map((guard) => guard.close()));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  function guardOf(options: Partial<GuardOptions> = {}): Guard {
    const guard = createGuard({ issuer: url, audience: `${AUDIENCE}/ec`, ...options });
    guards.push(guard);
    return guard;
  }

  async function tokenFor(resource: string): Promise<string> {
    const response = await fetch(`${url}/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa("machine:a+secret+of+the+machine%27s+own")}`,
      },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "read", resource }),
    });
    const answer = (await response.json()) as { readonly access_token: string };
    expect(response.status).toBe(200);
    return answer.access_token;
  }

  test("its JWT access tokens pass, and the status says what cannot be promised", async () => {
    const guard = guardOf({ algorithms: ["ES256"] });
    const token = await tokenFor(`${AUDIENCE}/ec`);
    const result = await guard.authenticate(requestWith(token));
    expect(result).toMatchObject({
      ok: true,
      principal: { subject: "machine", clientId: "machine", scopes: ["read"], sessionId: null },
    });
    expect(await outcome(guard, token)).toBe("ok");
    expect(guard.status()).toMatchObject({
      ready: true,
      revocations: { source: "none" },
      cannotPromise: [
        "this issuer has no revocation feed: a token lives until it expires",
        "a signing key that the issuer withdraws verifies until the next look at its keys",
      ],
      lastError: null,
    });
  });

  test("keys without alg are used only for an algorithm that was named", async () => {
    const jwks = (await (await fetch(`${url}/jwks`)).json()) as { readonly keys: readonly JWK[] };
    expect(jwks.keys.map(({ kid, alg }) => [kid, alg])).toContainEqual(["rsa", undefined]);
    const token = await tokenFor(AUDIENCE);
    expect(await outcome(guardOf({ audience: AUDIENCE }), token)).toBe("401 unknown_key");
    const rsa = guardOf({ audience: AUDIENCE, algorithms: ["RS256"] });
    expect(await outcome(rsa, token)).toBe("ok");
    const pss = guardOf({ audience: AUDIENCE, algorithms: ["PS256"] });
    expect(await outcome(pss, token)).toBe("401 unknown_key");
    const elliptic = guardOf({ audience: AUDIENCE, algorithms: ["ES256"] });
    expect(await outcome(elliptic, token)).toBe("401 unknown_key");
  });

  test("its token for another API is refused", async () => {
    const guard = guardOf({ algorithms: ["RS256", "ES256"] });
    expect(await outcome(guard, await tokenFor(AUDIENCE))).toBe("401 wrong_audience");
  });
});

describe("shapes of other issuers", () => {
  let issuer: TestIssuer;
  beforeEach(async () => {
    issuer = await TestIssuer.start();
    issuer.hasFeed = false;
  });
  afterEach(async () => {
    await issuer.stop();
  });

  test("typ JWT passes only by the loudly named option, in any spelling of it", async () => {
    const [strict, lenient] = await Promise.all([
      issuer.readyGuard(),
      issuer.readyGuard({ dangerouslyAcceptTypes: ["JWT"] }),
    ]);
    for (const typ of ["JWT", "jwt", "application/jwt"]) {
      const token = issuer.token({}, { typ });
      expect(await outcome(strict, token)).toBe("401 wrong_type");
      expect(await outcome(lenient, token)).toBe("ok");
      expect(await outcome(lenient, token)).toBe("ok");
    }
    expect(await outcome(lenient, issuer.token())).toBe("ok");
  });

  test.each(["logout+jwt", "dpop+jwt", "latchkey-feed+jwt", "secevent+jwt", "id+jwt"])(
    "P7: typ %s does not pass with it",
    async (typ) => {
      const guard = await issuer.readyGuard({ dangerouslyAcceptTypes: ["JWT"] });
      expect(await outcome(guard, issuer.token({}, { typ }))).toBe("401 wrong_type");
    },
  );

  test("tokens without client_id or jti pass only where they are not required", async () => {
    const token = issuer.token({ client_id: undefined, jti: undefined });
    expect(await outcome(await issuer.readyGuard(), token)).toBe("401 malformed");
    expect(await outcome(await issuer.readyGuard({ requiredClaims: ["iat"] }), token)).toBe("ok");
    const other = await issuer.readyGuard({ requiredClaims: ["azp"] });
    expect(await outcome(other, token)).toBe("401 malformed");
  });

  test("what is required always is so with an empty list as well", async () => {
    const guard = await issuer.readyGuard({ requiredClaims: [] });
    for (const name of ["iss", "aud", "exp", "sub"]) {
      expect(await outcome(guard, issuer.token({ [name]: undefined }))).toMatch(/^401 /);
    }
  });

  test("a key without alg is bound to the algorithm that was named", async () => {
    const { alg: _alg, ...bare } = { ...exportPublicJwk(issuer.keys[0] as never) };
    issuer.jwks = { keys: [bare] };
    expect(await outcome(await issuer.readyGuard({ algorithms: ["ES256"] }), issuer.token())).toBe(
      "ok",
    );
  });

  test.each([[[]], [["none"]], [["HS256"]], [["RS255"]], ["RS256"], [[7]]])(
    "algorithms %j are a TypeError",
    (algorithms) => {
      const options = { issuer: issuer.url, audience: "a", algorithms } as unknown as GuardOptions;
      expect(() => createGuard(options)).toThrow(TypeError);
    },
  );

  test.each([["JWT"], [[]], [[""]], [[7]]])("accepted types %j are a TypeError", (types) => {
    const options = { issuer: issuer.url, audience: "a", dangerouslyAcceptTypes: types };
    expect(() => createGuard(options as unknown as GuardOptions)).toThrow(TypeError);
  });
});

// Without alg, as many issuers publish their keys.
async function privateJwk(alg: string, kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, use: "sig" };
}
