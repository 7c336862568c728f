// Renewals of a page whose origin is not the server's: through a frame of the server's origin, so that all
// origins of the site have one key store and one lock. Whoever cannot have the frame renews with keys of this origin, and is told once. docs/adr/0009.

import type { LatchkeyClientError } from "./error.ts";
import type { FrameMessage } from "./frame-messages.ts";
import type { KeyStorage } from "./key-storage.ts";
import { framePathFor, openPageFrame, type PageFrame } from "./page-frame.ts";
import type { RenewalOutcome } from "./renewal-attempt.ts";
import type { Fetch } from "./server-call.ts";

/** Milliseconds in which the frame's document has to come. */
const LOAD_PATIENCE = 10_000;

/** Milliseconds in which a frame that is there says that it heard. */
const HEARING_PATIENCE = 1_000;

/** Milliseconds that the question may take why it does not. */
const QUESTION_PATIENCE = 4_000;

/** Milliseconds that an outcome may take: the turns of others (15 s at most), and a renewal (4 s). */
const OUTCOME_PATIENCE = 20_000;

/** Frames in a row that came and said nothing, while the server answers, until none is tried again. */
const SILENT_FRAMES = 2;

/** Renews through a frame. */
export interface FramedRenewal {
  /** One renewal. It never rejects. */
  attempt(): Promise<RenewalOutcome>;
  /** Removes the frame, for good. */
  close(): void;
}

/** What it needs. */
export interface FramedRenewalDeps {
  /** Base URL of the server. */
  readonly url: string;
  readonly pageOrigin: string;
  readonly send: Fetch;
  /** The keys of this origin. */
  readonly keys: KeyStorage;
  /** A renewal with those. */
  readonly renewAlone: () => Promise<RenewalOutcome>;
  readonly warn: (warning: LatchkeyClientError) => void;
  /** The server's frame answers this page. */
  readonly onHeard: () => void;
  readonly ClientError: typeof LatchkeyClientError;
  readonly after: (milliseconds: number, call: () => void) => () => void;
}

interface Ask {
  readonly id: number;
  /** True once the frame has heard. */
  hasHeard: boolean;
  readonly hear: () => void;
  readonly heard: Promise<void>;
  readonly finish: (outcome: RenewalOutcome) => void;
  readonly outcome: Promise<RenewalOutcome>;
}

/** Creates the renewals of a page. The frame is made by the first. */
export function createFramedRenewal(deps: FramedRenewalDeps): FramedRenewal {
  const { url, pageOrigin, send, keys, renewAlone, after, ClientError } = deps;
  const { document } = globalThis as Partial<typeof globalThis>;
  let frame: PageFrame | undefined;
  let ask: Ask | undefined;
  let lastId = 0;
  let silent = 0;
  let isAlone = false;
  let isDrained = false;
  let isClosed = false;

  /** The value, or undefined when it takes longer. */
  const within = async <Value>(
    milliseconds: number,
    value: Promise<Value>,
  ): Promise<Value | undefined> => {
    let cancel = (): void => {};
    const late = new Promise<undefined>((resolve) => {
      cancel = after(milliseconds, () => resolve(undefined));
    });
    return Promise.race([value, late]).finally(cancel);
  };

  function hear(message: FrameMessage): void {
    if (ask === undefined || message.id !== ask.id) return;
    ask.hear();
    deps.onHeard();
    if (message.latchkey === "outcome") ask.finish(message.read(ClientError));
  }

  function removeFrame(): void {
    frame?.close();
    frame = undefined;
  }

  function goAlone(reason: string): Promise<RenewalOutcome> {
    isAlone = true;
    removeFrame();
    const message =
      `No frame of ${url} in this page: ${reason}. Its renewals use keys of ${pageOrigin} alone ` +
      "(docs/browser.md)";
    deps.warn(new ClientError("frame_unavailable", message));
    return renewAlone();
  }

  function refuse(...error: ConstructorParameters<typeof LatchkeyClientError>): RenewalOutcome {
    return { kind: "refused", error: new ClientError(...error) };
  }

  /** Finds out why a frame that loaded says nothing; undefined when another one is worth a try. */
  async function explainSilence(): Promise<RenewalOutcome | "blocked" | "old" | undefined> {
    // As plain as can be: a server without this path answers no preflight for it.
    const { status, body } = await send(url + framePathFor(pageOrigin), {
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(QUESTION_PATIENCE),
    });
    await body?.cancel();
    if (status === 404) return "old";
    if (status === 403) return refuse("origin_refused", `${url} refuses a frame`, { status });
    if (status !== 200) return refuse("unreachable", `The server answered ${status}`, { status });
    silent += 1;
    return silent < SILENT_FRAMES ? undefined : "blocked";
  }

  /** Keys of this origin that a renewal is still owed under: from before there was a frame. */
  async function hasOwnAttempt(): Promise<boolean> {
    if (!isDrained) isDrained = (await keys.update((now) => now)).pending === null;
    return !isDrained;
  }

  async function attempt(): Promise<RenewalOutcome> {
    // Under another store's key a repeated renewal would look like a thief's.
    if (isAlone || (await hasOwnAttempt())) return renewAlone();
    if (document === undefined) return goAlone("there is no document");
    for (;;) {
      if (frame?.isThere() !== true) {
        removeFrame();
        if (isClosed) break;
        frame = openPageFrame(document, { url, pageOrigin, onMessage: hear });
      }
      const current = frame;
      const asked = createAsk((lastId += 1));
      ask = asked;
      const hasLoaded = await within(
        LOAD_PATIENCE,
        current.loaded.then(() => true),
      );
      if (hasLoaded !== true) break;
      if (current.isForbidden()) return goAlone(forbiddenBy(url));
      current.ask(asked.id);
      await within(HEARING_PATIENCE, asked.heard);
      if (!asked.hasHeard) {
        const reason = await explainSilence();
        // A busy page hears late.
        if (!asked.hasHeard) {
          if (current.isForbidden()) return goAlone(forbiddenBy(url));
          if (reason === "old") return goAlone("the server is older than its client");
          if (reason === "blocked") return goAlone("something keeps it from loading");
          removeFrame();
          if (reason !== undefined) return reason;
          continue;
        }
      }
      silent = 0;
      const outcome = await within(OUTCOME_PATIENCE, asked.outcome);
      if (outcome === undefined) break;
      return outcome;
    }
    throw new Error("the frame did not answer");
  }

  return {
    attempt: () =>
      attempt().catch((cause: unknown) => {
        // What is in it may be the browser's own page that says so.
        removeFrame();
        return refuse("unreachable", "The server did not answer", { cause });
      }),
    close: () => {
      isClosed = true;
      removeFrame();
    },
  };
}

function forbiddenBy(url: string): string {
  return `its Content-Security-Policy lacks "frame-src ${new URL(url).origin}"`;
}

function createAsk(id: number): Ask {
  let hear = (): void => {};
  let finish: (outcome: RenewalOutcome) => void = () => {};
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const outcome = new Promise<RenewalOutcome>((resolve) => {
    finish = resolve;
  });
  const ask: Ask = {
    id,
    hasHeard: false,
    heard,
    outcome,
    hear: () => {
      ask.hasHeard = true;
      hear();
    },
    finish: (value) => finish(value),
  };
  return ask;
}
