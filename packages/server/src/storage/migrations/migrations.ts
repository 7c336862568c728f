// The register of migrations, in order. A released migration is never changed, only followed.

import { first } from "./0001-first.ts";
import { rememberedSessions } from "./0002-remembered-sessions.ts";
import { takingBack } from "./0003-taking-back.ts";
import { codesAndAddresses } from "./0004-codes-and-addresses.ts";
import { factors } from "./0005-factors.ts";
import { passwords } from "./0006-passwords.ts";
import { accountsLife } from "./0007-accounts-life.ts";
import { nodes } from "./0008-nodes.ts";
import { passwordsBesideFactors } from "./0009-passwords-beside-factors.ts";
import { waitingMails } from "./0010-waiting-mails.ts";
import type { Migration } from "./migration.ts";

/** Every migration, by ascending number. */
export const migrations: readonly Migration[] = [
  first,
  rememberedSessions,
  takingBack,
  codesAndAddresses,
  factors,
  passwords,
  accountsLife,
  nodes,
  passwordsBesideFactors,
  waitingMails,
];
