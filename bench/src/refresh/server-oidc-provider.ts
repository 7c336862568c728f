// The peer: oidc-provider's refresh grant with the in-memory adapter that it ships. It does the same
// work for the client: the refresh token is rotated, the access token is a JWT signed with ES256.
// There is no ID token: it would be a second signature.

import { generateKeyPairSync } from "node:crypto";
import type { AddressInfo } from "node:net";
import { type Configuration, Provider } from "oidc-provider";
import { reportReady } from "./control.ts";

const AUDIENCE = "https://api.example";
const CLIENT = "bench";

/**
 * Sessions: few enough for the adapter, which keeps the thousand entries used last, and made anew
 * for each slice, since its list of a grant's tokens grows with each renewal.
 */
const SESSIONS = 64;

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const configuration: Configuration = {
  clients: [
    {
      client_id: CLIENT,
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: ["https://app.example/callback"],
      response_types: ["code"],
      id_token_signed_response_alg: "ES256",
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "ES256", use: "sig", kid: "1" }] },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  rotateRefreshToken: true,
  cookies: { keys: ["a key that signs cookies of the sign-in pages"] },
  ttl: { AccessToken: 900, RefreshToken: 2_592_000, Grant: 2_592_000 },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => AUDIENCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: "appointments:read-own appointments:cancel-own offline_access",
        audience: AUDIENCE,
        accessTokenFormat: "jwt",
        accessTokenTTL: 900,
        jwt: { sign: { alg: "ES256" } },
      }),
    },
  },
  extraTokenClaims: () => ({ roles: ["doctor"] }),
};

const provider = new Provider("http://localhost:4001", configuration);

async function createTokens(): Promise<readonly string[]> {
  const client = await provider.Client.find(CLIENT);
  if (client === undefined) throw new Error("the client is missing");
  return Promise.all(
    Array.from({ length: SESSIONS }, async (_, index) => {
      const accountId = `user-${index}`;
      const grant = new provider.Grant({ accountId, clientId: CLIENT });
      grant.addOIDCScope("offline_access");
      grant.addResourceScope(AUDIENCE, "appointments:read-own appointments:cancel-own");
      const grantId = await grant.save();
      const token = new provider.RefreshToken({
        accountId,
        client,
        grantId,
        gty: "authorization_code",
        resource: AUDIENCE,
        scope: "offline_access appointments:read-own appointments:cancel-own",
        authTime: Math.floor(Date.now() / 1000),
        amr: ["pwd"],
      });
      return token.save();
    }),
  );
}

const server = provider.listen(0, "127.0.0.1", () => {
  reportReady((server.address() as AddressInfo).port, {
    start: createTokens,
    end: () => {
      server.closeAllConnections();
      server.close();
    },
  });
});
