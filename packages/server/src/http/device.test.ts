import { describe, expect, it, test } from "vitest";
import { nameDevice } from "./device.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";
const agents: readonly [string, string | null][] = [
  ["Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0", "Firefox on Linux"],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/139.0.0.0 Safari/537.36`,
    "Chrome on Windows",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/139.0 Safari/537.36 Edg/139.0`,
    "Edge on Windows",
  ],
  [
    `Mozilla/5.0 (Linux; Android 15; K) ${WEBKIT} Chrome/139.0 Mobile Safari/537.36`,
    "Chrome on Android",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Safari on macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  ["curl/8.14.1", "curl"],
  ["node", "Node.js"],
  ["undici", "Node.js"],
  ["okhttp/5.1.0", "Android app"],
  ["Clinic/12 CFNetwork/1568 Darwin/24.0.0", "Apple app on macOS"],
  ["something else", null],
  ["", null],
];

describe("device name", () => {
  test.each(agents)("%s", (userAgent, name) => {
    expect(nameDevice(userAgent)).toBe(name);
  });

  it("knows nothing without a user agent", () => {
    expect(nameDevice(null)).toBeNull();
  });

  it("never repeats what the client sent", () => {
    expect(nameDevice("Firefox/1 <script>alert(1)</script> Linux")).toBe("Firefox on Linux");
  });
});
