// When a token expires, in words.

import { formatDistance } from "../words/times.ts";

/** The rest of a token's life. */
export interface TokenLife {
  readonly isOver: boolean;
  distance(locale: string): string;
}

/** Reads it from claims; undefined without `exp`. @param now - milliseconds */
export function lifeOf(
  claims: Readonly<Record<string, unknown>>,
  now: number,
): TokenLife | undefined {
  const { exp } = claims;
  if (typeof exp !== "number" || !Number.isFinite(exp)) return undefined;
  return {
    isOver: exp * 1000 <= now,
    distance: (locale) => formatDistance(exp * 1000, now, locale),
  };
}
