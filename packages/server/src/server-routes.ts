// The composition root of the features: each gets exactly what it needs, and its routes a place.

import { BUILT_IN_CLIENT_ID } from "@latchkey/protocol";
import { adminUserRoutes } from "./accounts/admin-routes.ts";
import { passwordRoutes } from "./accounts/password/routes.ts";
import { changeEmailRoutes } from "./accounts/email/change-email-routes.ts";
import { proofRoutes } from "./accounts/email/proof-routes.ts";
import { emailSignInRoutes } from "./accounts/email-sign-in/email-sign-in-routes.ts";
import { recoveryRoutes } from "./accounts/recovery/recovery-routes.ts";
import { deletionRoutes } from "./accounts/deletion/routes.ts";
import { ownDataRoutes } from "./accounts/own-data/routes.ts";
import { adminFactorRoutes } from "./accounts/factors/admin-routes.ts";
import { passkeyRoutes } from "./accounts/factors/passkey-routes.ts";
import { factorRoutes } from "./accounts/factors/routes.ts";
import { accountRoutes } from "./accounts/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { actorOf, requireAdministrator } from "./authorization/actor.ts";
import type { Retire } from "./authorization/change-roles.ts";
import { roleRoutes } from "./authorization/routes.ts";
import { clientAdminRoutes } from "./clients/admin-routes.ts";
import { createClientAuthenticator, requireClient } from "./clients/authenticate-client.ts";
import { oauthRoutes } from "./clients/oauth-routes.ts";
import { isLoopbackIssuer, issuerPath } from "./config/issuer.ts";
import type { LatchkeyConfig } from "./config/latchkey-config.ts";
import { settingsRoutes } from "./config/settings-routes.ts";
import { metadataRoutes } from "./config/metadata-routes.ts";
import type { Settings } from "./config/settings.ts";
import { consoleRoutes } from "./console/console-routes.ts";
import { createBreachedPasswords } from "./credentials/breached-passwords.ts";
import { openCommonPasswords } from "./credentials/common-passwords.ts";
import { type RelyingParty, relyingPartyOf } from "./credentials/passkeys/relying-party.ts";
import { resealSeeds } from "./credentials/totp/stored-totp.ts";
import { createPasswordHasher } from "./credentials/password-hash.ts";
import { checkPeppers } from "./credentials/password-peppers.ts";
import {
  createPasswordPolicy,
  LOWEST_MIN_PASSWORD_LENGTH,
  type PasswordPolicy,
} from "./credentials/password-policy.ts";
import { createGuessing } from "./guessing/guessing.ts";
import { openLimitStore } from "./guessing/open-limit-store.ts";
import { type App, createRoutes } from "./http/app.ts";
import { type FindDirect, findDirect } from "./http/direct.ts";
import { healthRoutes } from "./http/health-routes.ts";
import { addOpenApi } from "./http/openapi.ts";
import type { KeyEncryption } from "./keys/key-encryption.ts";
import type { KeyRing } from "./keys/key-ring.ts";
import { renewKeyEncryption } from "./keys/open-key-encryption.ts";
import { keyRoutes } from "./keys/routes.ts";
import type { Mailer } from "./mail/mailer.ts";
import { resealMails } from "./mail/stored-mails.ts";
import { mailLinks } from "./mail/links.ts";
import { createPost } from "./mail/post.ts";
import { mailRoutes } from "./mail/routes.ts";
import { explainOwnRoutes } from "./maintenance/explain-own-routes.ts";
import { explainRoutes } from "./maintenance/explain-routes.ts";
import { type SessionCounter, statisticsRoutes } from "./maintenance/statistics-routes.ts";
import type { Statistics } from "./observability/statistics.ts";
import { chooseLanguage } from "./pages/languages/choose-language.ts";
import { pageRoutes } from "./pages/page-routes.ts";
import type { PageSite } from "./pages/site.ts";
import { createFeed } from "./revocation/feed.ts";
import type { FeedPlaces } from "./revocation/feed-places.ts";
import type { Ledger } from "./revocation/ledger.ts";
import type { LedgerWatch } from "./revocation/ledger-watch.ts";
import type { FeedMeter } from "./revocation/measure-feed.ts";
import { revocationRoutes } from "./revocation/routes.ts";
import { adminSessionRoutes } from "./sessions/admin-routes.ts";
import { countRenewals } from "./sessions/count-renewals.ts";
import { longestAccessTokenLifetime } from "./sessions/lifetimes.ts";
import { createOwnerNotice } from "./sessions/notify-owner.ts";
import { directRenewal, sessionRoutes } from "./sessions/routes.ts";
import { createSessions } from "./sessions/session-service.ts";
import { signInRoutes } from "./sign-in/routes.ts";
import { stepUpRoutes } from "./sign-in/step-up-routes.ts";
import type { Database } from "./storage/database.ts";
import { issueAccessToken } from "./tokens/access-token.ts";
import { createAuthenticator } from "./tokens/authenticate.ts";
import { inspectRoutes } from "./tokens/inspect-routes.ts";
import { createOversizedReport } from "./tokens/report-oversized.ts";
import { retirementExpiry } from "./tokens/retirement.ts";
import { createTokenRevoker } from "./tokens/revoke-token.ts";
import { createTokenBudget } from "./tokens/token-budget.ts";
import { tokenAdminRoutes } from "./tokens/token-admin-routes.ts";

/** The routes of a server. */
export interface ServerRoutes {
  readonly routes: App;
  readonly direct: FindDirect;
  /** Writes the counters that are to outlast the process, at its end. */
  readonly keepCounters: () => Promise<void>;
}

