// The composition root: every part is made here and handed to those that need it. What starts,
// what runs and what ends a server is on this screen.

import { issueAccessToken } from "./tokens/access-token.ts";
import { accountRoutes } from "./accounts/routes.ts";
import { adminUserRoutes } from "./accounts/admin-routes.ts";
import { createAdministratorRole, createSetupCode } from "./accounts/setup.ts";
import { SETUP_PATH, setupRoutes } from "./accounts/setup-routes.ts";
import { createSignInGate } from "./accounts/sign-in-limits.ts";
import { clientAdminRoutes } from "./clients/admin-routes.ts";
import { createClientAuthenticator, requireClient } from "./clients/authenticate-client.ts";
import { OAUTH_PATHS, oauthRoutes } from "./clients/oauth-routes.ts";
import { explainRoutes } from "./maintenance/explain-routes.ts";
import { tokenAdminRoutes } from "./tokens/token-admin-routes.ts";
import { createTokenRevoker } from "./tokens/revoke-token.ts";
import { actorOf, requireAdministrator } from "./authorization/actor.ts";
import type { Retire } from "./authorization/change-roles.ts";
import { roleRoutes } from "./authorization/routes.ts";
import { issuerPath } from "./config/issuer.ts";
import type { LatchkeyConfig } from "./config/latchkey-config.ts";
import { metadataRoutes } from "./config/metadata-routes.ts";
import { resolveSettings, type Settings } from "./config/settings.ts";
import { createPasswordHasher } from "./credentials/password-hash.ts";
import { type App, createRoutes } from "./http/app.ts";
import { type Caller, createHandler, type RequestHandler } from "./http/handler.ts";
import { healthRoutes } from "./http/health-routes.ts";
import { addOpenApi } from "./http/openapi.ts";
import { problemResponse } from "./http/problem.ts";
import { Refusal } from "./http/refusal.ts";
import { addSecurityHeaders } from "./http/security-headers.ts";
import { type KeyRing, loadKeyRing } from "./keys/key-ring.ts";
import { keepKeys } from "./keys/keep-keys.ts";
import { openKeyEncryption, renewKeyEncryption } from "./keys/open-key-encryption.ts";
import { keyRoutes } from "./keys/routes.ts";
import { hasSealedKeys } from "./keys/stored-keys.ts";
import { backupRoutes, OPERATOR_PATH } from "./maintenance/backup-routes.ts";
import { createMailer, type Mailer } from "./mail/mailer.ts";
import { mailRoutes } from "./mail/routes.ts";
import { createSmtpTransport } from "./mail/smtp-transport.ts";
import { createFeed } from "./revocation/feed.ts";
import { createFeedPlaces, type FeedPlaces } from "./revocation/feed-places.ts";
import { type LedgerWatch, watchLedger } from "./revocation/ledger-watch.ts";
import { type Ledger, openLedger } from "./revocation/ledger.ts";
import { openTokenLifetimes, outliveTokens } from "./revocation/token-lifetimes.ts";
import { revocationRoutes } from "./revocation/routes.ts";
import { adminSessionRoutes } from "./sessions/admin-routes.ts";
import { longestAccessTokenLifetime } from "./sessions/lifetimes.ts";
import { createOwnerNotice } from "./sessions/notify-owner.ts";
import { sessionRoutes } from "./sessions/routes.ts";
import { createSessions } from "./sessions/session-service.ts";
import type { Database } from "./storage/database.ts";
import { openSqlite } from "./storage/sqlite/open-sqlite.ts";
import { startSweeper } from "./sweeper.ts";
import { createAuthenticator } from "./tokens/authenticate.ts";
import { inspectRoutes } from "./tokens/inspect-routes.ts";
import { retirementExpiry } from "./tokens/retirement.ts";

/** Milliseconds that `close` waits for requests under way; a body that never ends is cut off. */
export const CLOSE_PATIENCE = 10_000;

/** A server. */
export interface Latchkey {
  /** Answers a request. It never rejects. */
  fetch(request: Request, connection?: { readonly address?: string }): Promise<Response>;
  /**
   * Answers a request of the operator: the routes under /auth/admin, without a token, and those
   * under /operator, which exist nowhere else. Only for a channel that nobody else can reach: a
   * socket with mode 0600, or a command in this process.
   */
  control(request: Request): Promise<Response>;
  /**
   * Opens the store and the keys; `fetch` does it too when it comes first.
   *
   * @returns the one-time link for the first administrator, while there is none
   * @throws DatabaseError, KeyEncryptionError
   */
  ready(): Promise<{ readonly setupLink: string | null }>;
  /**
   * Ends what never ends by itself: streams of the revocation feed, and requests that wait for it.
   * `close` does it too; a server that first drains its connections calls it before.
   */
  endStreams(): void;
  /** Lets requests under way finish, then closes the store that it opened. */
  close(): Promise<void>;
}

