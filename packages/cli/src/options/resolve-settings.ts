// Which value counts: a flag beats the environment, which beats the configuration file, which beats
// the default. Pure: the caller reads the process and the file.

import { resolve as resolvePath } from "node:path";
import { Failure } from "../output/failure.ts";
import { parseSetting, SettingValueError } from "./parse-setting.ts";
import {
  flagOf,
  type SettingName,
  type Settings,
  settingNames,
  settingsTable,
  variableOf,
} from "./settings.ts";

/** The port when none is given. */
export const DEFAULT_PORT = 4000;

/** Settings, and where each that was given came from: a flag, a variable, or a key of the file. */
export interface ResolvedSettings extends Settings {
  /** The PostgreSQL that nodes share; undefined: the embedded database in `data`. */
  readonly databaseUrl: string | undefined;
  readonly sources: Readonly<Partial<Record<SettingName, string>>>;
}

/** Where settings come from. */
export interface SettingSources {
  /** By the setting's name, as the command line gave them. */
  readonly flags: Readonly<Partial<Record<SettingName, unknown>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The default export of the configuration file, when there is one. */
  readonly file?: { readonly path: string; readonly directory: string; readonly values: object };
  readonly directory: string;
}

interface Found {
  readonly value: unknown;
  /** 0 flag, 1 environment, 2 file, 3 default. */
  readonly rank: number;
  readonly source: string;
}

// Variables of the environment that begin with LATCHKEY_ and are no settings.
const OTHER_VARIABLES: ReadonlySet<string> = new Set(["LATCHKEY_CONFIG"]);

// Kubernetes puts these into every container beside a service named `latchkey`.
const SERVICE_LINK =
  /^LATCHKEY_(?:SERVICE_(?:HOST|PORT(?:_.*)?)|PORT_\d+_(?:TCP|UDP|SCTP)(?:_.*)?)$/;
const SERVICE_LINK_VALUE = /^(?:tcp|udp|sctp):\/\//;

/**
 * Resolves every setting.
 *
 * @throws Failure config_invalid, naming the flag, variable or key that is wrong
 */
export function resolveSettings(sources: SettingSources): ResolvedSettings {
  refuseUnknownVariables(sources.environment);
  refuseUnknownKeys(sources);
  const found = new Map<SettingName, Found>();
  for (const name of settingNames) {
    const value = find(name, sources);
    if (value !== undefined) found.set(name, value);
  }
  const get = (name: SettingName): unknown => found.get(name)?.value;
  const tlsCert = get("tlsCert") as Settings["tlsCert"];
  const tlsKey = get("tlsKey") as Settings["tlsKey"];
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const given = found.get(tlsCert === undefined ? "tlsKey" : "tlsCert");
    throw invalid(given?.source ?? "--tls-cert", "needs both --tls-cert and --tls-key");
  }
  const smtpUrl = get("smtpUrl") as Settings["smtpUrl"];
  const mailFrom = get("mailFrom") as Settings["mailFrom"];
  if ((smtpUrl === undefined) !== (mailFrom === undefined)) {
    const given = found.get(smtpUrl === undefined ? "mailFrom" : "smtpUrl");
    throw invalid(given?.source ?? "--smtp-url", "needs both --smtp-url and --mail-from");
  }
  // The casts follow parseSetting: the table says which kind each setting has.
  return {
    sources: Object.fromEntries([...found].map(([name, { source }]) => [name, source])),
    host: get("host") as Settings["host"],
    port: (get("port") ?? DEFAULT_PORT) as number,
    ...resolveStore(found, sources.directory),
    kekDir: (get("kekDir") ?? resolvePath(sources.directory, ".latchkey-keys")) as string,
    issuer: get("issuer") as Settings["issuer"],
    audience: (get("audience") ?? []) as readonly string[],
    origin: (get("origin") ?? []) as readonly string[],
    database: get("database") as Settings["database"],
    databaseSchema: get("databaseSchema") as Settings["databaseSchema"],
    databasePoolSize: get("databasePoolSize") as Settings["databasePoolSize"],
    databaseListenUrl: get("databaseListenUrl") as Settings["databaseListenUrl"],
    databaseMigrate: get("databaseMigrate") as Settings["databaseMigrate"],
    trustedProxies: (get("trustedProxies") ?? 0) as number,
    tlsCert,
    tlsKey,
    dangerouslyAllowHttpIssuer: get("dangerouslyAllowHttpIssuer") === true,
    signingAlgorithm: get("signingAlgorithm") as Settings["signingAlgorithm"],
    accessTokenLifetime: get("accessTokenLifetime") as Settings["accessTokenLifetime"],
    sessionIdleLifetime: get("sessionIdleLifetime") as Settings["sessionIdleLifetime"],
    shortSessionIdleLifetime: get(
      "shortSessionIdleLifetime",
    ) as Settings["shortSessionIdleLifetime"],
    sessionAbsoluteLifetime: get("sessionAbsoluteLifetime") as Settings["sessionAbsoluteLifetime"],
    accountDeletionGrace: get("accountDeletionGrace") as Settings["accountDeletionGrace"],
    auditRetention: get("auditRetention") as Settings["auditRetention"],
    reuseEnds: get("reuseEnds") as Settings["reuseEnds"],
    smtpUrl,
    mailFrom,
    feed: get("feed") as Settings["feed"],
    requireVerifiedEmail: get("requireVerifiedEmail") as Settings["requireVerifiedEmail"],
    emailSignIn: get("emailSignIn") === true,
    productName: get("productName") as Settings["productName"],
    accentColor: get("accentColor") as Settings["accentColor"],
    logo: get("logo") as Settings["logo"],
    mailLanguage: get("mailLanguage") as Settings["mailLanguage"],
    minPasswordLength: get("minPasswordLength") as Settings["minPasswordLength"],
    breachedPasswordsUrl: get("breachedPasswordsUrl") as Settings["breachedPasswordsUrl"],
    passwordPepper: get("passwordPepper") as Settings["passwordPepper"],
    drainDelay: get("drainDelay") as Settings["drainDelay"],
    logLevel: (get("logLevel") ?? "info") as Settings["logLevel"],
  };
}

