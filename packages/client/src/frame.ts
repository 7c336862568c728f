// The script of the frame at /auth/frame. The server serves it as one file, which is made of this one and
// what it imports (test/frame-script.ts). It runs on the issuer's origin, in a page of another origin of
// the same site, which the server put on the document.

import { createFrameHost, type FrameHost } from "./frame-host.ts";
import { FRAME_PATH } from "./frame-messages.ts";
import { detectPlatform } from "./platform.ts";
import { attemptRenewal } from "./renewal-attempt.ts";
import { createServerCall } from "./server-call.ts";
import { joinTabs } from "./tabs.ts";
import { createCookieStore, storeName } from "./token-store.ts";

const { origin } = document.documentElement.dataset;
if (origin !== undefined && parent !== window) {
  const platform = detectPlatform();
  const url = location.origin + location.pathname.slice(0, -FRAME_PATH.length);
  // The names that a client on this very origin has: one database record, one lock, one channel.
  const name = storeName(url);
  const call = createServerCall(platform.send, url, "cookie");
  const store = createCookieStore(platform.openKeys(name));
  const tabs = joinTabs({ ...platform, name, onMessage: (message) => host.learn(message) });
  const host: FrameHost = createFrameHost({
    ...platform,
    origin,
    parent,
    tabs,
    attempt: () => attemptRenewal({ ...platform, call, store }),
    answer: (message) => parent.postMessage(message, origin),
  });
  addEventListener("message", (event) => host.hear(event));
}
