// A short name for the device of a session, from its User-Agent: enough to recognise one's own, no
// more. The header is the client's claim, so nothing is decided by it. RFC 9110 section 10.1.5.

// Order matters: a browser names those that it descends from as well.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:Edg|EdgA|EdgiOS)\//, "Edge"],
  [/\b(?:OPR|OPiOS)\//, "Opera"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS)\//, "Chrome"],
  [/\bVersion\/[0-9.]+ .*\bSafari\//, "Safari"],
  [/^curl\//, "curl"],
  [/^okhttp\//, "Android app"],
  [/\bCFNetwork\//, "Apple app"],
  [/^(?:node|undici)\b/i, "Node.js"],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:iPhone|iPod)\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b|\bDarwin\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** Names the device of a user agent, such as "Firefox on Linux"; null when nothing is known. */
export function nameDevice(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const browser = match(BROWSERS, userAgent);
  const system = match(SYSTEMS, userAgent);
  if (browser === null) return system;
  return system === null ? browser : `${browser} on ${system}`;
}

function match(table: readonly (readonly [RegExp, string])[], userAgent: string): string | null {
  return table.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null;
}
