// The tabs of a browser that share one session: one renewal at a time among them (Web Locks), and
// what one of them learns told to the others (BroadcastChannel). Both may be missing; the server's
// rules keep the session alive then too, at the price of more requests.

/** Milliseconds to wait for another tab's turn, at most: longer than any renewal takes. */
export const LOCK_PATIENCE = 15_000;

/** Milliseconds in which the news of another tab's renewal arrive. */
export const NEWS_PAUSE = 150;

/** What tabs tell each other. All of them are of one origin. */
export type TabMessage =
  | {
      readonly kind: "token";
      readonly token: string;
      readonly receivedAt: number;
      readonly life: number;
    }
  | { readonly kind: "ended"; readonly sessionId: string; readonly reason: string };

/** The other tabs. */
export interface Tabs {
  /**
   * Runs `work` while no other tab runs any. `hasWaited` tells that another one just did, and may
   * have had news.
   */
  inTurn<Result>(work: (hasWaited: boolean) => Promise<Result>): Promise<Result>;
  readonly tell: (message: TabMessage) => void;
  close(): void;
}

/** What tabs are made of. */
export interface TabsOptions {
  readonly name: string;
  readonly locks?: Pick<LockManager, "request"> | undefined;
  readonly openChannel?: ((name: string) => BroadcastChannel) | undefined;
  readonly onMessage: (message: TabMessage) => void;
}

/** Joins the tabs of a name. */
export function joinTabs({ name, locks, openChannel, onMessage }: TabsOptions): Tabs {
  const channel = openChannel?.(name);
  // The name is ours and the origin our own; `hear` believes what fits, and that alone.
  channel?.addEventListener("message", ({ data }: MessageEvent<TabMessage>) => onMessage(data));
  return {
    inTurn: (work) => (locks === undefined ? work(false) : inTurn(locks, name, work)),
    // A channel has no target: it reaches its own origin only.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    tell: (message) => channel?.postMessage(message),
    close: () => channel?.close(),
  };
}

async function inTurn<Result>(
  locks: Pick<LockManager, "request">,
  name: string,
  work: (hasWaited: boolean) => Promise<Result>,
): Promise<Result> {
  let result: Promise<Result> | undefined;
  const run = (hasWaited: boolean): Promise<unknown> => {
    result = work(hasWaited);
    // The lock's own promise must not fail with the work's: it fails when the lock is not to be had.
    return result.catch(() => {});
  };
  try {
    await locks.request(name, { ifAvailable: true }, (lock) => (lock === null ? null : run(false)));
    if (result === undefined) {
      const signal = AbortSignal.timeout(LOCK_PATIENCE);
      await locks.request(name, { signal }, () => run(true));
    }
  } catch {
    // A tab that hangs, or a document without storage: go on without the lock.
  }
  return result ?? work(true);
}
