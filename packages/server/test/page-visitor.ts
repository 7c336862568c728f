// A browser without scripts, for tests of the hosted pages: it keeps cookies, follows redirects, and
// fills in the forms that it was shown, hidden fields included, as a person's browser would.

import { type Answer, ISSUER, type TestServer } from "./test-server.ts";

/** What a visitor sees. */
export interface Seen extends Answer {
  /** Path and query of the page, after redirects. */
  readonly at: string;
  readonly title: string;
  /** The text of the problem that the page names, or null. */
  readonly problem: string | null;
  readonly notice: string | null;
}

/** A visitor. */
export interface Visitor {
  readonly cookies: Map<string, string>;
  /** What is shown now. */
  seen(): Seen;
  open(path: string, headers?: Readonly<Record<string, string>>): Promise<Seen>;
  /** Fills in a form of the page and sends it; `form` is a part of its action or of its fields. */
  send(
    fields: Readonly<Record<string, string | undefined>>,
    options?: { readonly form?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Seen>;
}

/** A form of a page. */
export interface PageForm {
  readonly action: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** Redirects that a visitor follows. */
const MAX_REDIRECTS = 5;

/** Opens a visitor. */
export function createVisitor(server: TestServer, issuer = ISSUER): Visitor {
  const cookies = new Map<string, string>();
  const { origin } = new URL(issuer);
  let page: Seen | undefined;

  async function request(
    path: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Seen> {
    let [at, text] = [path, body];
    for (let i = 0; i < MAX_REDIRECTS; i++) {
      const answer = await server.send(at, {
        ...(text === undefined ? {} : { text }),
        headers: {
          Accept: "text/html,*/*;q=0.8",
          ...(cookies.size === 0
            ? {}
            : { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
          ...(text === undefined
            ? {}
            : { "Content-Type": "application/x-www-form-urlencoded", Origin: origin }),
          ...headers,
        },
      });
      for (const cookie of answer.headers.getSetCookie()) keep(cookie);
      const location = answer.headers.get("Location");
      page = { ...answer, at, ...read(answer.text) };
      if (location === null || !URL.canParse(location, origin + at)) return page;
      const next = new URL(location, origin + at);
      if (next.origin !== origin) return page;
      [at, text] = [next.pathname + next.search, undefined];
    }
    throw new Error(`redirected without end from ${path}`);
  }

  function keep(cookie: string): void {
    const [pair = "", ...attributes] = cookie.split("; ");
    const [name = "", value = ""] = pair.split("=");
    if (attributes.includes("Max-Age=0")) cookies.delete(name);
    else cookies.set(name, value);
  }

  function seen(): Seen {
    if (page === undefined) throw new Error("nothing was opened");
    return page;
  }

  return {
    cookies,
    seen,
    open: (path, headers) => request(path, undefined, headers),
    send: (fields, { form: wanted = "", headers } = {}) => {
      const { text, at } = seen();
      const form = formsOf(text).find(
        ({ action, fields: own }) => action.includes(wanted) || own.has(wanted),
      );
      if (form === undefined) throw new Error(`no form ${wanted} at ${at}: ${text}`);
      const all = new Map<string, string | undefined>([...form.fields, ...Object.entries(fields)]);
      const body = new URLSearchParams();
      for (const [name, value] of all) if (value !== undefined) body.set(name, value);
      return request(form.action, body.toString(), headers);
    },
  };
}

/** The forms of a page, with the values that their fields have. */
export function formsOf(text: string): readonly PageForm[] {
  return [...text.matchAll(/<form method="post" action="([^"]+)">([^]*?)<\/form>/g)].map(
    ([, action = "", inside = ""]) => {
      const fields = new Map<string, string>();
      for (const [tag] of inside.matchAll(/<input\b[^>]*>/g)) {
        const name = attribute(tag, "name");
        const isOff = attribute(tag, "type") === "checkbox" && !/\schecked\b/.test(tag);
        if (name !== null && !isOff) fields.set(name, attribute(tag, "value") ?? "");
      }
      return { action, fields };
    },
  );
}

function attribute(tag: string, name: string): string | null {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? null : decode(value);
}

function read(text: string): { title: string; problem: string | null; notice: string | null } {
  const inside = (pattern: RegExp): string | null => {
    const found = pattern.exec(text)?.[1];
    return found === undefined ? null : decode(found.replaceAll(/<[^>]+>/g, "").trim());
  };
  return {
    title: inside(/<h1>([^]*?)<\/h1>/) ?? "",
    problem: inside(/<div class="problem"[^>]*>([^]*?)<\/div>/),
    notice: inside(/<div class="notice"[^>]*>([^]*?)<\/div>/),
  };
}

function decode(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
