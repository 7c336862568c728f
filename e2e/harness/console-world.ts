// A server with the console, and with people, roles, devices and a history, as an administrator
// would find it on an ordinary day. For the console's tests and for its screenshots.

import { existsSync } from "node:fs";
import { createGuard, type Guard } from "@latchkey/guard";
import type { LatchkeyConfig } from "@latchkey/server";
import type { Page } from "playwright-core";
import { root } from "./child.ts";
import { type PageServer, startPageServer } from "./page-server.ts";

/** A password that the policy accepts. */
export const PASSWORD = "seven quiet herons at dawn";

/** The administrator's address. */
export const ADMINISTRATOR = "grace@clinic.example";

/** The world. */
export interface ConsoleWorld {
  readonly server: PageServer;
  /** Follows the revocation feed, as an API would. */
  readonly guard: Guard;
  /** User ids by address. */
  readonly users: ReadonlyMap<string, string>;
  /** Lets time pass for the server; milliseconds. */
  advance(time: number): void;
  close(): Promise<void>;
}

/** Where the console was built to. */
export const CONSOLE = `${root}/packages/console/dist`;

/** User agents. */
export const DEVICES = {
  laptop: "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
  phone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  desktop:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
} as const;

const ROLES = [
  {
    name: "doctor",
    description: "Reads and writes their own calendar",
    permissions: ["appointments:read-own", "appointments:write-own"],
  },
  {
    name: "front-desk",
    description: "Books and cancels for everybody",
    permissions: ["appointments:read-any", "appointments:cancel-any"],
  },
  {
    name: "billing",
    description: "Sees what was done, not why",
    permissions: ["invoices:read", "invoices:write"],
    requires_mfa: true,
  },
] as const;

const PEOPLE = [
  { email: ADMINISTRATOR, name: "Grace Okafor", roles: ["administrator"] },
  { email: "dora@clinic.example", name: "Dora Lindqvist", roles: ["doctor"] },
  { email: "emil@clinic.example", name: "Emil Bauer", roles: ["doctor"] },
  { email: "fia@clinic.example", name: "Fia Moreau", roles: ["front-desk"] },
  { email: "ben@clinic.example", name: "Ben Achterberg", roles: [] },
  { email: "ana@post.example", name: "Ana Petrović", roles: [] },
  { email: "li@post.example", name: "Li Wei", roles: [] },
  { email: "sam@post.example", name: "Sam Rivera", roles: [], email_verified: false },
] as const;

/** Minutes of history behind the present. */
const HISTORY = 55;

/** Opens the world; `close` ends it. @param store - where its server keeps its data */
export async function openConsoleWorld(store: Partial<LatchkeyConfig> = {}): Promise<ConsoleWorld> {
  if (!existsSync(`${CONSOLE}/index.html`)) {
    throw new Error(
      "the console is not built: `npm start` and `npm test` do that, or packages/console/build.mjs",
    );
  }
  let offset = -HISTORY * 60_000;
  const server = await startPageServer({
    ...store,
    console: { directory: CONSOLE },
    clock: () => Date.now() + offset,
    placeOf: () => "Uppsala",
    settingSources: { placeOf: "placeOf in latchkey.config.ts" },
  });
  const ask = async (method: string, path: string, json?: unknown): Promise<{ id: string }> => {
    const { status, body } = await server.control<{ id: string }>(method, path, json);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}`);
    return body;
  };
  for (const role of ROLES) await ask("POST", "/auth/admin/roles", role);
  const users = new Map<string, string>();
  for (const person of PEOPLE) {
    const { id } = await ask("POST", "/auth/admin/users", { ...person, password: PASSWORD });
    users.set(person.email, id);
  }
  await live(server, () => {
    offset = Math.min(0, offset + 5 * 60_000);
    return offset < 0;
  });
  for (const agent of [DEVICES.phone, DEVICES.laptop]) {
    await post(server, "/auth/login", { email: ADMINISTRATOR, password: PASSWORD }, { agent });
  }
  // The past is over: from here on a guard of today believes the feed.
  const guard = createGuard({ issuer: server.url, audience: server.url });
  await guard.refresh();
  for (const email of ["li@post.example", "ana@post.example"]) {
    await post(server, "/auth/password/forgot", { email }, {});
    await ask("DELETE", `/auth/admin/users/${users.get(email)}/sessions`);
    await guard.refresh();
  }
  await ask("POST", "/auth/admin/clients", { kind: "guard", name: "Appointments API" });
  await ask("PATCH", `/auth/admin/users/${users.get("ben@clinic.example")}`, { disabled: true });
  return {
    server,
    guard,
    users,
    advance: (time) => {
      offset += time;
    },
    close: async () => {
      await guard.close();
      await server.close();
    },
  };
}

// Everyday life, some minutes at a time: people sign in, renew, mistype, and sign out.
async function live(server: PageServer, letTimePass: () => boolean): Promise<void> {
  const agents = Object.values(DEVICES);
  let turn = 0;
  do {
    turn += 1;
    for (const { email } of PEOPLE.slice(1, 2 + (turn % 4))) {
      const login = await post(
        server,
        "/auth/login",
        { email, password: PASSWORD },
        {
          agent: agents[turn % agents.length] ?? "",
        },
      );
      const { refresh_token: refresh, access_token: access } = login;
      for (let n = 0; n < turn % 3; n += 1) {
        await post(server, "/auth/refresh", { refresh_token: refresh }, {});
      }
      if (turn % 3 === 1) {
        await fetch(`${server.url}/auth/logout`, {
          method: "POST",
          headers: { Authorization: `Bearer ${access}` },
        });
      }
    }
    if (turn % 2 === 0) {
      await post(
        server,
        "/auth/login",
        { email: "li@post.example", password: "not it, sadly" },
        {},
      );
      await post(server, "/auth/refresh", { refresh_token: "lkr_nothing" }, {});
    }
    await server.control("GET", "/auth/admin/statistics");
  } while (letTimePass());
}

async function post(
  server: PageServer,
  path: string,
  json: object,
  { agent = DEVICES.laptop }: { readonly agent?: string },
): Promise<{ readonly refresh_token: string; readonly access_token: string }> {
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "User-Agent": agent },
    body: JSON.stringify(json),
  });
  // The server's own answer.
  return (await response.json()) as { refresh_token: string; access_token: string };
}

/** Signs somebody in through the hosted page and lands on a page of the console. */
export async function signInTo(
  world: ConsoleWorld,
  page: Page,
  {
    email = ADMINISTRATOR,
    path = "/account",
  }: { readonly email?: string; readonly path?: string } = {},
): Promise<void> {
  await page.goto(`${world.server.url}${path}`);
  await page.getByLabel("E-mail or user name").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${world.server.url}${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
}
