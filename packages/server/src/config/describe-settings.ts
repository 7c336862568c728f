// Settings in words, for the console. The table names every member of the configuration, so one
// that is added cannot be forgotten; what holds a secret has words of its own.

import { ENDED_RETENTION } from "../sessions/lifetimes.ts";
import { durationInWords } from "./duration-words.ts";
import type { LatchkeyConfig } from "./latchkey-config.ts";
import { POOL_SIZE } from "../storage/postgres/open-postgres.ts";
import type { Settings } from "./settings.ts";

/** A setting in words. */
export interface DescribedSetting {
  readonly name: string;
  readonly value: string;
  /** `default`, or what set it. */
  readonly source: string;
  readonly isDefault: boolean;
  readonly effect: string;
}

interface SettingWords {
  readonly effect: string;
  /** The value in words; undefined: as it was configured. */
  readonly value?: (settings: Settings, config: LatchkeyConfig) => string;
}

const seconds = (value: number): string => durationInWords(value);
const milliseconds = (value: number): string => durationInWords(value / 1000);
const yesNo = (value: boolean): string => (value ? "yes" : "no");
const list = (values: Iterable<string>): string => [...values].join(", ");
const isSet = (value: unknown): string => (value === undefined ? "not set" : "set");

// What has no place in the console: parts handed in by code, and what only tests replace.
type Shown = Exclude<keyof LatchkeyConfig, "logger" | "clock" | "console" | "settingSources">;