function find(name: SettingName, sources: SettingSources): Found | undefined {
  const flag = sources.flags[name];
  if (flag !== undefined) {
    return parse(name, { value: flag, rank: 0, source: flagOf(name) }, sources.directory);
  }
  const variable = variableOf(name);
  const fromEnvironment = sources.environment[variable];
  if (fromEnvironment !== undefined && !isServiceLink(variable, fromEnvironment)) {
    const found = { value: fromEnvironment, rank: 1, source: variable };
    return parse(name, found, sources.directory);
  }
  const url = name === "database" ? sources.environment["DATABASE_URL"] : undefined;
  if (url !== undefined) {
    return parse(name, { value: url, rank: 1, source: "DATABASE_URL" }, sources.directory);
  }
  if (sources.file === undefined || !Object.hasOwn(sources.file.values, name)) return undefined;
  const value: unknown = Reflect.get(sources.file.values, name);
  if (value === undefined) return undefined;
  const source = `${name} in ${sources.file.path}`;
  return parse(name, { value, rank: 2, source }, sources.file.directory);
}

function parse(name: SettingName, found: Found, directory: string): Found {
  const { kind } = settingsTable[name];
  try {
    const value = parseSetting(kind, found.value);
    return kind.type === "path"
      ? { ...found, value: resolvePath(directory, value as string) }
      : { ...found, value };
  } catch (error) {
    if (error instanceof SettingValueError) throw invalid(found.source, error.message);
    throw error;
  }
}

/** The store: a directory, or a database that nodes share. */
type Store = Pick<ResolvedSettings, "data" | "databaseUrl">;

// --database names a PostgreSQL, or the same thing as --data; the stronger source wins.
function resolveStore(found: ReadonlyMap<SettingName, Found>, directory: string): Store {
  const data = found.get("data");
  const database = found.get("database");
  if (database === undefined || (data !== undefined && data.rank < database.rank)) {
    refuseWithoutDatabase(found);
    const value = (data?.value ?? resolvePath(directory, ".latchkey")) as string;
    return { data: value, databaseUrl: undefined };
  }
  if (data !== undefined && data.rank === database.rank) {
    throw invalid(database.source, `and ${data.source} name the database twice`);
  }
  const value = database.value as string;
  if (/^postgres(?:ql)?:/i.test(value)) {
    if (!URL.canParse(value)) throw invalid(database.source, "is not a URL");
    return { data: resolvePath(directory, ".latchkey"), databaseUrl: value };
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(value)) {
    throw invalid(
      database.source,
      "must be postgres://... or the directory of an embedded database",
    );
  }
  refuseWithoutDatabase(found);
  return { data: resolvePath(directory, value), databaseUrl: undefined };
}

// They would silently not apply.
function refuseWithoutDatabase(found: ReadonlyMap<SettingName, Found>): void {
  const names = [
    "databaseSchema",
    "databasePoolSize",
    "databaseListenUrl",
    "databaseMigrate",
  ] as const;
  for (const name of names) {
    const given = found.get(name);
    if (given !== undefined) throw invalid(given.source, "needs a PostgreSQL: --database");
  }
}

// A setting that was misspelled would silently not apply, and some of them guard something.
function refuseUnknownVariables(environment: SettingSources["environment"]): void {
  const known = new Set(settingNames.map(variableOf));
  for (const name of Object.keys(environment)) {
    const isOurs = name.startsWith("LATCHKEY_") && !OTHER_VARIABLES.has(name);
    if (isOurs && !known.has(name) && !SERVICE_LINK.test(name)) {
      throw invalid(name, "is not a setting");
    }
  }
}

function refuseUnknownKeys(sources: SettingSources): void {
  if (sources.file === undefined) return;
  for (const key of Object.keys(sources.file.values)) {
    if (!Object.hasOwn(settingsTable, key) && key !== "claims") {
      throw invalid(`${key} in ${sources.file.path}`, "is not a setting");
    }
  }
}

function isServiceLink(name: string, value: string): boolean {
  return name === "LATCHKEY_PORT" && SERVICE_LINK_VALUE.test(value);
}

// The value itself is not repeated: DATABASE_URL holds a password.
function invalid(source: string, what: string, remedy?: string): Failure {
  return new Failure(
    "config_invalid",
    `${source} ${what}.`,
    remedy === undefined ? {} : { remedy },
  );
}
