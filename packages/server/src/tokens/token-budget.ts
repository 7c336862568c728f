// Whether the access token of somebody with certain roles and permissions would still fit into a
// header. Asked before a role is given or changed, so that the administrator is told what is too
// much, and no user finds out by being refused.

import { createIdentifier } from "@latchkey/protocol";
import { Refusal } from "../http/refusal.ts";
import {
  type AccessTokenInput,
  MAX_ACCESS_TOKEN_LENGTH,
  measureAccessToken,
} from "./access-token.ts";

/** What of a user decides how long the token is: the rest has one length for everybody. */
export interface TokenGrants {
  /** Names. */
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/** Refuses grants whose token would be too large. @throws Refusal `token_too_large` */
export type RequireTokenFit = (grants: TokenGrants) => void;

/** The methods of the longest `amr` that a sign-in makes. */
const LONGEST_AMR = ["pwd", "otp", "hwk", "swk", "user", "mfa"];

/** Creates the check; claims of a hook are not counted, they are left out where there is no room. */
export function createTokenBudget(
  options: Pick<AccessTokenInput, "keyRing" | "issuer" | "audience" | "lifetime"> & {
    readonly clientIds: readonly string[];
    /** Milliseconds. */
    readonly clock: () => number;
  },
): RequireTokenFit {
  const { keyRing, issuer, audience, lifetime, clock } = options;
  const clientId = options.clientIds.reduce((one, other) =>
    JSON.stringify(other).length > JSON.stringify(one).length ? other : one,
  );
  return ({ roles, permissions }) => {
    const now = clock();
    const id = createIdentifier();
    const length = measureAccessToken({
      subject: {
        id,
        handle: id,
        email: "",
        emailVerified: true,
        username: null,
        name: null,
        passwordHash: null,
        disabledAt: null,
        createdAt: now,
        permissions,
        roles: roles.map((name) => ({ id, name, handle: id, requiresMfa: false })),
      },
      session: { id, clientId, authTime: now, amr: LONGEST_AMR },
      keyRing,
      issuer,
      audience,
      lifetime,
      now,
    });
    if (length <= MAX_ACCESS_TOKEN_LENGTH) return;
    const size = Number.isFinite(length) ? `${length} characters` : "lists that are too long";
    throw new Refusal("token_too_large", {
      detail:
        `An access token with ${roles.length} roles and ${permissions.length} permissions would ` +
        `have ${size}; ${MAX_ACCESS_TOKEN_LENGTH} characters are the limit. Give fewer roles, or ` +
        `roles with fewer permissions or shorter names.`,
    });
  };
}
