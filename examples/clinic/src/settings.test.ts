import { describe, expect, it } from "vitest";
import { parseSettings } from "./settings.ts";

describe("parseSettings", () => {
  it("has a default for everything", () => {
    expect(parseSettings({})).toEqual({
      issuer: "http://localhost:4000",
      audience: "http://localhost:4000",
      port: 5000,
      data: ".clinic",
    });
  });

  it("takes the issuer for the audience unless told otherwise", () => {
    const issuer = "https://id.example";
    expect(parseSettings({ LATCHKEY_ISSUER: issuer }).audience).toBe(issuer);
    expect(parseSettings({ LATCHKEY_ISSUER: issuer, LATCHKEY_AUDIENCE: "clinic" })).toMatchObject({
      issuer,
      audience: "clinic",
    });
  });

  it.each([
    { LATCHKEY_ISSUER: "localhost" },
    { CLINIC_PORT: "70000" },
    { CLINIC_PORT: "-1" },
    { CLINIC_PORT: "" },
    { CLINIC_PORT: "5000x" },
  ])("refuses %o and names the variable", (environment) => {
    const [name = ""] = Object.keys(environment);
    expect(() => parseSettings(environment)).toThrow(name);
  });
});
