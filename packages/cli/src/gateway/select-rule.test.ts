import { describe, expect, test } from "vitest";
import { checkPrefixes, parsePath, selectRule } from "./select-rule.ts";

const rules = [
  { prefix: "/", value: "root" },
  { prefix: "/public", value: "public" },
  { prefix: "/patients", value: "patients" },
  { prefix: "/patients/notes", value: "notes" },
];

describe("selectRule", () => {
  test.each([
    ["/", "root"],
    ["/other", "root"],
    ["/patients", "patients"],
    ["/patients/", "patients"],
    ["/patients/7?x=/public", "patients"],
    ["/patientsX", "root"],
    ["/patients/notes/1", "notes"],
    ["/public/a.txt", "public"],
    ["/%70atients/7", "patients"],
    ["/patients/a%20b", "patients"],
  ])("%s is under %s", (target, value) => {
    expect(selectRule(rules, target)).toBe(value);
  });

  test("a path under no prefix has no rule", () => {
    expect(selectRule(rules.slice(1), "/other")).toBeUndefined();
  });

  // P6: what a proxy, a gateway and an API may each read in a way of their own.
  test.each([
    "//patients",
    "/public//../patients",
    "/public/../patients",
    "/public/%2e%2e/patients",
    "/public/.%2E/patients",
    "/public/./x",
    "/public%2f..%2fpatients",
    "/public%5c..%5cpatients",
    "/public\\..\\patients",
    "/public;x=1/patients",
    "/public/%252e%252e/patients",
    "/PATIENTS/7",
    "/Public/x",
    "/patients/NOTES",
    "/patients.",
    "/patients%20",
    "/patients%00",
    "/patients%0a",
    "/patients%",
    "/patients%zz",
    "/patients#x",
    "/patients%23x",
    "/patients%3fx",
    "/patients%ff",
    "/pat\u0131ents",
    "patients",
    "",
    "*",
    "http://host/patients",
    "?x",
  ])("P6: %j has no rule", (target) => {
    expect(selectRule(rules, target)).toBeUndefined();
  });
});

test("parsePath decodes once", () => {
  expect(parsePath("/a%41/%C3%A9?q=%zz")).toBe("/aA/é");
});

describe("checkPrefixes", () => {
  test.each([
    ["patients"],
    ["/patients/"],
    ["/a//b"],
    ["/a/../b"],
    ["/a%20"],
    ["/a;b"],
    ["/é"],
    [""],
  ])("%j is refused", (prefix) => {
    expect(() => checkPrefixes([prefix])).toThrow(TypeError);
  });

  test("the same prefix twice is refused, apart from case too", () => {
    expect(() => checkPrefixes(["/a", "/A"])).toThrow("stands there twice");
    expect(() => checkPrefixes(["/", "/a", "/a/b"])).not.toThrow();
  });
});
