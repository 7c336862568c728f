// What a page needs whose origin is not the server's, as a chunk of its own, so that no other page loads
// it: renewals through the server's frame, and what stands behind an error. It takes the error class
// and all else as arguments: a bundler would else split the core for what both import.

import { createDiagnosis } from "./diagnosis.ts";
import type { LatchkeyClientError } from "./error.ts";
import { createFramedRenewal, type FramedRenewalDeps } from "./framed-renewal.ts";
import type { KeyStorage } from "./key-storage.ts";
import type { RenewalOutcome } from "./renewal-attempt.ts";

/** A page of another origin. */
export interface ForeignOrigin {
  /** One renewal. It never rejects. */
  attempt(): Promise<RenewalOutcome>;
  /** Finds what stands behind an error; others it leaves as they are. */
  explain(error: LatchkeyClientError): Promise<LatchkeyClientError>;
  /** Removes the frame. */
  close(): void;
}

/** What it needs. */
export interface ForeignOriginDeps extends Omit<FramedRenewalDeps, "keys" | "warn" | "onHeard"> {
  readonly openKeys: (name: string) => KeyStorage;
  /** Name of the attempt keys. */
  readonly name: string;
  readonly onWarning: ((warning: LatchkeyClientError) => void) | undefined;
}

/** Creates the parts of a page of another origin. */
export function createForeignOrigin(deps: ForeignOriginDeps): ForeignOrigin {
  const { openKeys, name, onWarning } = deps;
  const diagnosis = createDiagnosis(deps);
  const renewal = createFramedRenewal({
    ...deps,
    keys: openKeys(name),
    onHeard: diagnosis.reach,
    // oxlint-disable-next-line no-console -- for the developer, where the application does not ask
    warn: onWarning ?? ((warning) => console.warn(warning.message)),
  });
  return { ...renewal, explain: diagnosis.explain };
}
