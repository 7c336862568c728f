import { describe, expect, it } from "vitest";
import { parseBasic } from "./authenticate-client.ts";

const encode = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

describe("parseBasic (RFC 6749 section 2.3.1)", () => {
  it.each([
    ["plain", encode("id:secret"), { id: "id", secret: "secret" }],
    [
      "any case of the scheme",
      encode("id:secret").replace("Basic", "bAsIc"),
      { id: "id", secret: "secret" },
    ],
    ["form-urlencoded parts", encode("a%3Ab:c%25+d%2B"), { id: "a:b", secret: "c% d+" }],
    ["a colon in the secret", encode("id:a:b"), { id: "id", secret: "a:b" }],
    ["an empty secret", encode("id:"), { id: "id", secret: "" }],
    ["UTF-8", encode("id:%C3%A9"), { id: "id", secret: "é" }],
  ])("reads %s", (_, header, expected) => {
    expect(parseBasic(header)).toEqual(expected);
  });

  it.each([
    ["nothing", null],
    ["an empty header", ""],
    ["another scheme", "Bearer abc"],
    ["no credentials", "Basic "],
    ["no base64", "Basic a:b"],
    ["no colon", encode("id")],
    ["broken percent signs", encode("id:%zz")],
    ["two headers in one", `${encode("id:secret")}, ${encode("id:secret")}`],
    ["a header that is too long", encode("i".repeat(600))],
  ])("refuses %s", (_, header) => {
    expect(parseBasic(header)).toBeUndefined();
  });
});
