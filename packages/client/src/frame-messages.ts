// What a page and the server's frame in it say to each other, by postMessage. Each side reads the other's
// messages only here: whatever does not fit is nothing. No refresh token and no attempt key is in any.

import type { LatchkeyClientError } from "./error.ts";
import type { RenewalOutcome, SignedOutReason } from "./renewal-attempt.ts";

/** Where the server has the frame, below its base URL. */
export const FRAME_PATH = "/auth/frame";

/** A message of the frame. */
export type FrameMessage =
  /** The frame is there, and has begun. */
  | { readonly latchkey: "heard"; readonly id: number }
  | {
      readonly latchkey: "outcome";
      readonly id: number;
      /** The outcome, its error an instance of the class. */
      read(ClientError: typeof LatchkeyClientError): RenewalOutcome;
    };

/** The page's only message: renew. */
export function renewMessage(id: number): unknown {
  return { latchkey: "renew", id };
}

/** Reads a message of the page: the number that it asks under; undefined for anything else. */
export function parseRenewMessage(data: unknown): number | undefined {
  const { latchkey, id } = membersOf(data);
  return latchkey === "renew" ? idOf(id) : undefined;
}

/** The frame's first answer. */
export function heardMessage(id: number): unknown {
  return { latchkey: "heard", id };
}

/** The frame's second answer: its members by name, so that none is added unseen. */
export function outcomeMessage(id: number, outcome: RenewalOutcome): unknown {
  const { kind } = outcome;
  const head = { latchkey: "outcome", id, kind };
  if (kind === "renewed") {
    const { accessToken, expiresIn } = outcome;
    return { ...head, accessToken, expiresIn };
  }
  if (kind === "signed_out") return { ...head, reason: outcome.reason };
  // Errors do not cross whole.
  const { code, message, status, errors, retryAfter, problem } = outcome.error;
  return { ...head, error: { code, message, status, errors, retryAfter, problem } };
}

/** Reads a message of the frame; undefined for anything else. */
export function parseFrameMessage(data: unknown): FrameMessage | undefined {
  const members = membersOf(data);
  const id = idOf(members["id"]);
  if (id === undefined) return undefined;
  if (members["latchkey"] === "heard") return { latchkey: "heard", id };
  if (members["latchkey"] !== "outcome") return undefined;
  const { kind, accessToken, expiresIn, reason } = members;
  const { code, message, ...details } = membersOf(members["error"]);
  if (kind === "renewed") {
    return { latchkey: "outcome", id, read: () => ({ kind, accessToken, expiresIn }) };
  }
  if (kind === "signed_out" && typeof reason === "string") {
    const outcome = { kind, reason: reason as SignedOutReason } as const;
    return { latchkey: "outcome", id, read: () => outcome };
  }
  if (kind !== "refused" || typeof code !== "string") return undefined;
  return {
    latchkey: "outcome",
    id,
    read: (ClientError) => ({
      kind,
      // The server's own frame: its codes are those of the registry, or of a newer one.
      error: new ClientError(code as LatchkeyClientError["code"], String(message), details),
    }),
  };
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(data: unknown): Members {
  return typeof data === "object" && data !== null ? (data as Members) : {};
}

function idOf(id: unknown): number | undefined {
  return Number.isSafeInteger(id) ? (id as number) : undefined;
}
