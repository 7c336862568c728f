// Counters of a server that is one process: bounded maps. kept-store.ts watches the lanes, and keeps
// them when the process ends. Everything happens in one turn, so parallel attempts cannot slip through between a check and its count.

import { drip, dripInterval, MAX_LIMITED_NAMES, remember } from "../http/rate-limit.ts";
import { enterLane, type Lane } from "./lane.ts";
import type { Bucket, LaneKey, LimitStore } from "./limit-store.ts";

/** Who keeps lanes elsewhere. */
export interface LaneWatch {
  /** A lane as it was kept. */
  recall(key: string): Lane | undefined;
  changed(key: LaneKey, lane: Lane): void;
  cleared(key: string): void;
}

/** Creates an empty store. */
export function createMemoryStore(maxNames = MAX_LIMITED_NAMES, watch?: LaneWatch): LimitStore {
  // A map for each kind: who floods one limit makes no other forget.
  const buckets = new Map<string, Map<string, number>>();
  const lanes = new Map<string, Map<string, Lane>>();
  const bucketsOf = ({ kind }: Pick<Bucket, "kind">) => mapOf(buckets, kind);
  const most = maxNames;
  return {
    take: async (taken, now) => {
      const results = taken.map((bucket) =>
        drip(bucket.limit, bucketsOf(bucket).get(bucket.key) ?? 0, now),
      );
      const wait = Math.max(0, ...results.map((result) => result.wait));
      if (wait > 0) return wait;
      for (const [index, bucket] of taken.entries()) {
        const value = results[index]?.emptyAt ?? 0;
        remember(bucketsOf(bucket), { key: bucket.key, value, most });
      }
      return 0;
    },
    giveBack: async (given) => {
      for (const bucket of given) {
        const at = bucketsOf(bucket).get(bucket.key);
        if (at !== undefined) bucketsOf(bucket).set(bucket.key, at - dripInterval(bucket.limit));
      }
    },
    empty: async (emptied) => {
      for (const bucket of emptied) bucketsOf(bucket).delete(bucket.key);
    },
    enterLane: async (lane, now) => {
      const { key, kind } = lane;
      const map = mapOf(lanes, kind);
      const value = enterLane(map.get(key) ?? watch?.recall(key), now);
      if (value === undefined) return false;
      remember(map, { key, value, most });
      watch?.changed(lane, value);
      return true;
    },
    leaveLane: async (lane) => {
      const { key, kind } = lane;
      const map = mapOf(lanes, kind);
      const known = map.get(key);
      if (known === undefined) return;
      const value = { failures: known.failures - 1, opensAt: 0 };
      map.set(key, value);
      watch?.changed(lane, value);
    },
    clearLanes: async (cleared) => {
      for (const { key, kind } of cleared) {
        mapOf(lanes, kind).delete(key);
        watch?.cleared(key);
      }
    },
  };
}

function mapOf<Value>(maps: Map<string, Map<string, Value>>, kind: string): Map<string, Value> {
  const known = maps.get(kind);
  if (known !== undefined) return known;
  const made = new Map<string, Value>();
  maps.set(kind, made);
  return made;
}
