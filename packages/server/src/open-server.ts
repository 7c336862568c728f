// Opens what a server stands on, in order: store, ledger, keys, mail; starts what runs by itself;
// and ends all of it in the reverse order.

import { createAdministratorRole, createSetupCode, SETUP_PATH } from "./accounts/setup.ts";
import { countEvents } from "./audit/count-events.ts";
import { OAUTH_PATHS } from "./clients/oauth-routes.ts";
import { issuerPath } from "./config/issuer.ts";
import type { LatchkeyConfig } from "./config/latchkey-config.ts";
import type { Settings } from "./config/settings.ts";
import { createHandler, type RequestHandler } from "./http/handler.ts";
import { keepKeys } from "./keys/keep-keys.ts";
import { type KeyRing, loadKeyRing } from "./keys/key-ring.ts";
import { openKeyEncryption } from "./keys/open-key-encryption.ts";
import { hasSealedKeys } from "./keys/stored-keys.ts";
import { createMailer, type Mailer } from "./mail/mailer.ts";
import { createSmtpTransport } from "./mail/smtp-transport.ts";
import { openStoredMails, type StoredMailsContext } from "./mail/stored-mails.ts";
import { type DatabaseClock, followDatabaseClock } from "./maintenance/database-clock.ts";
import { requireUnmoved } from "./maintenance/move-mark.ts";
import { operatorRoutes } from "./maintenance/operator-routes.ts";
import { OPERATOR_BODY_BYTES } from "./maintenance/user-import/routes.ts";
import { createSessionCounter, SESSION_COUNT_INTERVAL } from "./maintenance/statistics-routes.ts";
import { createStatistics } from "./observability/statistics.ts";
import type { FeedPlaces } from "./revocation/feed-places.ts";
import { createErrorPage } from "./pages/error-page.ts";
import { PAGE_PATHS } from "./pages/page-routes.ts";
import { createPageSite } from "./pages/site.ts";
import { openLedger } from "./revocation/ledger.ts";
import { watchLedger } from "./revocation/ledger-watch.ts";
import { createFeedMeter } from "./revocation/measure-feed.ts";
import { openTokenLifetimes, outliveTokens } from "./revocation/token-lifetimes.ts";
import { openStore } from "./open-store.ts";
import { createServerRoutes } from "./server-routes.ts";
import { longestAccessTokenLifetime } from "./sessions/lifetimes.ts";
import { retirementExpiry } from "./tokens/retirement.ts";
import type { Database } from "./storage/database.ts";
import { startSweeper } from "./sweeper.ts";

/** A server whose store and keys are open. */
export interface OpenServer {
  readonly handler: RequestHandler;
  /** Answers what only the operator can ask. */
  readonly operatorHandler: RequestHandler;
  readonly setupLink: string | null;
  close(): Promise<void>;
}

/**
 * Opens the store, the keys and the mailer, and starts what runs by itself.
 *
 * @param signal - ends the waiting for a database that is not there
 * @throws DatabaseError, KeyEncryptionError
 */
export async function openServer(
  config: LatchkeyConfig,
  given: Settings,
  places: FeedPlaces,
  signal: AbortSignal,
): Promise<OpenServer> {
  const database = config.database ?? (await openStore(config, given, signal));
  let shared: DatabaseClock | undefined;
  const ends = async (): Promise<void> => {
    shared?.stop();
    if (config.database === undefined) await database.close();
  };
  try {
    await requireUnmoved(database);
    // Nodes that share a database share its clock.
    if (database.dialect === "postgres" && config.clock === undefined) {
      shared = await followDatabaseClock(database, given);
    }
    const settings = shared === undefined ? given : { ...given, clock: shared.now };
    const lifetime = longestAccessTokenLifetime(settings.policy);
    const lifetimes = await openTokenLifetimes(database, lifetime, settings.clock());
    const bare = await openLedger({ database });
    const ledger = outliveTokens(bare, lifetimes, { lifetime, clock: settings.clock });
    // Whoever writes to the ledger through the watched store wakes those who wait for it.
    const statistics = createStatistics(settings.clock);
    const meter = createFeedMeter({ ledger, statistics, now: () => performance.now() });
    const counted = meter.watchWrites(countEvents(database, statistics));
    const watch = watchLedger({ ...settings, database: counted, ledger });
    const sessionCounter = createSessionCounter(database, statistics);
    const keyRing = await openKeys(config, settings, watch.database);
    const mailer = await openMailer(settings, {
      database,
      keyEncryption: () => keyRing.keyEncryption(),
    });
    const measuring = { statistics, meter, sessionCounter };
    const path = issuerPath(settings.issuer);
    const onRefusal = (code: string): void => statistics.count("refusals", code);
    const hasConsole = config.console !== undefined;
    const site = createPageSite(settings, keyRing, { path, hasConsole, onRefusal });
    const parts = { ledger, watch, keyRing, mailer, places, measuring, site };
    const { routes, direct, keepCounters } = await createServerRoutes(config, settings, parts);
    const pagePaths = new Set(PAGE_PATHS.map((page) => `${path}${page}`));
    const handler = createHandler({
      routes,
      direct,
      ...settings,
      onRefusal,
      formPaths: pagePaths,
      errorPage: createErrorPage(site, pagePaths),
      oauthPaths: new Set(OAUTH_PATHS.map((name) => `${path}${name}`)),
    });
    const operatorHandler = createHandler({
      ...settings,
      routes: operatorRoutes(database, settings),
      bodyLimit: Math.max(settings.bodyLimit, OPERATOR_BODY_BYTES),
    });
    const now = settings.clock();
    await createAdministratorRole(database, now);
    const code = await createSetupCode(database, now);
    const { clock, log, policy, auditRetention } = settings;
    const sweeper = startSweeper({
      database,
      clock,
      log,
      policy,
      keyRing,
      auditRetention,
      changes: {
        database: watch.database,
        retire: (handles, at) => ledger.retire(handles, retirementExpiry(at, lifetime)),
      },
    });
    const maintain = async (): Promise<void> => {
      await keyRing.maintain();
      await lifetimes.declare(clock());
    };
    const keeper = keepKeys({ keyRing: { maintain }, log });
    const counting = setInterval(() => {
      sessionCounter
        .count(clock())
        .catch((error: unknown) => log.warn({ err: error }, "sessions cannot be counted"));
    }, SESSION_COUNT_INTERVAL);
    counting.unref();
    return {
      handler,
      operatorHandler,
      setupLink: code === null ? null : `${settings.issuer}${SETUP_PATH}?code=${code}`,
      close: async () => {
        clearInterval(counting);
        watch.close();
        await keeper.stop();
        await sweeper.stop();
        await mailer.close();
        await keepCounters();
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
    reopenKeyEncryption: () => openKeyEncryption(config.keyEncryption, { hasSealedKeys: true }),
    signingAlgorithm: signingAlgorithms,
    now: clock(),
    clock,
  });
}

async function openMailer(
  { smtp, log, clock }: Settings,
  context: StoredMailsContext,
): Promise<Mailer> {
  if (smtp === null) {
    log.warn("no SMTP server is configured: mails stay in memory, for the operator to read");
    return createMailer({ transport: null, stored: null, log, clock });
  }
  const transport = await createSmtpTransport(smtp.address, smtp.from);
  const mailer = createMailer({ transport, stored: openStoredMails(context), log, clock });
  // What the process before left behind.
  void mailer.pickUp();
  return mailer;
}