const words: Readonly<Record<Shown, SettingWords>> = {
  issuer: {
    effect: "The public URL of this server, as every token names it.",
    value: ({ issuer }) => issuer,
  },
  audience: {
    effect: "Whom access tokens are for; guards refuse tokens for anybody else.",
    value: ({ audience }) => list(audience),
  },
  data: {
    effect: "The directory of the embedded database.",
    value: (_, { data }) => data ?? "none: another store was handed in",
  },
  databaseUrl: {
    effect: "The PostgreSQL that all nodes share.",
    value: (_, { databaseUrl }) =>
      databaseUrl === undefined ? "not set" : new URL(databaseUrl).host,
  },
  databaseSchema: {
    effect: "The schema that holds the tables.",
    value: (_, { databaseSchema }) => databaseSchema ?? "the first of the role's search path",
  },
  databasePoolSize: {
    effect: "Connections of this node to the database, at most.",
    value: (_, { databasePoolSize }) => String(databasePoolSize ?? POOL_SIZE),
  },
  databaseListenUrl: {
    effect: "A direct connection that hears at once what other nodes took back.",
    value: (_, { databaseListenUrl }) => isSet(databaseListenUrl),
  },
  databaseMigrate: {
    effect: "Whether missing migrations are run at start.",
    value: (_, { databaseMigrate }) => yesNo(databaseMigrate !== false),
  },
  databaseWait: {
    effect: "Whether a database that is not there is waited for at start.",
    value: (_, { databaseWait }) => yesNo(databaseWait !== false),
  },
  database: {
    effect: "An open store that the application handed in.",
    value: (_, { database }) => (database === undefined ? "not set" : database.dialect),
  },
  keyEncryption: {
    effect: "Where the key that seals all other keys is kept, apart from the database.",
    value: (_, { keyEncryption }) =>
      "directory" in keyEncryption ? keyEncryption.directory : "handed in by the application",
  },
  origins: {
    effect: "Web origins that may call with cookies, besides the issuer's own.",
    value: ({ origins }) => list(origins),
  },
  signingAlgorithm: {
    effect: "The algorithm that signs access tokens; the first is used, others are ready.",
    value: ({ signingAlgorithms }) => list(signingAlgorithms),
  },
  sharedSecret: {
    effect: "Allows HS algorithms: whoever verifies such tokens can also make them.",
    value: (_, { sharedSecret }) => yesNo(sharedSecret === true),
  },
  accessTokenLifetime: {
    effect: "How long an access token is good. It is renewed silently; shorter costs renewals.",
    value: ({ policy }) => seconds(policy.accessTokenLifetime),
  },
  sessionIdleLifetime: {
    effect: "A session that is not used for this long ends.",
    value: ({ policy }) => milliseconds(policy.idleLifetime),
  },
  shortSessionIdleLifetime: {
    effect: "The same for sign-ins on a device that is not to be remembered.",
    value: ({ policy }) => milliseconds(policy.shortIdleLifetime ?? policy.idleLifetime),
  },
  sessionAbsoluteLifetime: {
    effect: "A session ends this long after sign-in, however much it is used.",
    value: ({ policy }) =>
      policy.absoluteLifetime === null ? "never" : milliseconds(policy.absoluteLifetime),
  },
  endedSessionRetention: {
    effect: "How long an ended session is kept, so that a late token is told the truth.",
    value: ({ policy }) => milliseconds(policy.endedRetention ?? ENDED_RETENTION),
  },
  accountDeletionGrace: {
    effect: "How long an account can be brought back after its owner asked for its deletion.",
    value: ({ accountDeletionGrace }) => milliseconds(accountDeletionGrace),
  },
  auditRetention: {
    effect: "How long an audit event is kept.",
    value: ({ auditRetention }) => milliseconds(auditRetention),
  },
  reuseEnds: {
    effect: "What ends when a copied refresh token is used: that session, or all of its user.",
    value: ({ policy }) => (policy.reuseEnds === "all" ? "all sessions" : "that session"),
  },
  clients: {
    effect: "Lifetimes that single clients have of their own.",
    value: ({ policy }) => list(policy.clients?.keys() ?? []) || "none",
  },
  placeOf: {
    effect: "Names the coarse place of an address in the list of devices.",
    value: (_, { placeOf }) => isSet(placeOf),
  },
  smtp: {
    effect: "Where mail goes. Without it, mail stays in memory and is read here.",
    value: ({ smtp }) => (smtp === null ? "none: mail stays in memory" : `from ${smtp.from}`),
  },
  requireVerifiedEmail: {
    effect: "An account exists only when its e-mail address is proved.",
    value: ({ requireVerifiedEmail }) => yesNo(requireVerifiedEmail),
  },
  emailSignIn: {
    effect: "A code or link that is mailed signs in, without a password.",
    value: ({ emailSignIn }) => yesNo(emailSignIn),
  },
  productName: {
    effect: "What mails and pages call the product.",
    value: ({ productName }) => productName,
  },
  theme: {
    effect: "The colour and the logo of the hosted pages.",
    value: ({ theme }) => (theme.logo === null ? theme.accent : `${theme.accent}, with a logo`),
  },
  mailLanguage: {
    effect: "The language of mails to whoever asks for none that exists.",
    value: ({ mailLanguage }) => mailLanguage,
  },
  minPasswordLength: {
    effect: "Characters that a new password has at least.",
    value: ({ minPasswordLength }) => String(minPasswordLength),
  },
  breachedPasswords: {
    effect: "A service that is asked, by five digits of a hash, whether a password was breached.",
    value: ({ breachedPasswords }) => breachedPasswords ?? "none: only the built-in list is asked",
  },
  passwordPepper: {
    effect: "A secret that goes into password hashes and is kept apart from the database.",
    value: ({ peppers }) =>
      peppers.current === null ? "none for new passwords" : `pepper ${peppers.current.id}`,
  },
  trustedProxies: {
    effect: "Reverse proxies in front, whose X-Forwarded-For is believed.",
    value: ({ trustedProxies }) => String(trustedProxies),
  },
  dangerouslyAllowHttpIssuer: {
    effect: "Accepts plain http that is not loopback: passwords and tokens travel in clear.",
    value: (_, config) => yesNo(config.dangerouslyAllowHttpIssuer === true),
  },
  feed: {
    effect: "Who may read the revocation feed: everybody, or registered clients.",
    value: ({ feed }) => feed,
  },
  claims: {
    effect: "Code of the application that adds claims to access tokens.",
    value: (_, { claims }) => isSet(claims),
  },
  rateLimits: {
    effect: "How often somebody may try, by action.",
    value: ({ rateLimits }) =>
      Object.entries(rateLimits)
        .flatMap(([action, limits]) =>
          Object.entries(limits).map(
            ([of, { attempts, per }]) => `${action} ${of}: ${attempts} per ${seconds(per)}`,
          ),
        )
        .join("; "),
  },
  passwordHashing: {
    effect: "How many passwords are hashed at once, and how many may wait.",
    value: (_, { passwordHashing }) =>
      passwordHashing === undefined ? "by the number of processors" : "set",
  },
  maxBodyBytes: {
    effect: "Bytes of a request body, at most.",
    value: ({ bodyLimit }) => String(bodyLimit),
  },
};

/** Describes every setting that the console shows. */
export function describeSettings(
  config: LatchkeyConfig,
  settings: Settings,
): readonly DescribedSetting[] {
  return Object.entries(words).map(([name, { effect, value }]) => {
    const given: unknown = Reflect.get(config, name);
    const isDefault = given === undefined || (Array.isArray(given) && given.length === 0);
    const source = config.settingSources?.[name];
    return {
      name,
      value: value?.(settings, config) ?? String(given),
      source: isDefault ? "default" : (source ?? "configuration"),
      isDefault,
      effect,
    };
  });
}
