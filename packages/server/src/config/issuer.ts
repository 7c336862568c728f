// The issuer: the one name under which tokens, metadata and cookies know this server. It is
// compared as a string everywhere, so only its one canonical spelling is accepted. RFC 8414
// section 2: https, no query, no fragment.

import { ConfigError } from "./config-error.ts";

// Also what may stand in a route's path without meaning a pattern.
const PATH = /^(?:\/[A-Za-z0-9._~-]+)*$/;

/**
 * Checks an issuer.
 *
 * @param allowHttp - accept plain http beyond loopback: passwords and tokens travel in clear
 * @throws ConfigError `config_invalid`, `issuer_insecure`
 */
export function checkIssuer(issuer: string, allowHttp: boolean): void {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new ConfigError("config_invalid", "issuer: not an http or https URL");
  }
  const path = issuerPath(issuer);
  // Credentials, a query, a fragment, a slash at the end, capitals in the host or a default port
  // all make a spelling that differs from this one.
  if (issuer !== `${url.origin}${path}` || !PATH.test(path)) {
    throw new ConfigError(
      "config_invalid",
      "issuer: an origin and a plain path, without query, fragment or a slash at the end",
    );
  }
  if (url.protocol === "http:" && !isLoopbackIssuer(issuer) && !allowHttp) {
    throw new ConfigError("issuer_insecure", "issuer: plain http beyond loopback");
  }
}

/** The path of an issuer: where its routes are mounted; empty for the root. */
export function issuerPath(issuer: string): string {
  const { pathname } = new URL(issuer);
  return pathname === "/" ? "" : pathname;
}

/** Tells whether only this machine can reach an issuer. */
export function isLoopbackIssuer(issuer: string): boolean {
  const { hostname } = new URL(issuer);
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    // The URL parser writes every IPv4 address as four decimal numbers.
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
