// Who is asking: the client's address behind trusted proxies, and the network it is counted under.
// X-Forwarded-For is the sender's claim, except for the hops that our own proxies appended.

import { isIP, isIPv6 } from "node:net";

/** Characters of X-Forwarded-For that are read; a longer one counts as none. */
export const MAX_FORWARDED_LENGTH = 1024;

/**
 * Resolves the client's address.
 *
 * Each trusted proxy appends the peer it saw, so with n proxies the n-th entry from the right was
 * written by ours and everything left of it by anybody. A list shorter than that did not pass
 * through all of them, and is not believed.
 * @param connection - the peer of the connection, or null when the mount does not tell
 */
export function resolveAddress(
  connection: string | null,
  forwardedFor: string | null,
  trustedProxies: number,
): string | null {
  if (trustedProxies === 0 || forwardedFor === null) return connection;
  if (forwardedFor.length > MAX_FORWARDED_LENGTH) return connection;
  const hops = forwardedFor.split(",");
  const client = hops.at(-trustedProxies)?.trim();
  return client !== undefined && isIP(client) !== 0 ? client : connection;
}

/**
 * Names the network that limits count: an IPv4 address, or the /64 of an IPv6 address, since one
 * subscriber owns all of it. An IPv4 address mapped into IPv6 is that IPv4 address.
 */
export function networkOf(address: string): string {
  const bare = address.split("%")[0] ?? address;
  if (!isIPv6(bare)) return bare;
  // The URL parser writes IPv6 in its one canonical form (RFC 5952).
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped !== null) {
    const [high, low] = [
      Number.parseInt(mapped[1] ?? "", 16),
      Number.parseInt(mapped[2] ?? "", 16),
    ];
    return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  const [head = "", tail = ""] = canonical.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const zeros = canonical.includes("::") ? 8 - left.length - right.length : 0;
  const groups = [...left, ...Array.from({ length: zeros }, () => "0"), ...right];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
