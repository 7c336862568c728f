// `latchkey gateway`: the flags. What it does is gateway/serve-gateway.ts, loaded when it is run.

import { Command } from "commander";
import type { GatewayFlags } from "../gateway/serve-gateway.ts";
import type { CommandContext } from "./context.ts";

/** Creates the command. */
export function gatewayCommand(context: CommandContext): Command {
  return new Command("gateway")
    .summary("answer a reverse proxy that asks whether a request may pass")
    .description(
      "Checks bearer tokens for a reverse proxy (nginx auth_request, Traefik and Caddy forward auth, " +
        "Envoy ext_authz over HTTP), hears revocations, and tells the API behind it who is asking.",
    )
    .requiredOption("--rules <file>", "JSON file: issuer, audience, and a rule for each path")
    .requiredOption("--proxy <name>", "nginx, traefik, caddy or envoy: who asks")
    .option("--host <address>", "where to listen (default: loopback)")
    .option("--port <number>", "the port; 0 takes a free one", "9180")
    .option("--json", "events as JSON lines on standard output, the first one is `ready`")
    .action(async (flags: GatewayFlags) => {
      const { serveGateway } = await import("../gateway/serve-gateway.ts");
      await serveGateway(context, flags);
    })
    .addHelpText(
      "after",
      `
The file names paths by prefix, whole segments; the longest one counts, and a path under none is
refused, as is every spelling that two servers could read differently (//, dot segments, %2F, ;).

  { "issuer": "https://id.example.com", "audience": "https://api.example.com",
    "rules": { "/": "token", "/health": "public", "/patients": { "permission": "patients:read" } } }

It answers GET /verify with 200 and the headers X-Latchkey-Subject, -Session, -Client, -Roles,
-Permissions and -Scopes, or with 401, 403 or 503. The proxy must set all six on the request that
goes on, also when they are empty: a client can send them too. LATCHKEY_CLIENT_SECRET is the secret
of the file's clientId. GET /healthz says how the gateway is.

Example for nginx:
  location / {
    auth_request /_verify;
    auth_request_set $lk_subject $upstream_http_x_latchkey_subject;
    proxy_set_header X-Latchkey-Subject $lk_subject;
    proxy_pass http://127.0.0.1:8080;
  }
  location = /_verify {
    internal;
    proxy_pass http://127.0.0.1:9180/verify;
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header X-Original-URI $request_uri;
    proxy_set_header X-Original-Method $request_method;
  }`,
    );
}
