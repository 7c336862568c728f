// Calls of the API: JSON there and back, problems as errors. A refusal that wants a fresh proof of
// who is here asks for it, and then sends the request again.

import type { Session } from "../session/session.ts";
import type { FreshAccess } from "./wire.ts";
import { ProblemError, readProblem, unreachable } from "./problem.ts";

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
export function createApi(session: Session, stepUp: StepUp): Api {
  async function send(method: string, path: string, body: object | undefined): Promise<Response> {
    try {
      return await session.fetch(path, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
      });
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw unreachable();
    }
  }

  async function call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    let response = await send(method, path, body);
    if (!response.ok) {
      const problem = await readProblem(response);
      if (!STEP_UP_CODES.has(problem.code) || !(await stepUp())) throw problem;
      response = await send(method, path, body);
      if (!response.ok) throw await readProblem(response);
    }
    const text = await response.text();
    // The server's own answers; their shapes are in wire.ts.
    const answer = (text === "" ? {} : JSON.parse(text)) as Answer;
    if (typeof answer === "object" && answer !== null && "access_token" in answer) {
      // An access token is where the server says it is.
      session.adopt(answer as FreshAccess);
    }
    return answer;
  }

  return {
    get: (path) => call("GET", path),
    post: (path, body = {}) => call("POST", path, body),
    put: (path, body) => call("PUT", path, body),
    patch: (path, body) => call("PATCH", path, body),
    delete: (path, body) => call("DELETE", path, body),
  };
}
