// The register of migrations, in order. A released migration is never changed, only followed.

import { first } from "./0001-first.ts";
import { rememberedSessions } from "./0002-remembered-sessions.ts";
import { takingBack } from "./0003-taking-back.ts";
import type { Migration } from "./migration.ts";

/** Every migration, by ascending number. */
export const migrations: readonly Migration[] = [first, rememberedSessions, takingBack];