/**
 * Creates a server; nothing is opened before `ready` or the first request.
 *
 * @throws ConfigError `config_invalid`, `issuer_insecure`
 * @example
 * ```ts
 * const latchkey = createLatchkey({
 *   issuer: "http://localhost:4000",
 *   data: ".latchkey",
 *   keyEncryption: { directory: ".latchkey-keys" },
 * });
 * await latchkey.ready();
 * const response = await latchkey.fetch(new Request("http://localhost:4000/healthz"));
 * ```
 */
export function createLatchkey(config: LatchkeyConfig): Latchkey {
  const settings = resolveSettings(config);
  const underWay = countUnderWay();
  const places = createFeedPlaces();
  let opening: Promise<OpenServer> | undefined;
  let closing: Promise<void> | undefined;

  function open(): Promise<OpenServer> {
    if (closing !== undefined) return Promise.reject(new Refusal("not_ready"));
    if (opening === undefined) {
      opening = openServer(config, settings, places);
      // What stood in the way may be gone at the next try.
      opening.catch(() => {
        opening = undefined;
      });
    }
    return opening;
  }

  function answer(
    request: Request,
    caller: Caller,
    which: "handler" | "operatorHandler" = "handler",
  ): Promise<Response> {
    const response = open().then((server) => server[which](request, caller), refuse);
    underWay.begin();
    return response.finally(underWay.end);
  }

  /** The answer of a server that is not open: no handler has made it complete. */
  function refuse(error: unknown): Response {
    if (!(error instanceof Refusal)) settings.log.error({ err: error }, "the server cannot open");
    const response = problemResponse(error);
    addSecurityHeaders(response.headers, { isHttps: settings.issuer.startsWith("https:") });
    return response;
  }

  return {
    fetch: (request, connection = {}) =>
      answer(request, connection.address === undefined ? {} : { address: connection.address }),
    control: async (request) => {
      const url = new URL(request.url);
      if (url.pathname.startsWith(`${OPERATOR_PATH}/`)) {
        return answer(request, { operator: true }, "operatorHandler");
      }
      if (!url.pathname.startsWith("/auth/admin/")) return refuse(new Refusal("not_found"));
      url.pathname = `${issuerPath(settings.issuer)}${url.pathname}`;
      return answer(new Request(url, request), { operator: true });
    },
    ready: async () => ({ setupLink: (await open()).setupLink }),
    endStreams: () => places.close(),
    close: () => {
      closing ??= (async () => {
        places.close();
        await underWay.settleWithin(CLOSE_PATIENCE);
        // A store that did not open has nothing to close; `ready` told why.
        const server = await opening?.catch(() => undefined);
        await server?.close();
      })();
      return closing;
    },
  };
}

/** Counts requests. Only their number: a Set of them would be remade again and again as they pass. */
function countUnderWay(): {
  readonly begin: () => void;
  readonly end: () => void;
  /** Resolves when there are none, or after some milliseconds. */
  readonly settleWithin: (patience: number) => Promise<void>;
} {
  let count = 0;
  let whenNone: (() => void) | undefined;
  return {
    begin: () => {
      count += 1;
    },
    end: () => {
      count -= 1;
      if (count === 0) whenNone?.();
    },
    settleWithin: async (patience) => {
      if (count === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        whenNone = resolve;
        timer = setTimeout(resolve, patience);
      });
      clearTimeout(timer);
    },
  };
}

interface OpenServer {
  readonly handler: RequestHandler;
  /** Answers what only the operator can ask. */
  readonly operatorHandler: RequestHandler;
  readonly setupLink: string | null;
  close(): Promise<void>;
}

async function openServer(
  config: LatchkeyConfig,
  settings: Settings,
  places: FeedPlaces,
): Promise<OpenServer> {
  const { log } = settings;
  const database =
    config.database ??
    (await openSqlite({
      directory: config.data ?? "",
      onTrouble: (error) => log.error({ err: error }, "the database is being opened again"),
    }));
  const ends = config.database === undefined ? () => database.close() : async () => undefined;
  try {
    const lifetime = longestAccessTokenLifetime(settings.policy);
    const lifetimes = await openTokenLifetimes(database, lifetime, settings.clock());
    const bare = await openLedger({ database });
    const ledger = outliveTokens(bare, lifetimes, { lifetime, clock: settings.clock });
    // Whoever writes to the ledger through the watched store wakes those who wait for it.
    const watch = watchLedger({ ...settings, database, ledger });
    const keyRing = await openKeys(config, settings, watch.database);
    const mailer = openMailer(settings);
    const parts = { ledger, watch, keyRing, mailer, places };
    const routes = await createServerRoutes(config, settings, parts);
    const handler = createHandler({
      routes,
      ...settings,
      formPaths: new Set([`${issuerPath(settings.issuer)}${SETUP_PATH}`]),
      oauthPaths: new Set(OAUTH_PATHS.map((path) => `${issuerPath(settings.issuer)}${path}`)),
    });
    const backups = backupRoutes(database, settings);
    const operatorHandler = createHandler({ routes: backups, ...settings });
    const now = settings.clock();
    await createAdministratorRole(database, now);
    const code = await createSetupCode(database, now);
    const { clock, log, policy } = settings;
    const sweeper = startSweeper({ database, clock, log, policy, keyRing });
    const maintain = async (): Promise<void> => {
      await keyRing.maintain();
      await lifetimes.declare(clock());
    };
    const keeper = keepKeys({ keyRing: { maintain }, log });
    return {
      handler,
      operatorHandler,
      setupLink: code === null ? null : `${settings.issuer}${SETUP_PATH}?code=${code}`,
      close: async () => {
        watch.close();
        await keeper.stop();
        await sweeper.stop();
        await mailer.close();
        await ends();
      },
    };
  } catch (error) {
    await ends();
    throw error;
  }
}

