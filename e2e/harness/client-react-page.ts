// A page of client-world.ts in React: who is signed in, and a button that signs out.

import { createClient } from "@latchkey/client";
import { LatchkeyProvider, useClient, useSession, useUser } from "@latchkey/client/react";
import { createElement, type ReactElement, StrictMode } from "react";
import { createRoot } from "react-dom/client";

const url = new URL(location.href).searchParams.get("url") ?? "";
const client = createClient({ url });
Object.assign(globalThis, { client });

function Greeting(): ReactElement {
  const client = useClient();
  const session = useSession();
  const user = useUser();
  if (session.status !== "signed_in") return createElement("p", null, session.status);
  const button = createElement("button", { onClick: () => void client.signOut() }, "Sign out");
  return createElement("p", null, user?.email ?? "...", button);
}

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(
  createElement(
    StrictMode,
    null,
    createElement(LatchkeyProvider, { client, children: createElement(Greeting) }),
  ),
);
