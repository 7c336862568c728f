// `fetch` with the access token: added for listed origins and for no other, renewed and sent again
// once when the API says that the token is over.

import { readDemand, type StepUpChallenge } from "./challenge.ts";
import type { Renewer } from "./renewer.ts";
import type { Fetch } from "./server-call.ts";

/** What it needs. */
export interface BearerFetchDeps {
  readonly send: Fetch;
  readonly renewer: Pick<Renewer, "token">;
  /** Origins that get the token. */
  readonly origins: ReadonlySet<string>;
  readonly onStepUp?: ((challenge: StepUpChallenge) => Promise<boolean>) | undefined;
}

/** Creates the function; requests to other origins pass through as they are. */
export function createBearerFetch(deps: BearerFetchDeps): Fetch {
  const { send, renewer, origins, onStepUp } = deps;
  return async (input, init) => {
    const request = new Request(input, init);
    const isOurs = origins.has(new URL(request.url).origin);
    // Whoever brings credentials of their own knows why.
    if (!isOurs || request.headers.has("Authorization")) return send(request);

    const held = await renewer.token();
    if (held === null) return send(request);
    // A stream is gone after the first time.
    const spare = init?.body instanceof ReadableStream ? undefined : request.clone();
    const response = await send(withToken(request, held.token));
    if (spare === undefined) return response;

    const demand = readDemand(response);
    if (demand === undefined) return response;
    if (demand !== "renewal" && (await onStepUp?.(demand)) !== true) return response;
    // Without a fresh token the refusal itself is the answer.
    const fresh = await renewer.token(held.token).catch(() => null);
    if (fresh === null || fresh.token === held.token) return response;
    await response.body?.cancel();
    return send(withToken(spare, fresh.token));
  };
}

function withToken(request: Request, token: string): Request {
  request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}