async function openKeys(
  config: LatchkeyConfig,
  { signingAlgorithms, clock }: Settings,
  database: Database,
): Promise<KeyRing> {
  const keyEncryption = await openKeyEncryption(config.keyEncryption, {
    hasSealedKeys: await hasSealedKeys(database),
  });
  return loadKeyRing({
    database,
    keyEncryption,
    signingAlgorithm: signingAlgorithms,
    now: clock(),
    clock,
  });
}

function openMailer({ smtp, log, clock }: Settings): Mailer {
  if (smtp === null) {
    log.warn("no SMTP server is configured: mails stay in memory, for the operator to read");
    return createMailer({ transport: null, log, clock });
  }
  return createMailer({ transport: createSmtpTransport(smtp.address, smtp.from), log, clock });
}

async function createServerRoutes(
  config: LatchkeyConfig,
  settings: Settings,
  parts: {
    readonly ledger: Ledger;
    readonly watch: LedgerWatch;
    readonly keyRing: KeyRing;
    readonly mailer: Mailer;
    readonly places: FeedPlaces;
  },
): Promise<App> {
  const { issuer, audience, policy, origins } = settings;
  const { ledger, watch, keyRing, mailer, places } = parts;
  const { database } = watch;
  const feed = createFeed({ database, ledger, keyRing, issuer, watch });
  const hasher = createPasswordHasher(config.passwordHashing);
  await hasher.probe();
  const authenticate = createAuthenticator({ keyRing, ledger, issuer });
  const sessions = createSessions({
    database,
    keyRing,
    ledger,
    policy,
    placeOf: config.placeOf,
    onReuse: createOwnerNotice({ mailer, issuer, policy }),
    issueAccessToken: (input) => {
      ledger.outlive(retirementExpiry(input.now, input.lifetime));
      return issueAccessToken({ ...input, keyRing, issuer, audience, claims: config.claims });
    },
  });
  const gate = createSignInGate(settings.rateLimits);
  const retire: Retire = (handles, now) =>
    ledger.retire(handles, retirementExpiry(now, longestAccessTokenLifetime(policy)));

  const context = { ...settings, database, hasher, retire, sessions, authenticate, gate };
  const app = createRoutes();
  app.use("/auth/admin/*", requireAdministrator(authenticate));
  app.route("/", accountRoutes(context));
  app.route("/", sessionRoutes({ sessions, keyRing, ledger, issuer, originPolicy: { origins } }));
  app.route("/", setupRoutes(context));
  app.route("/", adminUserRoutes(context));
  app.route("/", roleRoutes(context));
  app.route("/", inspectRoutes(authenticate));
  // The gate above has decided; this fails where it is missing.
  app.route(
    "/",
    keyRoutes({
      database,
      keyRing,
      retire,
      renewKeyEncryption: () => renewKeyEncryption(config.keyEncryption),
      authorize: async (c) => void actorOf(c),
    }),
  );
  app.route("/", adminSessionRoutes({ database, sessions }));
  app.route("/", mailRoutes(mailer));
  const authenticateClient = createClientAuthenticator(database);
  app.route(
    "/",
    revocationRoutes({
      feed,
      keyRing,
      places,
      path: issuerPath(issuer),
      authorize: settings.feed === "public" ? undefined : requireClient(authenticateClient),
    }),
  );
  const accessTokenLifetime = longestAccessTokenLifetime(policy);
  const revokeAccessToken = createTokenRevoker({ database, ledger, accessTokenLifetime });
  app.route("/", tokenAdminRoutes({ keyRing, issuer, revokeAccessToken, actorOf }));
  app.route("/", explainRoutes({ database, ledger, keyRing, policy, authenticate }));
  app.route("/", clientAdminRoutes({ database, retire }));
  app.route(
    "/",
    oauthRoutes({ ...context, keyRing, ledger, authenticateClient, revokeAccessToken }),
  );
  app.route(
    "/",
    healthRoutes(() => checkStore(database)),
  );

  const path = issuerPath(issuer);
  const root = createRoutes();
  root.route(path === "" ? "/" : path, app);
  root.route("/", metadataRoutes(issuer));
  addOpenApi(root, { origin: new URL(issuer).origin, path });
  return root;
}

async function checkStore(database: Database): Promise<void> {
  await database.read(database.query.selectFrom("ledger_head").select("n"));
}
