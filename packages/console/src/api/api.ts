// Calls of the API: JSON there and back, problems as errors. A refusal that wants a fresh proof of
// who is here asks for it, and then sends the request again.

import type { LatchkeyClient } from "@latchkey/client";
import { problemOf } from "./problem.ts";

/** The API. Each call throws ProblemError. */
export interface Api {
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body?: object): Promise<Answer>;
  put<Answer>(path: string, body?: object): Promise<Answer>;
  patch<Answer>(path: string, body: object): Promise<Answer>;
  delete<Answer>(path: string, body?: object): Promise<Answer>;
}

/** Asks whoever is here to prove it again; false when they would rather not. */
export type StepUp = () => Promise<boolean>;

// Codes of a refusal that a fresh sign-in or step-up heals.
const STEP_UP_CODES: ReadonlySet<string> = new Set([
  "step_up_required",
  "insufficient_user_authentication",
]);

/** Creates the API of a session. */
export function createApi(session: LatchkeyClient, stepUp: StepUp): Api {
  async function call<Answer>(method: string, path: string, json?: object): Promise<Answer> {
    const send = async (): Promise<Answer> => {
      try {
        return await session.request<Answer>(path, {
          method,
          ...(json === undefined ? {} : { json }),
        });
      } catch (error) {
        throw problemOf(error);
      }
    };
    try {
      return await send();
    } catch (error) {
      if (!STEP_UP_CODES.has(problemOf(error).code) || !(await stepUp())) throw error;
      return send();
    }
  }

  return {
    get: (path) => call("GET", path),
    post: (path, body = {}) => call("POST", path, body),
    put: (path, body) => call("PUT", path, body),
    patch: (path, body) => call("PATCH", path, body),
    delete: (path, body) => call("DELETE", path, body),
  };
}
