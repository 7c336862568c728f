import { describe, expect, test } from "vitest";
import { Failure } from "../output/failure.ts";
import { resolveSettings, type SettingSources } from "./resolve-settings.ts";
import { flagOf, type SettingName, settingNames, variableOf } from "./settings.ts";

const none: SettingSources = { flags: {}, environment: {}, directory: "/srv" };

function file(values: object): NonNullable<SettingSources["file"]> {
  return { path: "conf/latchkey.config.ts", directory: "/srv/conf", values };
}

function refusal(sources: Partial<SettingSources>): Failure {
  try {
    resolveSettings({ ...none, ...sources });
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("precedence: flag, environment, file, default", () => {
  const environment = { LATCHKEY_PORT: "2000" };
  test("each step beats the next", () => {
    const all = { ...none, flags: { port: "1000" }, environment, file: file({ port: 3000 }) };
    expect(resolveSettings(all).port).toBe(1000);
    expect(resolveSettings({ ...all, flags: {} }).port).toBe(2000);
    expect(resolveSettings({ ...all, flags: {}, environment: {} }).port).toBe(3000);
    expect(resolveSettings(none).port).toBe(4000);
  });

  test("a false flag beats a true variable", () => {
    const settings = resolveSettings({
      ...none,
      flags: { requireVerifiedEmail: false },
      environment: { LATCHKEY_REQUIRE_VERIFIED_EMAIL: "true" },
    });
    expect(settings.requireVerifiedEmail).toBe(false);
  });

  test("a list is replaced, not merged", () => {
    const settings = resolveSettings({
      ...none,
      flags: { audience: ["a"] },
      environment: { LATCHKEY_AUDIENCE: "b, c" },
      file: file({ audience: ["d"], origin: "https://x.example,https://y.example" }),
    });
    expect(settings.audience).toEqual(["a"]);
    expect(settings.origin).toEqual(["https://x.example", "https://y.example"]);
  });
});

test("every setting has a flag, a variable and a key", () => {
  expect(flagOf("kekDir")).toBe("--kek-dir");
  expect(variableOf("accessTokenLifetime")).toBe("LATCHKEY_ACCESS_TOKEN_LIFETIME");
  const values: Record<SettingName, string> = {
    host: "127.0.0.1",
    port: "1",
    data: "d",
    kekDir: "k",
    issuer: "https://id.example",
    audience: "a",
    origin: "https://app.example",
    database: "postgres://app:hunter2@db.example/auth",
    databaseSchema: "auth",
    databasePoolSize: "7",
    databaseListenUrl: "postgres://app:hunter2@db.example:5433/auth",
    databaseMigrate: "false",
    trustedProxies: "1",
    tlsCert: "c.pem",
    tlsKey: "k.pem",
    dangerouslyAllowHttpIssuer: "true",
    signingAlgorithm: "EdDSA",
    accessTokenLifetime: "5m",
    sessionIdleLifetime: "12h",
    shortSessionIdleLifetime: "1h",
    sessionAbsoluteLifetime: "90d",
    accountDeletionGrace: "7d",
    auditRetention: "90d",
    reuseEnds: "all",
    smtpUrl: "smtps://mx.example",
    mailFrom: "id@example.com",
    feed: "registered",
    requireVerifiedEmail: "1",
    minPasswordLength: "12",
    breachedPasswordsUrl: "https://range.example/",
    passwordPepper: "/p",
    emailSignIn: "true",
    productName: "Clinic",
    accentColor: "#0a7d55",
    logo: "/logo.svg",
    mailLanguage: "de",
    drainDelay: "5s",
    logLevel: "warn",
  };
  // `data` and `database` name one thing; each set is complete without what is of the other.
  for (const other of ["data", "database"] as const) {
    const names = settingNames.filter((name) =>
      other === "data" ? name !== "data" : !name.startsWith("database"),
    );
    const environment = Object.fromEntries(names.map((name) => [variableOf(name), values[name]]));
    const keys = Object.fromEntries(names.map((name) => [name, values[name]]));
    const inFile = { ...file(keys), directory: "/srv" };
    const { sources, ...fromFlags } = resolveSettings({ ...none, flags: keys });
    expect(sources.kekDir).toBe("--kek-dir");
    expect(resolveSettings({ ...none, environment })).toMatchObject(fromFlags);
    expect(resolveSettings({ ...none, file: inFile })).toMatchObject(fromFlags);
    expect(fromFlags.data).toBe(other === "data" ? "/srv/.latchkey" : "/srv/d");
    expect(fromFlags.databaseUrl).toBe(other === "data" ? values.database : undefined);
    expect(fromFlags.accessTokenLifetime).toBe(300);
  }
});

test("paths are relative to the working directory, those of a file to the file", () => {
  expect(resolveSettings(none)).toMatchObject({
    data: "/srv/.latchkey",
    kekDir: "/srv/.latchkey-keys",
  });
  const settings = resolveSettings({ ...none, flags: { data: "x" }, file: file({ kekDir: "k" }) });
  expect(settings).toMatchObject({ data: "/srv/x", kekDir: "/srv/conf/k" });
});

describe("config_invalid names the source", () => {
  test.each([
    [{ flags: { port: "70000" } }, "--port must be a whole number from 0 to 65535."],
    [{ environment: { LATCHKEY_PORT: "4e3" } }, "LATCHKEY_PORT must be"],
    [{ file: file({ port: "x" }) }, "port in conf/latchkey.config.ts must be"],
    [{ environment: { LATCHKEY_AUDIANCE: "x" } }, "LATCHKEY_AUDIANCE is not a setting."],
    [{ file: file({ prot: 1 }) }, "prot in conf/latchkey.config.ts is not a setting."],
    [{ file: file({ constructor: 1 }) }, "constructor in conf/latchkey.config.ts is not"],
    [{ flags: { issuer: "ftp://id.example" } }, "--issuer must be an https or http URL."],
    [{ flags: { accessTokenLifetime: "15" } }, "--access-token-lifetime must be a duration"],
    [{ flags: { accessTokenLifetime: "0s" } }, "--access-token-lifetime must be whole seconds"],
    [{ flags: { signingAlgorithm: "HS256" } }, "--signing-algorithm must be one of ES256"],
    [{ flags: { signingAlgorithm: "none" } }, "--signing-algorithm must be one of ES256"],
    [{ environment: { LATCHKEY_HOST: "" } }, "LATCHKEY_HOST must be a text"],
    [{ environment: { LATCHKEY_DANGEROUSLY_ALLOW_HTTP_ISSUER: "no" } }, "must be true or false"],
    [{ flags: { tlsKey: "k.pem" } }, "--tls-key needs both --tls-cert and --tls-key."],
    [{ flags: { data: "a", database: "b" } }, "--database and --data name the database twice."],
  ])("%j", (sources, message) => {
    const failure = refusal(sources);
    expect(failure.code).toBe("config_invalid");
    expect(failure.message).toContain(message);
    expect(failure.exitCode).toBe(1);
  });

  test("a URL of something else, without repeating its password", () => {
    for (const name of ["LATCHKEY_DATABASE", "DATABASE_URL"]) {
      const failure = refusal({ environment: { [name]: "mysql://app:hunter2@db.example/auth" } });
      expect(failure.message).toContain(`${name} must be postgres://...`);
      expect(`${failure.message}${failure.remedy}`).not.toContain("hunter2");
    }
  });

  test("what says more about a PostgreSQL that is not there", () => {
    const failure = refusal({ flags: { databasePoolSize: "5" } });
    expect(failure.message).toBe("--database-pool-size needs a PostgreSQL: --database.");
  });
});

test("a flag --data beats a DATABASE_URL of the environment", () => {
  const settings = resolveSettings({
    ...none,
    flags: { data: "d" },
    environment: { DATABASE_URL: "postgres://db.example/auth" },
  });
  expect(settings.data).toBe("/srv/d");
});

test("the variables of a Kubernetes service named latchkey are no settings", () => {
  const settings = resolveSettings({
    ...none,
    environment: {
      LATCHKEY_SERVICE_HOST: "10.0.0.1",
      LATCHKEY_SERVICE_PORT: "4000",
      LATCHKEY_PORT: "tcp://10.0.0.1:4000",
      LATCHKEY_PORT_4000_TCP_ADDR: "10.0.0.1",
    },
  });
  expect(settings.port).toBe(4000);
});
