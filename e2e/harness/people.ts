// People who use the server: sign up, log in, renew.

import type { LoginAnswer, RefreshAnswer } from "@latchkey/protocol";
import { type Answer, call } from "./http.ts";

/** Where the server is. */
interface Where {
  readonly url: string;
}

/** Somebody with an account. */
export interface Person {
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

/** Signs a person up. */
export async function signUp(server: Where, person: Person): Promise<void> {
  const answer = await call(`${server.url}/auth/signup`, { json: person });
  if (answer.status !== 202) throw new Error(`sign-up answered ${answer.status} ${answer.text}`);
}

/** Logs a person in; the answer holds the tokens and the account. */
export async function logIn(
  server: Where,
  person: Person,
  headers: Readonly<Record<string, string>> = {},
): Promise<Required<LoginAnswer>> {
  const answer = await call<Required<LoginAnswer>>(`${server.url}/auth/login`, {
    json: { email: person.email, password: person.password },
    headers,
  });
  if (answer.status !== 200) throw new Error(`login answered ${answer.status} ${answer.text}`);
  return answer.body;
}

/** Signs up and logs in. */
export async function join(server: Where, person: Person): Promise<Required<LoginAnswer>> {
  await signUp(server, person);
  return logIn(server, person);
}

/** Renews with a refresh token in the body. */
export async function renew(
  server: Where,
  refreshToken: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<RefreshAnswer & { readonly code?: string }>> {
  return call(`${server.url}/auth/refresh`, { json: { refresh_token: refreshToken }, headers });
}
