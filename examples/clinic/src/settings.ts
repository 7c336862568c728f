// Reads the clinic's settings from the environment. Pure, so that main.ts is all effects.

/** Settings of a running clinic. */
export interface Settings {
  /** The Latchkey server whose tokens count. */
  readonly issuer: string;
  /** Which audience a token must name; Latchkey's default audience is the issuer itself. */
  readonly audience: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Directory of the clinic's own database. */
  readonly data: string;
}

/** Reads the settings. Throws when one has a wrong value. */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const issuer = environment["LATCHKEY_ISSUER"] ?? "http://localhost:4000";
  if (!URL.canParse(issuer)) throw new TypeError("LATCHKEY_ISSUER is not a URL");
  const port = environment["CLINIC_PORT"] ?? "5000";
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new TypeError("CLINIC_PORT is not a port");
  }
  return {
    issuer,
    audience: environment["LATCHKEY_AUDIENCE"] ?? issuer,
    port: Number(port),
    data: environment["CLINIC_DATA"] ?? ".clinic",
  };
}
