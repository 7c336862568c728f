// The reference client of rotation, for tests: it keeps its side of design section 3 to the letter,
// and records everything that it is told. Whoever breaks it has broken an honest client.
//
// - one pending attempt key per token store, shared by its tabs, made before the first send and
//   repeated by every retry; settled only by an answer that carries a new refresh token
// - the last four settled keys travel along
// - a higher generation only is stored; a browser has one cookie slot per parity
// - a request is given up after 4 s, which with the server's 5 s stays below the window of 10 s
// - a lost answer, 409, and 503 are tried again, with the token that is held by then

import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import {
  ATTEMPT_KEY_HEADER,
  type LoginAnswer,
  type Problem,
  type RefreshAnswer,
  REQUEST_MARK_HEADER,
  SETTLED_KEYS_HEADER,
} from "@latchkey/protocol";
import type { Person } from "./people.ts";

/** Milliseconds after which a client gives a request up. */
export const CLIENT_DEADLINE = 4_000;

/** Settled keys that a client remembers. */
export const REMEMBERED_KEYS = 4;

/** Milliseconds between two tries. */
const RETRY_PAUSE = 25;

/** What a client is: native with attempt keys, native without, or a browser with cookies. */
export type ClientKind = "keyed" | "plain" | "cookie";

/** The way of an answer to a client: tells whether this one gets lost. */
export type Network = () => boolean;

const reliable: Network = () => false;

/** A refresh token that an answer carried. */
export interface Acknowledged {
  readonly generation: number;
  readonly token: string;
}

/** A signed-in client. */
export interface RefreshClient {
  readonly kind: ClientKind;
  readonly sessionId: string;
  /** The highest generation that the client holds. */
  readonly generation: number;
  /** Every refresh token that it was given, in order, first one included. */
  readonly history: readonly Acknowledged[];
  /** The access token of the last answer. */
  readonly accessToken: string;
  /** Tries whose answer was lost, or was 409 or 503. */
  readonly retries: number;
  /** Codes of refusals that sign a client out; an honest client never sees one. */
  readonly refusals: readonly string[];
  /**
   * Renews, and tries again until it is answered.
   *
   * @returns whether the answer carried a refresh token
   */
  renew(): Promise<boolean>;
}

/** Signs in; what `network` loses of the answers to renewals is sent by the server and never seen. */
export async function signInClient(
  url: string,
  person: Person,
  kind: ClientKind,
  network: Network = reliable,
): Promise<RefreshClient> {
  const response = await fetch(`${url}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(kind === "cookie" ? BROWSER : {}) },
    body: JSON.stringify({
      email: person.email,
      password: person.password,
      ...(kind === "cookie" ? { transport: "cookie" } : {}),
    }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`login answered ${response.status} ${text}`);
  const answer = JSON.parse(text) as LoginAnswer;
  const client = new Client({ url, kind, network, accessToken: answer.access_token });
  client.take(response, answer);
  return client;
}

const BROWSER = { "sec-fetch-site": "same-origin", [REQUEST_MARK_HEADER]: "1" };

class Client implements RefreshClient {
  readonly kind: ClientKind;
  readonly sessionId: string;
  readonly history: Acknowledged[] = [];
  readonly refusals: string[] = [];
  retries = 0;
  accessToken: string;
  readonly #url: string;
  readonly #network: Network;
  /** By slot for a browser; one entry for everybody else. */
  readonly #tokens = new Map<string, Acknowledged>();
  #pendingKey: string | undefined;
  #settledKeys: readonly string[] = [];

  constructor(options: {
    readonly url: string;
    readonly kind: ClientKind;
    readonly network: Network;
    readonly accessToken: string;
  }) {
    this.#url = options.url;
    this.#network = options.network;
    this.kind = options.kind;
    this.accessToken = options.accessToken;
    this.sessionId = String(claimsOf(options.accessToken)["sid"]);
  }

  get generation(): number {
    return Math.max(...[...this.#tokens.values()].map(({ generation }) => generation));
  }

  async renew(): Promise<boolean> {
    for (;;) {
      const key = this.kind === "plain" ? undefined : this.#keyToSend();
      const answer = await this.#send(key);
      if (answer?.status === 200) {
        const body = answer.body as RefreshAnswer;
        this.accessToken = body.access_token;
        if (body.rotated) this.#settle(key);
        this.take(answer.response, body);
        return body.rotated;
      }
      if (answer !== undefined && answer.status !== 409 && answer.status !== 503) {
        const code = (answer.body as Problem).code;
        this.refusals.push(code);
        throw new Error(`an honest ${this.kind} client was refused: ${answer.status} ${code}`);
      }
      this.retries += 1;
      await wait(RETRY_PAUSE);
    }
  }

  /** Keeps the refresh token of an answer, if it is newer than what is there. */
  take(
    response: Response,
    body: Pick<RefreshAnswer, "refresh_token" | "refresh_generation">,
  ): void {
    if (this.kind !== "cookie") {
      const { refresh_token: token, refresh_generation: generation } = body;
      if (token !== undefined && generation !== undefined) this.#keep("", { token, generation });
      return;
    }
    for (const line of response.headers.getSetCookie()) {
      const [name = "", token = ""] = (line.split(";")[0] ?? "").split("=");
      const generation = generationOf(token);
      // A browser stores whatever comes last into a slot: it cannot compare.
      this.#tokens.set(name, { token, generation });
      this.history.push({ token, generation });
    }
  }

  #keep(slot: string, token: Acknowledged): void {
    this.history.push(token);
    if (token.generation > (this.#tokens.get(slot)?.generation ?? -1))
      this.#tokens.set(slot, token);
  }

  #keyToSend(): string {
    this.#pendingKey ??= randomBytes(32).toString("base64url");
    return this.#pendingKey;
  }

  #settle(key: string | undefined): void {
    if (key === undefined) return;
    if (!this.#settledKeys.includes(key)) {
      this.#settledKeys = [key, ...this.#settledKeys].slice(0, REMEMBERED_KEYS);
    }
    // Another tab may have settled it already and begun the next one.
    if (this.#pendingKey === key) this.#pendingKey = undefined;
  }

  async #send(
    key: string | undefined,
  ): Promise<{ status: number; response: Response; body: unknown } | undefined> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (key !== undefined) {
      headers[ATTEMPT_KEY_HEADER] = key;
      if (this.#settledKeys.length > 0) headers[SETTLED_KEYS_HEADER] = this.#settledKeys.join(",");
    }
    let body = "{}";
    if (this.kind === "cookie") {
      headers["cookie"] = [...this.#tokens]
        .map(([name, { token }]) => `${name}=${token}`)
        .join("; ");
      Object.assign(headers, BROWSER);
    } else {
      body = JSON.stringify({ refresh_token: this.#tokens.get("")?.token });
    }
    try {
      const response = await fetch(`${this.#url}/auth/refresh`, {
        method: "POST",
        headers,
        body,
        signal: AbortSignal.timeout(CLIENT_DEADLINE),
      });
      const text = await response.text();
      if (this.#network()) return undefined;
      return { status: response.status, response, body: JSON.parse(text) as unknown };
    } catch {
      // Lost: the server died, the connection was cut, or the answer came too late.
      return undefined;
    }
  }
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
  return JSON.parse(payload) as Record<string, unknown>;
}

// A browser cannot read its cookies; a test can: bytes 18 to 21 of a refresh token.
function generationOf(token: string): number {
  return Buffer.from(token.slice("lkr_".length), "base64url").readUInt32BE(18);
}
