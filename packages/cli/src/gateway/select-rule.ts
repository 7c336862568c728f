// Which rule a path falls under. A path that two servers could read in two ways is under none: the
// gateway would judge one and the API behind it answer the other (attack P6).

/** A path prefix and what belongs to it. */
export interface PathRule<Value> {
  readonly prefix: string;
  readonly value: Value;
}

/**
 * Checks a list of rules; prefixes are whole segments without anything to decode.
 *
 * @throws TypeError
 */
export function checkPrefixes(prefixes: readonly string[]): void {
  const seen = new Set<string>();
  for (const prefix of prefixes) {
    const isPlain = prefix === "/" || /^(\/[A-Za-z0-9._~-]+)+$/.test(prefix);
    if (!isPlain || parsePath(prefix) !== prefix) {
      throw new TypeError(`${JSON.stringify(prefix)} is no path prefix such as /patients`);
    }
    const folded = prefix.toLowerCase();
    if (seen.has(folded)) throw new TypeError(`${prefix} stands there twice, apart from case`);
    seen.add(folded);
  }
}

/** The rule with the longest prefix; undefined when there is none, or when the path is ambiguous. */
export function selectRule<Value>(
  rules: readonly PathRule<Value>[],
  target: string,
): Value | undefined {
  const path = parsePath(target);
  if (path === null) return undefined;
  const exact = longest(rules, path, (text) => text);
  // Some routers ignore case: where it would change the rule, nobody passes.
  const folded = longest(rules, path, (text) => text.toLowerCase());
  return exact === folded ? exact?.value : undefined;
}

/** The decoded path of a request target; null when servers read it differently. */
export function parsePath(target: string): string | null {
  const raw = target.split("?", 1)[0] ?? "";
  // Only what RFC 3986 section 3.3 allows in a path; no ";" parameters, no backslash, no fragment.
  if (!/^\/[A-Za-z0-9\-._~!$&'()*+,=:@%/]*$/.test(raw)) return null;
  if (raw.includes("//")) return null;
  // What is decoded twice, or is a delimiter once it is decoded.
  if (/%(?![0-9a-fA-F]{2})|%(?:25|2f|5c|3b|3f|23|00|0[0-9a-f]|1[0-9a-f]|7f)/i.test(raw))
    return null;
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return null;
  }
  const segments = path.split("/").slice(1);
  // Dot segments, and endings that some file systems drop.
  return segments.some((segment) => /(^\.{1,2}$)|[.\s]$/.test(segment)) ? null : path;
}

function longest<Value>(
  rules: readonly PathRule<Value>[],
  path: string,
  fold: (text: string) => string,
): PathRule<Value> | undefined {
  const folded = fold(path);
  return rules
    .filter(({ prefix }) => isUnder(folded, fold(prefix)))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}

function isUnder(path: string, prefix: string): boolean {
  return prefix === "/" || path === prefix || path.startsWith(`${prefix}/`);
}
