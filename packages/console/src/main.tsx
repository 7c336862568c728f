// The console's start: the session first, so that it is known as early as can be, then the page.

import "./mantine-styles.ts";
import "./styles.css";
import { createClient } from "@latchkey/client";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { base, styleNonce } from "./session/base.ts";

// What keeps the page behind a dialog from scrolling makes a style element of its own, and asks for
// the nonce by this name.
Reflect.set(globalThis, "__webpack_nonce__", styleNonce);

const root = document.querySelector("#root");
if (root === null) throw new Error("the page has no #root");
createRoot(root).render(<App session={createClient({ url: `${location.origin}${base}/` })} />);
