// The frame's side of a renewal: the issuer's origin renews for a page of another origin, with the keys,
// the lock and the channel that the issuer's own pages have. docs/adr/0009.

import { heardMessage, outcomeMessage, parseRenewMessage } from "./frame-messages.ts";
import type { RenewalOutcome } from "./renewal-attempt.ts";
import { NEWS_PAUSE, type TabMessage, type Tabs } from "./tabs.ts";

/** Renewals that a page may have under way, at most; its client has one. */
export const MAX_UNDER_WAY = 4;

/** What the frame needs. */
export interface FrameHostDeps {
  /** The one origin that the frame was served for. */
  readonly origin: string;
  /** The page around the frame. */
  readonly parent: unknown;
  readonly tabs: Pick<Tabs, "inTurn" | "tell">;
  readonly attempt: () => Promise<RenewalOutcome>;
  /** Sends to the page around the frame, and only while it is of that origin. */
  readonly answer: (message: unknown) => void;
  readonly now: () => number;
  readonly after: (milliseconds: number, call: () => void) => () => void;
}

/** The frame. */
export interface FrameHost {
  /** A message came to this window, from whomever. */
  hear(message: Pick<MessageEvent, "source" | "origin" | "data">): void;
  /** A tab of the issuer's origin, or a frame in another page, has news. */
  learn(message: TabMessage): void;
}

/** Creates the frame's side. */
export function createFrameHost(deps: FrameHostDeps): FrameHost {
  const { origin, parent, tabs, attempt, answer, now, after } = deps;
  let underWay = 0;
  let news: Extract<TabMessage, { kind: "token" }> | undefined;

  async function renew(): Promise<RenewalOutcome> {
    const begun = now();
    news = undefined;
    return tabs.inTurn(async (hasWaited) => {
      if (hasWaited && news === undefined) await pause();
      // Who had the turn before has renewed: that token is as fresh as one of our own would be.
      if (news !== undefined) {
        const { token, receivedAt, life } = news;
        const expiresIn = (receivedAt + life - begun) / 1000;
        return { kind: "renewed", accessToken: token, expiresIn };
      }
      const sentAt = now();
      const outcome = await attempt();
      if (outcome.kind === "renewed") {
        const life = Number(outcome.expiresIn) * 1000;
        const token = String(outcome.accessToken);
        tabs.tell({ kind: "token", token, receivedAt: sentAt, life });
      }
      return outcome;
    });
  }

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      after(NEWS_PAUSE, resolve);
    });

  return {
    hear: ({ source, origin: from, data }) => {
      // Any window that can reach this one can send: an opener of the page, another frame in it.
      if (source !== parent || from !== origin) return;
      const id = parseRenewMessage(data);
      if (id === undefined || underWay >= MAX_UNDER_WAY) return;
      underWay += 1;
      answer(heardMessage(id));
      void renew()
        .then((outcome) => answer(outcomeMessage(id, outcome)))
        .finally(() => {
          underWay -= 1;
        });
    },
    learn: (message) => {
      if (message.kind === "token") news = message;
    },
  };
}
