// The console's start: the session first, so that it is known as early as can be, then the page.

import "./mantine-styles.ts";
import "./styles.css";
import { createClient } from "@latchkey/client";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { base } from "./session/base.ts";

const root = document.querySelector("#root");
if (root === null) throw new Error("the page has no #root");
createRoot(root).render(<App session={createClient({ url: `${location.origin}${base}/` })} />);
