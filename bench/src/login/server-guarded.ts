// An API behind the guard, in Hono: what checks a session here, where peers ask their database. Its
// issuer is another process; it is asked for keys and news, not for checks.

import { serve } from "@hono/node-server";
import { createGuard } from "@latchkey/guard";
import { protect } from "@latchkey/guard/hono";
import { Hono } from "hono";
import { reportReady } from "../refresh/control.ts";

const issuer = process.argv[2] ?? "";
const guard = createGuard({ issuer, audience: issuer, startupTimeout: 60 });
const app = new Hono();
app.get("/me", protect(guard), (c) => c.json({ id: c.get("principal").subject }));

const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
  reportReady(port, {
    end: async () => {
      server.close();
      await guard.close();
    },
  });
});
