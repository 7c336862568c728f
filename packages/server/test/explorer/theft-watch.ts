// The second theorem of rotation, judged on every move after a theft.
//
// T2. Once one of owner and thief has advanced, the other either presents inside the window of that
//     advance or is never answered again, and its next presentation outside a window ends the session.
//   - Someone is behind when the other has advanced to a generation that it was never granted.
//   - Who is still behind when the window closes is doomed. A doomed one who is answered breaks T2, and
//     so does one who presents outside a window and the session goes on.
//   - A copied key is answered like the owner's own, at most six times over both parties: the pending
//     key, the four settled ones, and one more when a tab had died before it settled its key.
//   - After a roll-back the doomed one is behind only if its token is older even so. Else it may catch
//     up by as many generations as writes were lost, and then both are level again.
// T2 says nothing of a thief who is inside every window: docs/adr/0001 tells why nothing can.

import type { Decided, Presented } from "./model/server.ts";
import { EMPTY, NO_KEY, outside, type Party, type Watch, type World } from "./model/world.ts";
import type { Scenario } from "./rules.ts";

/** The world after a move, and the theorem that it breaks. */
export interface Judged {
  readonly world: World;
  readonly broken?: string;
}

/** What a move is judged by. */
export interface Judgement {
  readonly decided: Decided;
  readonly scenario: Scenario;
}

/** Judges a request of either by T2. */
export function judgeTheft(
  world: World,
  presented: Presented,
  context: Judgement & { readonly by: Party },
): Judged {
  const { decided, by, scenario } = context;
  const { watch } = world;
  if (watch === null) return { world: decided.world };
  const isGranted = isGrantedKind(decided.kind);
  const isOver = decided.world.hasEnded || decided.kind === "expired";
  const isShared = isCopiedKey(world, presented);
  let { allowance } = watch;
  if (watch.doomed === by) {
    if (isGranted && isShared) allowance -= 1;
    if (allowance < 0)
      return { world: decided.world, broken: "T2: copied keys are answered too often" };
    if (isGranted && !isShared) {
      return {
        world: decided.world,
        broken: `T2: the ${by} missed a window and is answered again`,
      };
    }
    const isInWindow = world.store.age < outside(scenario);
    if (!isGranted && !isInWindow && !isOver) {
      return {
        world: decided.world,
        broken: `T2: the ${by} missed a window, came back, and all goes on`,
      };
    }
  }
  if (isOver || !isGranted) return { world: decided.world };
  const next = granted({ ...watch, allowance }, world, { by, decided });
  const judged = { world: { ...decided.world, watch: next } };
  return next.reprieve < 0
    ? { ...judged, broken: `T2: lost writes let the ${by} catch up by more than they were` }
    : judged;
}

/** Tells whether a decision issues an access token. */
export function isGrantedKind(kind: Decided["kind"]): boolean {
  return kind === "advance" || kind === "repeat" || kind === "keep" || kind === "fast_forward";
}

// Answered because of a key that both know.
function isCopiedKey({ store, thief }: World, presented: Presented): boolean {
  if (store.key === NO_KEY || thief === null || !thief.keys.includes(store.key)) return false;
  return presented.key === store.key || presented.settled.includes(store.key);
}

function granted(
  watch: Watch,
  world: World,
  context: { readonly by: Party; readonly decided: Decided },
): Watch {
  const { by, decided } = context;
  const { store } = decided.world;
  const isOwner = by === "owner";
  const next: Watch = {
    ...watch,
    grantedOwner: isOwner ? Math.max(watch.grantedOwner, store.generation) : watch.grantedOwner,
    grantedThief: isOwner ? watch.grantedThief : Math.max(watch.grantedThief, store.generation),
    behind: watch.behind === by ? null : watch.behind,
    doomed: watch.doomed === by ? null : watch.doomed,
  };
  return behindAfter(caughtUp(next, watch, by), world, { by, store });
}

// One who was doomed before a roll-back catches up, a generation at a time, until both are level.
function caughtUp(next: Watch, before: Watch, by: Party): Watch {
  if (next.reprieved !== by) return next;
  const isOwner = by === "owner";
  const other = isOwner ? next.grantedThief : next.grantedOwner;
  const [now, earlier] = isOwner
    ? [next.grantedOwner, before.grantedOwner]
    : [next.grantedThief, before.grantedThief];
  const reprieve = now > earlier ? next.reprieve - 1 : next.reprieve;
  return now >= other && reprieve >= 0
    ? { ...next, reprieved: null, reprieve: 0 }
    : { ...next, reprieve };
}

function behindAfter(
  next: Watch,
  world: World,
  context: { readonly by: Party; readonly store: World["store"] },
): Watch {
  const { by, store } = context;
  const isOwner = by === "owner";
  const hasAdvanced = store.generation !== world.store.generation;
  if (!hasAdvanced) return next;
  const other: Party = isOwner ? "thief" : "owner";
  const known = isOwner ? next.grantedThief : next.grantedOwner;
  return { ...next, behind: known < store.generation ? other : null };
}

/** What T2 remembers from the moment of a theft. A token that is superseded already is behind. */
export function startWatch(
  world: World,
  copied: { readonly token: number; readonly keys: number; readonly scenario: Scenario },
): Watch {
  const { store, owner, answers } = world;
  const isBehind = copied.token < store.generation;
  const isLate = store.age >= outside(copied.scenario);
  const onTheWay = answers.map(({ generation }) => generation ?? EMPTY);
  return {
    grantedOwner: Math.max(store.generation, ...owner.tokens, ...onTheWay),
    grantedThief: copied.token,
    behind: isBehind ? "thief" : null,
    doomed: isBehind && isLate ? "thief" : null,
    allowance: copied.keys,
    reprieved: null,
    reprieve: 0,
  };
}

/** The window closes: who is still behind is doomed. */
export function passWindow(world: World): World {
  const { watch } = world;
  if (watch === null || watch.behind === null) return world;
  return { ...world, watch: { ...watch, doomed: watch.doomed ?? watch.behind } };
}

/** The store has lost writes: the doomed one stays doomed only where it is behind even so. */
export function rollBackWatch(
  world: World,
  context: { readonly scenario: Scenario; readonly lost: number },
): World {
  const { watch, store } = world;
  if (watch === null) return world;
  const { doomed, reprieved } = watch;
  const known = doomed === "owner" ? watch.grantedOwner : watch.grantedThief;
  const isLate = store.age >= outside(context.scenario);
  const isBehind = known < store.generation - 1 || (known < store.generation && isLate);
  const isLevel = doomed === null && reprieved === null;
  const reprieve = isLevel ? 0 : watch.reprieve + context.lost;
  return {
    ...world,
    watch: {
      ...watch,
      behind: null,
      doomed: isBehind ? doomed : null,
      reprieved: isBehind ? reprieved : (doomed ?? reprieved),
      reprieve,
    },
  };
}
