// The clinic's page. Signing in happens on Latchkey's own pages, which know of second factors,
// passkeys and forgotten passwords; what comes back is a cookie that this page cannot read, and the
// client makes access tokens of it.

import { createClient, type SessionState } from "@latchkey/client";
import { h } from "./dom.ts";
import { createHome, type Home } from "./home.ts";

const issuer = document.querySelector<HTMLMetaElement>("meta[name=latchkey-issuer]")?.content ?? "";
const client = createClient({ url: issuer });
const hosted = (page: string): string =>
  `${issuer}/${page}?${new URLSearchParams({ return_to: `${location.origin}/` }).toString()}`;

/** How often the token card counts down, in milliseconds. */
const TICK = 5000;

let home: Home | null = null;
/** Whom `home` is for, and what they may see. */
let homeKey = "";

function show(): void {
  const session = client.getSnapshot();
  if (session.status !== "signed_in") {
    home = null;
    homeKey = "";
    document.body.replaceChildren(header(session), signedOut(session));
    return;
  }
  const key = `${session.userId} ${session.permissions.join(" ")}`;
  if (home === null || key !== homeKey) {
    home = createHome(client, session, {
      issuer,
      onChange: () => {
        home = null;
        show();
      },
    });
    homeKey = key;
    document.body.replaceChildren(header(session), home.element);
  }
  home.update(session);
}

function header(session: SessionState): HTMLElement {
  const name = h(
    "h1",
    { class: "name" },
    h("img", { src: "/icon.svg", alt: "" }),
    "Clinic on the Quay",
  );
  if (session.status !== "signed_in") return h("header", {}, name);
  const out = (label: string, run: () => Promise<unknown>): HTMLElement =>
    h(
      "button",
      { type: "button", class: "second", onclick: () => void run().catch(report) },
      label,
    );
  return h(
    "header",
    {},
    name,
    h(
      "nav",
      { "aria-label": "Session" },
      out("Sign out", () => client.signOut()),
      out("Sign out everywhere", () => client.signOutEverywhere()),
    ),
  );
}

function signedOut(session: SessionState): HTMLElement {
  const trouble = troubleOf(session);
  const isLoading = session.status === "loading" && session.error === null;
  return h(
    "main",
    {},
    h(
      "div",
      { class: "card welcome" },
      h("h2", { class: "large" }, "See a doctor, without the queue"),
      trouble === null ? null : h("p", { class: "message", role: "alert" }, trouble),
      h("p", {}, isLoading ? "One moment…" : "Book and cancel your appointments here."),
      isLoading
        ? null
        : h(
            "nav",
            { "aria-label": "Session" },
            h("a", { class: "button", href: hosted("sign-in") }, "Sign in"),
            h("a", { class: "button second", href: hosted("sign-up") }, "Sign up"),
          ),
    ),
  );
}

function troubleOf(session: SessionState): string | null {
  if (session.status === "failed" || session.status === "loading") {
    return session.error?.message ?? null;
  }
  if (session.status === "signed_in") return null;
  switch (session.reason) {
    case "session_compromised":
      return "Your session was used from two places at once, so it was ended. Sign in again, and look at your devices.";
    case "session_expired":
      return "You were away for long. Please sign in again.";
    case "session_ended":
      return "You were signed out, here or from another device.";
    default:
      return null;
  }
}

function report(error: unknown): void {
  const text = error instanceof Error ? error.message : "That did not work.";
  document.querySelector("main")?.prepend(h("p", { class: "message", role: "alert" }, text));
}

client.subscribe(show);
client.ready().catch(() => show());
setInterval(() => {
  const session = client.getSnapshot();
  if (session.status === "signed_in") home?.update(session);
}, TICK);
show();
