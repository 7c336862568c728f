// A router that remembers what it found for paths without parameters, such as /auth/refresh. Hono's
// routers that are fast at those refuse our set of routes, and the one that takes it walks and sorts
// for every request. Apart because Hono asks for a router as a whole.

import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";

const PATTERN = /[:*{]/;

/** Routes as Hono's TrieRouter does. What it remembers is bounded by the routes, not by requests. */
export class LiteralRouter<T> implements Router<T> {
  readonly name = "LiteralRouter";
  readonly #router = new TrieRouter<T>();
  /** By method and path; undefined while nobody asked. */
  readonly #found = new Map<string, Result<T> | undefined>();

  add(method: string, path: string, handler: T): void {
    this.#router.add(method, path, handler);
    if (!PATTERN.test(path)) this.#found.set(`${method} ${path}`, undefined);
    // A later route, a middleware perhaps, may match what was asked for before.
    for (const known of this.#found.keys()) this.#found.set(known, undefined);
  }

  match(method: string, path: string): Result<T> {
    const key = `${method} ${path}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const result = this.#router.match(method, path);
    if (this.#found.has(key)) this.#found.set(key, result);
    return result;
  }
}
