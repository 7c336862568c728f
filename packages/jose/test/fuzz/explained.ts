// The table of differences: classes of inputs that this package accepts and another library refuses, each
// with the reason. Whatever is not in it fails the fuzz run, and a row that a million cases never hit is
// taken out. The differences the other way, one case in eight, are what this package is for.
//
// As of jose 6.2 and fast-jwt 6.3 there is none: what we accept, both accept, with equal claims.

/** A class of inputs that we accept and another library refuses. */
export interface Difference {
  readonly id: string;
  readonly refusedBy: "jose" | "fast-jwt";
  readonly reason: string;
  /** Whether a token that we accepted belongs to the class. */
  readonly matches: (header: Parsed, claims: Parsed, token: string) => boolean;
}

type Parsed = { readonly [name: string]: unknown };

/** The table. */
export const DIFFERENCES: readonly Difference[] = [];
