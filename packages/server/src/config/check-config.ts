// What each member of a configuration may be. Every member is checked, so that a mistake is told when
// the server is made and not at the first request; what the members mean together is settings.ts.

import { isAbsolute, relative, resolve, sep } from "node:path";
import { type Duration, parseDuration } from "@latchkey/jose";
import { z } from "zod";
import { MAX_PEPPERS } from "../credentials/password-peppers.ts";
import { LOWEST_MIN_PASSWORD_LENGTH } from "../credentials/password-policy.ts";
import { DEFAULT_LIMITS, type LimitedAction } from "../guessing/limits.ts";
import { LANGUAGES } from "../mail/language.ts";
import { isLogo } from "../pages/theme.ts";
import { ConfigError } from "./config-error.ts";
import type { LatchkeyConfig } from "./latchkey-config.ts";

/** Seconds of an access token's life, at most: what is taken back is remembered for as long. */
export const MAX_ACCESS_TOKEN_LIFETIME = 86_400;

/** Days that an account which is to be deleted can be brought back, at most. */
const MAX_ACCOUNT_DELETION_GRACE = 365;

/** Clients with lifetimes of their own, at most. */
export const MAX_CLIENT_OVERRIDES = 1000;

/** Reverse proxies in a row, at most. */
export const MAX_TRUSTED_PROXIES = 16;

/** Connections of a node to the database, at most. */
export const MAX_POOL_SIZE = 1000;

/** Origins on the allow-list, at most. */
export const MAX_ORIGINS = 100;

/** Audiences of an access token, at most. */
export const MAX_AUDIENCES = 16;

/** Seconds that a rate limit can look back: a year. */
export const LONGEST_RATE_LIMIT = 31_536_000;

/** Seconds. */
const DAY = 86_400;

