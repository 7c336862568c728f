// Makes malformed tokens that know what a token is: a valid one, with one to three changes to the header,
// the payload, their encoding, the signature or the whole. Most are signed after the change, so that no
// wrong signature hides the fault.

import { CHANGES, type Draft, MAX_LENGTH } from "./changes.ts";
import { AUDIENCE, ISSUER, NOW, type Profile, PROFILES, type Signer } from "./signers.ts";
import type { Random } from "./random.ts";

/** A generated input. */
export interface FuzzCase {
  readonly token: string;
  readonly signer: Signer;
  readonly profile: Profile;
  /** The names of the changes made, in order. */
  readonly changes: readonly string[];
}

const NAMES = Object.keys(CHANGES);

/** The names of all changes. */
export const changeNames: readonly string[] = NAMES;

/** Makes one input. */
export function generateCase(random: Random, signers: readonly Signer[]): FuzzCase {
  // Two of three by HMAC: the others cost twenty times as much and differ in the last step only.
  const [first] = signers;
  const signer = first !== undefined && random.isLucky(0.67) ? first : random.pick(signers);
  const profile = random.pick(PROFILES);
  const typ = profile === "strict" ? "at+jwt" : random.isLucky(0.5) ? "JWT" : undefined;
  const draft: Draft = {
    header: JSON.stringify({ alg: signer.alg, ...(typ === undefined ? {} : { typ }) }),
    payload: JSON.stringify({
      sub: "user-1",
      iss: ISSUER,
      aud: random.isLucky(0.5) ? AUDIENCE : [AUDIENCE, "other"],
      exp: NOW + 60,
      iat: NOW - 60,
      ...(random.isLucky(0.3) ? { nbf: NOW - 60, jti: "1" } : {}),
    }),
    encode: [],
    spoil: [],
    wrap: [],
  };
  const changes: string[] = [];
  const count = random.isLucky(0.03) ? 0 : random.pick([1, 1, 1, 1, 2, 2, 3]);
  for (let i = 0; i < count; i++) {
    const name = random.pick(NAMES);
    changes.push(name);
    CHANGES[name]?.(draft, random);
  }
  const segments = [draft.header, draft.payload].map((part) =>
    Buffer.from(part).toString("base64url"),
  );
  for (const encode of draft.encode) {
    const at = random.below(2);
    segments[at] = encode(segments[at] ?? "");
  }
  const input = segments.join(".");
  let signature = signer.sign(Buffer.from(input));
  for (const spoil of draft.spoil) signature = spoil(signature);
  let token = `${input}.${signature.toString("base64url")}`;
  for (const wrap of draft.wrap) token = wrap(token);
  return { token: token.slice(0, MAX_LENGTH), signer, profile, changes };
}
