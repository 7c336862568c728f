import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { deriveRefreshKey } from "../keys/refresh-key.ts";
import {
  createBrowserName,
  createFormToken,
  FORM_LIFETIME,
  formCookieName,
  isBrowserName,
  isFormToken,
} from "./form-token.ts";

const old = deriveRefreshKey(3, randomBytes(32));
const current = deriveRefreshKey(4, randomBytes(32));
const keys = {
  currentRefreshKey: () => current,
  refreshKey: (id: number) => [old, current].find((key) => key.id === id),
};
const place = { path: "/sign-in", browser: createBrowserName(), now: 1_800_000_000_000 };

describe("form tokens", () => {
  it("are good for their form, their browser and half a day", () => {
    const token = createFormToken(keys, place);
    expect(isFormToken(keys, token, place)).toBe(true);
    const almost = { ...place, now: place.now + FORM_LIFETIME - 1 };
    expect(isFormToken(keys, token, almost)).toBe(true);
    expect(isFormToken(keys, token, { ...place, now: place.now + FORM_LIFETIME })).toBe(false);
  });

  it("are good after the key was replaced, and not after it was deleted", () => {
    const token = createFormToken({ ...keys, currentRefreshKey: () => old }, place);
    expect(isFormToken(keys, token, place)).toBe(true);
    const without = { ...keys, refreshKey: () => undefined };
    expect(isFormToken(without, token, place)).toBe(false);
  });

  it("K8: are of no use in another browser or form", () => {
    const token = createFormToken(keys, place);
    expect(isFormToken(keys, token, { ...place, browser: createBrowserName() })).toBe(false);
    expect(isFormToken(keys, token, { ...place, path: "/sign-up" })).toBe(false);
  });

  it("K8: are refused with any bit changed, and in any other spelling", () => {
    const token = createFormToken(keys, place);
    const bytes = Buffer.from(token, "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(isFormToken(keys, changed.toString("base64url"), place)).toBe(false);
    }
    for (const text of ["", "A", `${token}A`, `${token}=`, ` ${token}`, token.slice(0, -1)]) {
      expect(isFormToken(keys, text, place)).toBe(false);
    }
  });
});

describe("the cookie of forms", () => {
  it("has a name of its own for each issuer", () => {
    expect(formCookieName("https://id.example")).toMatch(/^__Host-lk-[\w-]{12}-form$/);
    expect(formCookieName("http://localhost:4000")).toMatch(/^lk-dev-[\w-]{12}-form$/);
  });

  it("has a value that nobody can guess, and only such", () => {
    expect(isBrowserName(createBrowserName())).toBe(true);
    expect(createBrowserName()).not.toBe(createBrowserName());
    for (const value of [undefined, "", "a", "a b".repeat(8)])
      expect(isBrowserName(value)).toBe(false);
  });
});
