// How long the ledger must remember a retired handle: until the last token that can carry it has
// expired everywhere. Design section 4.

/**
 * Seconds beyond a token's life: a token whose data was read just before the retirement may be
 * issued a few seconds after it, and a guard's clock may be behind by its tolerance.
 */
export const RETIREMENT_MARGIN = 360;

/**
 * When a ledger entry made now may be swept, in seconds.
 *
 * @param now milliseconds
 * @param accessTokenLifetime seconds
 */
export function retirementExpiry(now: number, accessTokenLifetime: number): number {
  return Math.ceil(now / 1000) + accessTokenLifetime + RETIREMENT_MARGIN;
}
