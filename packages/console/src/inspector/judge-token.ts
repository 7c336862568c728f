// Asks the server about a token: about any of them for administrators, about one's own for everybody.
// Apart from the pages, which show both in the same way.

import type { Api } from "../api/api.ts";
import type { Explanation, Inspection, OwnInspection } from "../api/wire.ts";

/** A token and what the server says of it. */
export interface Judged {
  readonly token: string;
  readonly header: Readonly<Record<string, unknown>> | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly type: Explanation["type"];
  /** null where the server does not say: somebody else's token. */
  readonly accepted: boolean | null;
  readonly reason: string | null;
  readonly because: readonly string[];
  readonly events: Explanation["events"];
}

/** Asks. */
export type JudgeToken = (api: Api, token: string) => Promise<Judged>;

/** Asks as an administrator, about any token. */
export const judgeAnyToken: JudgeToken = async (api, token) => {
  const [{ header, claims }, explanation] = await Promise.all([
    api.post<Inspection>("/auth/admin/tokens/inspect", { token }),
    api.post<Explanation>("/auth/admin/tokens/why", { token }),
  ]);
  const { type, accepted, reason, because, events } = explanation;
  return { token, header, claims, type, accepted, reason, because, events };
};

/** Asks about a token of one's own. */
export const judgeOwnToken: JudgeToken = async (api, token) => ({
  ...(await api.post<OwnInspection>("/auth/me/tokens/inspect", { token })),
  token,
  events: [],
});
