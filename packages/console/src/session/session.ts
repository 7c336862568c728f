// The session of this page. Access token in memory, refresh token in a cookie that no script can
// read.

/** Who is signed in. */
export type SessionState =
  | { readonly status: "loading" }
  | { readonly status: "failed" }
  | { readonly status: "signed_out" }
  | {
      readonly status: "signed_in";
      readonly userId: string;
      readonly sessionId: string | null;
      readonly permissions: readonly string[];
    };

/** The session. */
export interface Session {
  get(): SessionState;
  subscribe(listener: () => void): () => void;
  /** Fetches a path of the issuer with the access token, renewed when it must be. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Takes the fresh access token that a change of the account answered. */
  adopt(answer: { readonly access_token?: string; readonly expires_in?: number }): void;
  /** Tries again after the server could not be reached. */
  retry(): void;
  signOut(): Promise<void>;
}

/** Creates the session of this page. @param base - path of the issuer */
export function createSession(base: string): Session {
  let state: SessionState = { status: "loading" };
  let token: string | null = null;
  let expiresAt = 0;
  let renewing: Promise<boolean> | undefined;
  const listeners = new Set<() => void>();

  function set(next: SessionState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function take(next: string, expiresIn: number): void {
    token = next;
    expiresAt = Date.now() + expiresIn * 1000;
    const claims = JSON.parse(
      atob((next.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")),
    ) as Record<string, unknown>;
    const permissions = Array.isArray(claims["permissions"]) ? claims["permissions"] : [];
    set({
      status: "signed_in",
      userId: String(claims["sub"]),
      sessionId: typeof claims["sid"] === "string" ? claims["sid"] : null,
      permissions: permissions.map(String),
    });
  }

  async function renewNow(): Promise<boolean> {
    try {
      const response = await fetch(`${base}/auth/refresh`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Latchkey-Request": "1" },
        body: "{}",
      });
      if (response.ok) {
        const answer = (await response.json()) as { access_token: string; expires_in: number };
        take(answer.access_token, answer.expires_in);
        return true;
      }
      token = null;
      set({ status: response.status < 500 ? "signed_out" : "failed" });
    } catch {
      if (token === null) set({ status: "failed" });
    }
    return false;
  }

  function renew(): Promise<boolean> {
    renewing ??= renewNow().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  async function send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    return fetch(`${base}${path}`, { ...init, headers });
  }

  void renew();

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async fetch(path, init = {}) {
      if (token === null || Date.now() > expiresAt - 10_000) await renew();
      const response = await send(path, init);
      const challenge = response.headers.get("WWW-Authenticate") ?? "";
      if (response.status !== 401 || !/expired|retired/.test(challenge)) return response;
      return (await renew()) ? send(path, init) : response;
    },
    adopt({ access_token: fresh, expires_in: expiresIn }) {
      if (fresh !== undefined && expiresIn !== undefined) take(fresh, expiresIn);
    },
    retry: () => void renew(),
    async signOut() {
      await fetch(`${base}/auth/logout`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Latchkey-Request": "1" },
        body: "{}",
      });
      token = null;
      set({ status: "signed_out" });
    },
  };
}
