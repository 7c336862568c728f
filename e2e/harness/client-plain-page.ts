// A page of client-world.ts: a client of the server that the query names, for tests to reach, and the codes
// of its warnings.

import { createClient } from "@latchkey/client";

const url = new URL(location.href).searchParams.get("url") ?? "";
const warnings: string[] = [];
const client = createClient({ url, onWarning: ({ code }) => void warnings.push(code) });
Object.assign(globalThis, { client, warnings });
