// Why a token is good or refused, as the server says it, in the reader's language. A cause that is not
// listed is said as it came.

import { formatTime } from "./times.ts";
import type { Say } from "./words.tsx";

/** Causes without a value in them; packages/server/src/maintenance/explain-token.ts says them. */
const CAUSES: readonly string[] = [
  "nothing it depends on was taken back, and it has not expired",
  "it renews its session",
  "it is an older token of a session that lives: a newer one replaced it",
  "the session was idle for too long, or reached its end",
  "the user is disabled",
  "it has expired",
  "this one token was taken back",
  "its session was ended",
  "everything of its user was taken back: password or e-mail changed, roles given or taken, signed out everywhere, or disabled",
  "a role that it carries was changed or removed",
  "its user is gone",
  "its user is disabled",
  "it is not a token of this server",
  "it is not a token of this server: it has another form",
  "it is not valid yet: clocks differ, or it was made for later",
  "it was issued by somebody else",
  "it is not an access token",
  "this server has no key with its key id: another server made it, or long ago",
  "its signature does not fit: it was changed, or made by somebody else",
];

/** Why sessions end. */
const ENDS: readonly string[] = [
  "a refresh token was used again after it was replaced, so somebody may have copied it",
  "the user signed out",
  "a registered client or the user took it back",
  "the password was changed",
  "the password was reset",
  "the e-mail address was changed",
  "the user was disabled",
  "the user was deleted",
  "an administrator ended it",
  "the database was restored from a backup",
];

/** Says a cause. */
export function sayCause(
  cause: string,
  { t, locale }: { readonly t: Say; readonly locale: string },
): string {
  if (CAUSES.includes(cause)) return t(cause);
  const [, kid] = /^the key that signed it \((.*)\) was taken back$/.exec(cause) ?? [];
  if (kid !== undefined) return t("the key that signed it ({kid}) was taken back", { kid });
  const [, at, end] = /^the session ended at (\S+): (.+)$/.exec(cause) ?? [];
  if (at === undefined || end === undefined || Number.isNaN(Date.parse(at))) return cause;
  return t("the session ended on {time}: {why}", {
    time: formatTime(at, locale),
    why: ENDS.includes(end) ? t(end) : end,
  });
}
