// Asks the issuer whether a token is still good (RFC 7662), for the time in which the feed cannot
// tell. Only tokens that passed every check here are asked about, so a remembered answer replaces
// none of them (GHSA-qvp4-rpmr-xwrr). Whatever is not a clear answer is "unknown", which denies.

import { createHash } from "node:crypto";
import { parseJsonObject } from "@latchkey/jose";
import { fetchDocument } from "./fetch-document.ts";
import {
  INTROSPECTION_BYTES,
  INTROSPECTION_CACHE_MS,
  MAX_INTROSPECTIONS,
  MAX_INTROSPECTIONS_UNDER_WAY,
} from "./limits.ts";

/** What the issuer says about a token. */
export type TokenState = "active" | "inactive" | "unknown";

/** What an introspector needs. */
export interface IntrospectorOptions {
  readonly url: string;
  readonly authorization: string;
  /** Milliseconds for one question. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Asks one issuer; the same token at most once in a second, and once at a time. */
export class Introspector {
  readonly #options: IntrospectorOptions;
  readonly #answers = new Map<
    string,
    { readonly at: number; readonly state: Promise<TokenState> }
  >();
  #underWay = 0;

  constructor(options: IntrospectorOptions) {
    this.#options = options;
  }

  /** What the issuer says. Does not reject. */
  async ask(token: string): Promise<TokenState> {
    const now = this.#options.clock();
    // A digest: the memory of a question does not grow with the token.
    const name = createHash("sha256").update(token).digest("base64");
    const known = this.#answers.get(name);
    if (known !== undefined && Math.abs(now - known.at) < INTROSPECTION_CACHE_MS) {
      return await known.state;
    }
    if (this.#underWay >= MAX_INTROSPECTIONS_UNDER_WAY) return "unknown";
    this.#underWay += 1;
    const state = this.#fetch(token).finally(() => {
      this.#underWay -= 1;
    });
    this.#answers.delete(name);
    this.#answers.set(name, { at: now, state });
    if (this.#answers.size > MAX_INTROSPECTIONS) {
      const oldest = this.#answers.keys().next();
      if (oldest.done !== true) this.#answers.delete(oldest.value);
    }
    return await state;
  }

  async #fetch(token: string): Promise<TokenState> {
    const { url, authorization, timeout, signal } = this.#options;
    try {
      const { status, body } = await fetchDocument(url, {
        what: "introspection answer",
        mediaTypes: ["application/json"],
        maxBytes: INTROSPECTION_BYTES,
        timeout,
        signal,
        headers: { authorization },
        form: new URLSearchParams({ token, token_type_hint: "access_token" }),
      });
      if (status !== 200) return "unknown";
      const { active } = parseJsonObject(body);
      if (active === true) return "active";
      return active === false ? "inactive" : "unknown";
    } catch {
      return "unknown";
    }
  }
}
