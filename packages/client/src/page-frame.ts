// The server's frame in this page: made, asked and listened to. The page's side of the DOM, and nothing
// of what its answers mean.

import {
  FRAME_PATH,
  type FrameMessage,
  parseFrameMessage,
  renewMessage,
} from "./frame-messages.ts";

/** A frame in the page. */
export interface PageFrame {
  /** Settles when its document is there, be it ours or not. */
  readonly loaded: Promise<void>;
  /** Whether the page's Content-Security-Policy keeps it out. */
  isForbidden(): boolean;
  /** Whether it is still in the document. */
  isThere(): boolean;
  /** Asks for a renewal. */
  ask(id: number): void;
  /** Removes it. */
  close(): void;
}

/** Path and query of the frame for pages of an origin. */
export function framePathFor(pageOrigin: string): string {
  return `${FRAME_PATH}?origin=${encodeURIComponent(pageOrigin)}`;
}

/** Puts a hidden frame into the page. @param url - base URL of the server */
export function openPageFrame(
  document: Document,
  {
    url,
    pageOrigin,
    onMessage,
  }: {
    readonly url: string;
    readonly pageOrigin: string;
    readonly onMessage: (message: FrameMessage) => void;
  },
): PageFrame {
  const { origin } = new URL(url);
  let isForbidden = false;
  const frame = document.createElement("iframe");
  frame.style.display = "none";
  frame.src = url + framePathFor(pageOrigin);
  const listeners = new AbortController();
  const { signal } = listeners;
  const loaded = new Promise<void>((resolve) => {
    frame.addEventListener("load", () => resolve(), { signal });
    document.addEventListener(
      "securitypolicyviolation",
      ({ effectiveDirective, blockedURI, disposition }) => {
        // Some browsers name the directive that stood in for it.
        const isOfFrames = /^(frame|child|default)-src$/.test(effectiveDirective);
        if (disposition !== "enforce" || !isOfFrames) return;
        if (!`${blockedURI}/`.startsWith(`${origin}/`)) return;
        isForbidden = true;
        resolve();
      },
      { signal },
    );
  });
  addEventListener(
    "message",
    ({ source, origin: from, data }) => {
      if (source !== frame.contentWindow || from !== origin) return;
      const message = parseFrameMessage(data);
      if (message !== undefined) onMessage(message);
    },
    { signal },
  );
  // Beside the body, so that whoever replaces what is in it leaves the frame alone.
  document.documentElement.append(frame);
  return {
    loaded,
    isForbidden: () => isForbidden,
    isThere: () => frame.isConnected,
    ask: (id) => frame.contentWindow?.postMessage(renewMessage(id), origin),
    close: () => {
      listeners.abort();
      frame.remove();
    },
  };
}
