import { describe, expect, it } from "vitest";
import { MAX_COOKIE_AGE, parseCookies, serializeCookie } from "./cookies.ts";

const options = { maxAge: 60, secure: true };

describe("serializeCookie", () => {
  it("writes HttpOnly, Path=/, SameSite=Strict and no Domain", () => {
    expect(serializeCookie("__Host-lk", "v", options)).toBe(
      "__Host-lk=v; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict",
    );
  });

  it("keeps a cookie no longer than browsers do", () => {
    const cookie = serializeCookie("a", "v", { maxAge: MAX_COOKIE_AGE + 1, secure: false });
    expect(cookie).toContain(`Max-Age=${MAX_COOKIE_AGE};`);
    expect(cookie).not.toContain("Secure");
  });

  it.each(["__Host-a", "__host-a", "__Secure-a"])("refuses %s without Secure", (name) => {
    expect(() => serializeCookie(name, "v", { maxAge: 1, secure: false })).toThrow(TypeError);
  });

  it.each(["a b", "a;b", "a,b", 'a"b', "a\r\nSet-Cookie: x=1", "a\0", "ä", "a\\b"])(
    "O5: refuses the value %j",
    (value) => {
      expect(() => serializeCookie("a", value, options)).toThrow(TypeError);
    },
  );

  it.each(["", "a=b", "a;b", "a b", "a\r\n"])("O5: refuses the name %j", (name) => {
    expect(() => serializeCookie(name, "v", options)).toThrow(TypeError);
  });

  it("refuses what browsers would drop in silence", () => {
    expect(() => serializeCookie("a", "v".repeat(4096), options)).toThrow(TypeError);
    expect(() => serializeCookie("a", "v", { maxAge: -1, secure: true })).toThrow(TypeError);
  });
});

describe("parseCookies (rfc6265bis)", () => {
  it("reads names with their case", () => {
    const cookies = parseCookies("__HOST-sid=evil; __Host-sid=good");
    expect([...cookies]).toEqual([
      ["__HOST-sid", "evil"],
      ["__Host-sid", "good"],
    ]);
  });

  it("leaves out a name that came twice", () => {
    expect([...parseCookies("a=1; b=2; a=3; a=1")]).toEqual([["b", "2"]]);
  });

  it("does not read a nameless cookie as a named one (section 5.7)", () => {
    expect(parseCookies("=__Host-sid=evil").size).toBe(0);
    expect(parseCookies("__Host-sid").size).toBe(0);
  });

  it.each([null, undefined, "", ";;;", "a=1".repeat(6000)])("reads nothing from %j", (header) => {
    expect(parseCookies(header).size).toBe(0);
  });

  it("keeps what is well formed beside what is not", () => {
    expect([...parseCookies('a="1"; b=2; c d=3; __proto__=4')]).toEqual([
      ["b", "2"],
      ["__proto__", "4"],
    ]);
  });
});