const duration = z.union([z.number(), z.string()]).refine(isDuration, "Not a duration");
const aFunction = z.custom((value) => typeof value === "function", "Not a function");
// `name@host` or `Name <name@host>`; no line break, which would begin a header of its own.
const MAIL_FROM = /^(?:[^<>\r\n@]{1,200} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/;
const anObject = z.custom((value) => typeof value === "object" && value !== null, "Not an object");
const count = z.int().min(1);
const rateLimit = z.strictObject({
  attempts: count.max(1_000_000),
  per: count.max(LONGEST_RATE_LIMIT),
});
const actionLimits = z
  .strictObject({
    perNameAndNetwork: rateLimit.optional(),
    perName: rateLimit.optional(),
    perNetwork: rateLimit.optional(),
    budgetPerName: rateLimit.optional(),
  })
  .optional();
// The keys are those of the register.
const limitedActions = Object.keys(DEFAULT_LIMITS) as LimitedAction[];
const audience = z.string().min(1).max(512);
const keySource = z.union([
  z.strictObject({ directory: z.string().min(1) }),
  z.strictObject({ keys: z.array(z.unknown()).min(1) }),
]);

const tokenLife = duration
  .refine((life) => isWithin(life, 1, MAX_ACCESS_TOKEN_LIFETIME), "From 1 second to a day")
  .optional();
const sessionLife = duration.refine((life) => isWithin(life, 1, Infinity), "At least 1 second");

const algorithm = z.enum([
  ...(["ES256", "ES384", "ES512", "EdDSA", "RS256", "RS384", "RS512"] as const),
  ...(["PS256", "PS384", "PS512", "HS256", "HS384", "HS512"] as const),
]);

const members = {
  issuer: z.string().max(512),
  audience: z.union([audience, z.array(audience).min(1).max(MAX_AUDIENCES)]).optional(),
  data: z.string().min(1).optional(),
  databaseUrl: z.string().refine(isPostgresUrl, "Not a postgres:// URL").optional(),
  databaseSchema: z.string().min(1).max(63).optional(),
  databasePoolSize: z.int().min(1).max(MAX_POOL_SIZE).optional(),
  databaseListenUrl: z.string().refine(isPostgresUrl, "Not a postgres:// URL").optional(),
  databaseMigrate: z.boolean().optional(),
  databaseWait: z.boolean().optional(),
  database: anObject.optional(),
  keyEncryption: keySource,
  origins: z
    .array(z.string().refine(isOrigin, "Not an origin such as https://app.example.com"))
    .max(MAX_ORIGINS)
    .optional(),
  signingAlgorithm: z
    .union([
      algorithm,
      z
        .array(algorithm)
        .min(1)
        .refine((list) => new Set(list).size === list.length, "Each algorithm once"),
    ])
    .optional(),
  sharedSecret: z.boolean().optional(),
  accessTokenLifetime: tokenLife,
  sessionIdleLifetime: sessionLife.optional(),
  sessionAbsoluteLifetime: sessionLife.nullable().optional(),
  shortSessionIdleLifetime: sessionLife.optional(),
  clients: z
    .record(
      z.string().min(1).max(128),
      z.strictObject({
        accessTokenLifetime: tokenLife,
        sessionIdleLifetime: sessionLife.optional(),
        sessionAbsoluteLifetime: sessionLife.nullable().optional(),
      }),
    )
    .refine((clients) => Object.keys(clients).length <= MAX_CLIENT_OVERRIDES, "Too many clients")
    .optional(),
  endedSessionRetention: duration
    .refine((life) => isWithin(life, 0, Infinity), "Zero or more seconds")
    .optional(),
  reuseEnds: z.enum(["session", "all"]).optional(),
  accountDeletionGrace: duration
    .refine((life) => isWithin(life, 0, MAX_ACCOUNT_DELETION_GRACE * DAY), "From 0 to 365 days")
    .optional(),
  auditRetention: duration
    .refine((life) => isWithin(life, DAY, Infinity), "At least a day")
    .optional(),
  placeOf: aFunction.optional(),
  smtp: z
    .strictObject({ url: z.string(), from: z.string().max(320).regex(MAIL_FROM, "Not an address") })
    .optional(),
  requireVerifiedEmail: z.boolean().optional(),
  emailSignIn: z.boolean().optional(),
  theme: z
    .strictObject({
      accent: z
        .string()
        .regex(/^#[0-9a-f]{6}$/i, "Not a colour: #rrggbb")
        .optional(),
      logo: z
        .string()
        .refine(isLogo, "Not a path, an https URL or a data: URL of an image")
        .optional(),
    })
    .optional(),
  // It stands in subjects of mails: one line, no control characters.
  productName: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .refine((text) => !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text), "Holds a control character")
    .optional(),
  mailLanguage: z.enum(LANGUAGES).optional(),
  minPasswordLength: z.int().min(LOWEST_MIN_PASSWORD_LENGTH).max(128).optional(),
  breachedPasswords: z
    .strictObject({
      url: z.string().max(512).refine(isRangeUrl, "Not an https URL that ends in /"),
    })
    .optional(),
  passwordPepper: z
    .strictObject({
      keys: z
        .array(z.strictObject({ id: z.string(), key: z.instanceof(Uint8Array) }))
        .max(MAX_PEPPERS),
      current: z.string().nullable().optional(),
    })
    .optional(),
  trustedProxies: z.int().min(0).max(MAX_TRUSTED_PROXIES).optional(),
  dangerouslyAllowHttpIssuer: z.boolean().optional(),
  feed: z.enum(["public", "registered"]).optional(),
  claims: aFunction.optional(),
  console: z.strictObject({ directory: z.string().min(1) }).optional(),
  settingSources: z.record(z.string(), z.string().max(200)).optional(),
  logger: anObject.optional(),
  clock: aFunction.optional(),
  rateLimits: z
    .strictObject(Object.fromEntries(limitedActions.map((action) => [action, actionLimits])))
    .optional(),
  passwordHashing: z
    .strictObject({
      concurrency: count.max(64).optional(),
      queueLimit: z.int().min(0).optional(),
      dangerouslyCheap: z.boolean().optional(),
    })
    .optional(),
  maxBodyBytes: z.int().min(1024).max(1_048_576).optional(),
} satisfies Record<keyof LatchkeyConfig, unknown>;

const configSchema = z
  .strictObject(members)
  .refine(
    ({ data, databaseUrl, database }) =>
      [data, databaseUrl, database].filter((store) => store !== undefined).length === 1,
    { message: "One of data, databaseUrl and database" },
  )
  .refine(
    ({ databaseUrl, databaseSchema, databasePoolSize, databaseListenUrl, databaseMigrate }) =>
      databaseUrl !== undefined ||
      [databaseSchema, databasePoolSize, databaseListenUrl, databaseMigrate].every(
        (setting) => setting === undefined,
      ),
    { path: ["databaseUrl"], message: "Missing, and another setting says more about it" },
  )
  // Whoever copies the one would have the other, and what is sealed would lie open.
  .refine(
    ({ data, keyEncryption }) =>
      data === undefined ||
      !("directory" in keyEncryption) ||
      isApart(keyEncryption.directory, data),
    { path: ["keyEncryption", "directory"], message: "Inside the data directory" },
  );

/**
 * Checks the members of a configuration, and that they fit together.
 *
 * @throws ConfigError `config_invalid`, with the first member that is wrong
 */
export function checkConfig(config: LatchkeyConfig): void {
  const checked = configSchema.safeParse(config);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const path = issue?.path.map(String).join(".") ?? "";
    throw new ConfigError(
      "config_invalid",
      [path, issue?.message ?? ""].filter((text) => text !== "").join(": "),
    );
  }
}

function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(?:ql)?:$/.test(new URL(text).protocol);
}

function isApart(directory: string, data: string): boolean {
  const path = relative(resolve(data), resolve(directory));
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
}

function isDuration(value: Duration): boolean {
  try {
    parseDuration(value);
    return true;
  } catch {
    return false;
  }
}

// Refinements run even when the one before failed, so it asks again whether it is a duration.
function isWithin(value: Duration, least: number, most: number): boolean {
  if (!isDuration(value)) return true;
  const seconds = parseDuration(value);
  return Number.isInteger(seconds) && seconds >= least && seconds <= most;
}

// What is appended must be the end of the path. Plain http only to this machine.
function isRangeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isPlain = url.search === "" && url.hash === "" && url.username + url.password === "";
  const isSafe =
    url.protocol === "https:" ||
    (url.protocol === "http:" && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname));
  return isPlain && isSafe && url.href === text && text.endsWith("/");
}

// Exactly as a browser sends it: no path, no slash at the end, no wildcard, never `null`.
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.origin === text;
}
