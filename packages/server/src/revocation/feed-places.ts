// How many may wait for the feed at once: in all, and from one network. A reader beyond that is
// told to come back, and can ask without waiting meanwhile.

import { networkOf } from "../http/address.ts";
import { Refusal } from "../http/refusal.ts";

/** Readers that wait or stream at once, at most. */
export const MAX_FEED_READERS = 2_000;

/** Of them from one network: the guards behind one address are many, and not all there are. */
export const MAX_FEED_READERS_PER_NETWORK = 500;

/** Seconds named in Retry-After when all places are taken. */
export const FEED_RETRY_AFTER = 5;

/** The places. */
export interface FeedPlaces {
  /**
   * Takes a place; the returned function gives it back and may be called twice.
   *
   * @throws Refusal `overloaded`
   */
  take(address: string | null): () => void;
  /** Ends the waiting of all readers: the server closes. */
  readonly signal: AbortSignal;
  close(): void;
}

/** Creates the places of a server. */
export function createFeedPlaces(
  limits: { readonly total?: number; readonly perNetwork?: number } = {},
): FeedPlaces {
  const { total = MAX_FEED_READERS, perNetwork = MAX_FEED_READERS_PER_NETWORK } = limits;
  const byNetwork = new Map<string, number>();
  const abort = new AbortController();
  let taken = 0;

  return {
    signal: abort.signal,
    close: () => abort.abort(),
    take(address) {
      const network = address === null ? "" : networkOf(address);
      const own = byNetwork.get(network) ?? 0;
      // A mount that tells no address cannot tell readers apart.
      if (taken >= total || (address !== null && own >= perNetwork) || abort.signal.aborted) {
        throw new Refusal("overloaded", { headers: { "Retry-After": String(FEED_RETRY_AFTER) } });
      }
      taken += 1;
      byNetwork.set(network, own + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        taken -= 1;
        const left = (byNetwork.get(network) ?? 1) - 1;
        if (left === 0) byNetwork.delete(network);
        else byNetwork.set(network, left);
      };
    },
  };
}
