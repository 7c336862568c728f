// A page of client-world.ts: a client of the server that the query names, for tests to reach.

import { createClient } from "@latchkey/client";

const url = new URL(location.href).searchParams.get("url") ?? "";
Object.assign(globalThis, { client: createClient({ url }) });
