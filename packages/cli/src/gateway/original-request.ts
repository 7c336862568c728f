// Which request a reverse proxy asks about. Each proxy says it in its own way, and only the way that
// was configured is read: another one's header could come from the client (attack P10).

/** The proxies that are understood. */
export const proxyNames = ["nginx", "traefik", "caddy", "envoy"] as const;

/** A proxy by name. */
export type ProxyName = (typeof proxyNames)[number];

/** Where the proxy asks. Envoy puts the original path behind it. */
export const VERIFY_PATH = "/verify";

/** What the client asked for, as it stood in its request line. */
export interface OriginalRequest {
  readonly method: string;
  readonly target: string;
}

/** The proxy's question: the request line and headers of node:http, each header once or joined. */
export interface ProxyQuestion {
  readonly method: string;
  readonly target: string;
  header(name: string): string | null;
}

/** Reads the original request; null when the question does not hold exactly one. */
export function readOriginal(proxy: ProxyName, question: ProxyQuestion): OriginalRequest | null {
  if (proxy === "envoy") {
    const { method, target } = question;
    if (!target.startsWith(`${VERIFY_PATH}/`)) return null;
    return { method, target: target.slice(VERIFY_PATH.length) };
  }
  if (question.target.split("?", 1)[0] !== VERIFY_PATH) return null;
  const prefix = proxy === "nginx" ? "x-original" : "x-forwarded";
  const method = question.header(`${prefix}-method`);
  const target = question.header(`${prefix}-uri`);
  if (method === null || target === null) return null;
  // Two headers reach us joined by a comma and a space, which neither of the two can hold.
  if (!/^[A-Z]{1,20}$/.test(method) || /\s/.test(target)) return null;
  return { method, target };
}
