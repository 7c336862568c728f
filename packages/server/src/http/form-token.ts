// The signed token in every hosted form: the form was rendered by this server, for this browser, not
// long ago. Beside the origin rule (csrf.ts), since a form can carry no mark of a script. Design
// section 3, "CSRF".
//
// Layout, before base64url: key id 1 | issued at, in seconds 6 | MAC 24. The MAC covers the form's
// path and a random name that only this browser's cookie has, so a token that somebody fetched for
// themselves is of no use in another browser (login CSRF).

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Milliseconds that a form can be sent after it was shown. */
export const FORM_LIFETIME = 12 * 3_600_000;

/** Bytes of the MAC in a token. */
const MAC_BYTES = 24;

const TOKEN_BYTES = 1 + 6 + MAC_BYTES;
const BROWSER_NAME = /^[A-Za-z0-9_-]{22}$/;

/** A key that form tokens are made with. */
export interface FormKey {
  /** 0 to 255. */
  readonly id: number;
  /** HMAC-SHA256. */
  readonly form: (message: Uint8Array) => Buffer;
}

/** The keys; a key ring is one. */
export interface FormKeys {
  currentRefreshKey(): FormKey;
  refreshKey(id: number): FormKey | undefined;
}

/** What a form token is for. */
export interface FormPlace {
  /** Path of the form. */
  readonly path: string;
  /** The value of the browser's form cookie. */
  readonly browser: string;
  /** Milliseconds. */
  readonly now: number;
}

/** Names the cookie that a browser is known by to its forms. It says nothing about the visitor. */
export function formCookieName(issuer: string): string {
  const hash = createHash("sha256").update(issuer).digest("base64url").slice(0, 12);
  return issuer.startsWith("https:") ? `__Host-lk-${hash}-form` : `lk-dev-${hash}-form`;
}

/** Makes the value of a new form cookie. */
export function createBrowserName(): string {
  return randomBytes(16).toString("base64url");
}

/** Tells whether a cookie's value can be one of ours. */
export function isBrowserName(value: string | undefined): value is string {
  return value !== undefined && BROWSER_NAME.test(value);
}

/** Makes the token of a form. */
export function createFormToken(keys: FormKeys, place: FormPlace): string {
  const key = keys.currentRefreshKey();
  const head = Buffer.alloc(7);
  head.writeUInt8(key.id, 0);
  head.writeUIntBE(Math.floor(place.now / 1000), 1, 6);
  return Buffer.concat([head, macOf(key, head, place)]).toString("base64url");
}

/** Tells whether a token is of this form and this browser, and not too old. */
export function isFormToken(keys: FormKeys, token: string, place: FormPlace): boolean {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length !== TOKEN_BYTES || bytes.toString("base64url") !== token) return false;
  const head = bytes.subarray(0, 7);
  const key = keys.refreshKey(head.readUInt8(0));
  if (key === undefined) return false;
  // Before the time is read: nobody's numbers but ours are judged.
  if (!timingSafeEqual(bytes.subarray(7), macOf(key, head, place))) return false;
  const age = place.now - head.readUIntBE(1, 6) * 1000;
  return age < FORM_LIFETIME;
}

function macOf(key: FormKey, head: Buffer, place: FormPlace): Buffer {
  const text = Buffer.from(`${place.browser} ${place.path}`);
  return key.form(Buffer.concat([head, text])).subarray(0, MAC_BYTES);
}
