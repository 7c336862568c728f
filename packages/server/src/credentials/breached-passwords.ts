// Asks a range service whether a password was seen in a breach, without telling it which one: five
// hexadecimal digits of the SHA-1 go out, and some hundred suffixes come back (k-anonymity). The
// format is that of the Pwned Passwords range API; operators may run their own.
//
// It fails open: a service that is slow, away or broken stops nobody from choosing a password. The
// built-in list is always asked.

import { createHash } from "node:crypto";
import type { Logger } from "../observability/logger.ts";

/** Milliseconds that an answer may take, its body included. */
export const BREACHED_TIMEOUT = 1_000;

/** Bytes of an answer; a padded one has about 40,000. */
export const MAX_BREACHED_ANSWER = 262_144;

/** Questions under way at once; further ones are not asked. */
export const MAX_BREACHED_QUESTIONS = 16;

const PREFIX_LENGTH = 5;

/** Knows breached passwords, or says that it does not. */
export interface BreachedPasswords {
  /**
   * Tells whether a password was seen in a breach; false when the service does not say.
   *
   * @param password - normalised
   */
  has(password: string): Promise<boolean>;
}

/**
 * Creates the questioner.
 *
 * @param options - `url`: what the five digits are appended to, such as
 * `https://api.pwnedpasswords.com/range/`
 */
export function createBreachedPasswords(options: {
  readonly url: string;
  readonly log: Pick<Logger, "warn">;
  /** Milliseconds. Default: {@link BREACHED_TIMEOUT}. */
  readonly timeout?: number;
}): BreachedPasswords {
  const { url, log, timeout = BREACHED_TIMEOUT } = options;
  let underWay = 0;
  return {
    async has(password) {
      if (underWay >= MAX_BREACHED_QUESTIONS) {
        log.warn({ reason: "too many questions" }, "breached passwords not asked");
        return false;
      }
      underWay += 1;
      const digest = createHash("sha1").update(password, "utf8").digest("hex").toUpperCase();
      try {
        const text = await readRange(url + digest.slice(0, PREFIX_LENGTH), timeout);
        return isInRange(text, digest.slice(PREFIX_LENGTH));
      } catch (error) {
        // The name alone: a message could hold the URL, and with it a part of the digest.
        const reason = error instanceof Error ? error.name : "unknown";
        log.warn({ reason }, "breached passwords not asked");
        return false;
      } finally {
        underWay -= 1;
      }
    },
  };
}

async function readRange(url: string, timeout: number): Promise<string> {
  const response = await fetch(url, {
    // Padding hides from who watches the line how many suffixes there are.
    headers: { "Add-Padding": "true", Accept: "text/plain" },
    // Whoever answers for the configured host may not send the digits elsewhere (O8).
    redirect: "error",
    signal: AbortSignal.timeout(timeout),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new RangeError(`status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > MAX_BREACHED_ANSWER) throw new RangeError("too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("latin1");
}

/** Lines of `SUFFIX:COUNT`; padding has the count 0. */
function isInRange(text: string, suffix: string): boolean {
  return text.split("\n").some((line) => {
    const [found = "", count = ""] = line.trim().split(":");
    return found.toUpperCase() === suffix && /^\d+$/.test(count) && Number(count) > 0;
  });
}
