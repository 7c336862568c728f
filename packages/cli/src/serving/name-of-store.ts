// Names the store for people, in messages and at the start: never with the password of its URL.

import type { ResolvedSettings } from "../options/resolve-settings.ts";

/** Where the data is, for people: a directory, or a server and its database, without a password. */
export function nameOfStore(settings: Pick<ResolvedSettings, "data" | "databaseUrl">): string {
  if (settings.databaseUrl === undefined) return settings.data;
  const { host, pathname } = new URL(settings.databaseUrl);
  return `PostgreSQL at ${host}${pathname}`;
}
