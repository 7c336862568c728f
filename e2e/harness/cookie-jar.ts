// A browser's memory for cookies, just large enough for one origin.

import type { Answer } from "./http.ts";

/** Cookies by name. */
export interface CookieJar {
  /** Keeps what an answer sets, drops what it clears. */
  take(answer: Answer<unknown>): void;
  /** The Cookie header. */
  header(): string;
  readonly cookies: ReadonlyMap<string, string>;
}

/** Creates an empty jar. */
export function createCookieJar(): CookieJar {
  const cookies = new Map<string, string>();
  return {
    cookies,
    take: (answer) => {
      for (const line of answer.headers.getSetCookie()) {
        const [pair = "", ...attributes] = line.split(/;\s*/);
        const name = pair.slice(0, pair.indexOf("="));
        const isCleared = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
        if (isCleared) cookies.delete(name);
        else cookies.set(name, pair.slice(pair.indexOf("=") + 1));
      }
    },
    header: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
  };
}