/** Creates every route of a server, each feature with exactly what it needs. */
export async function createServerRoutes(
  config: LatchkeyConfig,
  settings: Settings,
  parts: {
    readonly ledger: Ledger;
    readonly watch: LedgerWatch;
    readonly keyRing: KeyRing;
    readonly mailer: Mailer;
    readonly places: FeedPlaces;
    readonly site: PageSite;
    readonly measuring: {
      readonly statistics: Statistics;
      readonly meter: FeedMeter;
      readonly sessionCounter: SessionCounter;
    };
  },
): Promise<ServerRoutes> {
  const { issuer, audience, policy, origins } = settings;
  const { ledger, watch, keyRing, mailer, places, measuring } = parts;
  const { database } = watch;
  const { statistics } = measuring;
  const feed = measuring.meter.watchFeed(createFeed({ database, ledger, keyRing, issuer, watch }));
  const { peppers } = settings;
  await checkPeppers(database, peppers, settings.clock());
  const hasher = createPasswordHasher({ ...config.passwordHashing, peppers });
  await hasher.probe();
  const passwordPolicy = createServerPolicy(settings);
  const authenticate = createAuthenticator({ keyRing, ledger, issuer });
  const post = createPost({ ...settings, mailer });
  const onOversized = createOversizedReport({ ...settings, database });
  const uncounted = createSessions({
    database,
    keyRing,
    ledger,
    policy,
    placeOf: config.placeOf,
    onReuse: createOwnerNotice({ post, policy }),
    issueAccessToken: (input) => {
      ledger.outlive(retirementExpiry(input.now, input.lifetime));
      const { claims } = config;
      return issueAccessToken({ ...input, keyRing, issuer, audience, claims, onOversized });
    },
  });
  const sessions = countRenewals(uncounted, statistics);
  const counters = await openLimitStore(database, settings.clock);
  const { store } = counters;
  const guessing = createGuessing({ database, limits: settings.rateLimits, store });
  const retire: Retire = (handles, now) =>
    ledger.retire(handles, retirementExpiry(now, longestAccessTokenLifetime(policy)));

  const requireTokenFit = createTokenBudget({
    keyRing,
    issuer,
    audience,
    lifetime: longestAccessTokenLifetime(policy),
    clientIds: [BUILT_IN_CLIENT_ID, ...(policy.clients?.keys() ?? [])],
    clock: settings.clock,
  });
  const keyEncryption = (): KeyEncryption => keyRing.keyEncryption();
  const relyingParty = (): RelyingParty => relyingPartyOf(issuer, origins);
  const context = {
    ...settings,
    database,
    keyEncryption,
    reloadKeys: () => keyRing.maintain(),
    relyingParty,
    hasher,
    passwordPolicy,
    retire,
    requireTokenFit,
    sessions,
    authenticate,
    guessing,
    post,
    links: mailLinks(issuer),
    codeKeys: keyRing,
  };
  const app = createRoutes();
  app.use("/auth/admin/*", requireAdministrator(authenticate));
  app.route("/", accountRoutes(context));
  const sessionDeps = { sessions, keyRing, ledger, issuer, originPolicy: { origins } };
  app.route("/", proofRoutes(context));
  app.route("/", changeEmailRoutes(context));
  app.route("/", recoveryRoutes(context));
  if (settings.emailSignIn) app.route("/", emailSignInRoutes(context));
  app.route("/", passwordRoutes(context));
  app.route("/", signInRoutes(context));
  app.route("/", stepUpRoutes(context));
  app.route("/", factorRoutes(context));
  app.route("/", passkeyRoutes(context));
  app.route("/", sessionRoutes(sessionDeps));
  app.route("/", pageRoutes(context, parts.site));
  app.route("/", deletionRoutes(context));
  app.route("/", ownDataRoutes(context));
  app.route("/", adminUserRoutes(context));
  app.route("/", adminFactorRoutes(context));
  app.route("/", auditRoutes(database));
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
      resealOthers: async () => (await resealSeeds(context)) + (await resealMails(context)),
      authorize: async (c) => void actorOf(c),
    }),
  );
  app.route("/", adminSessionRoutes({ database, sessions }));
  app.route("/", statisticsRoutes(measuring));
  app.route("/", settingsRoutes(config, settings));
  if (config.console !== undefined) {
    const secure = issuer.startsWith("https:");
    app.route(
      "/",
      consoleRoutes(config.console, {
        base: issuerPath(issuer),
        chooseLanguage: (c) => {
          const { words, setCookie } = chooseLanguage(c, secure);
          return { language: words.code, setCookie };
        },
      }),
    );
  }
  const isDevelopment = settings.smtp === null && isLoopbackIssuer(issuer);
  app.route("/", mailRoutes({ mailer, isDevelopment }));
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
  const explaining = { database, ledger, keyRing, policy, authenticate };
  app.route("/", explainRoutes(explaining));
  app.route("/", explainOwnRoutes(explaining));
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
  return {
    routes: root,
    direct: findDirect([directRenewal(sessionDeps)], path),
    keepCounters: () => counters.close(),
  };
}

function createServerPolicy(settings: Settings): PasswordPolicy {
  const { minPasswordLength, breachedPasswords: url, log } = settings;
  return createPasswordPolicy({
    minLength: minPasswordLength,
    common: openCommonPasswords(LOWEST_MIN_PASSWORD_LENGTH),
    breached: url === null ? null : createBreachedPasswords({ url, log }),
    productWords: [
      settings.productName,
      ...new URL(settings.issuer).hostname.split(".").filter((label) => label !== "localhost"),
    ],
  });
}

async function checkStore(database: Database): Promise<void> {
  await database.read(database.query.selectFrom("ledger_head").select("n"));
}
