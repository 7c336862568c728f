import { describe, expect, it } from "vitest";
import { ProblemError, problemAt, problemBeside } from "./problem.ts";

const refused = (...paths: string[]) =>
  new ProblemError({
    status: 400,
    code: "invalid_request",
    title: "Invalid request",
    detail: "Correct what `errors` names.",
    errors: paths.map((path) => ({ path, message: `Bad ${path}` })),
  });

describe("problemAt", () => {
  it.each([
    [["name"], "name", "Bad name"],
    [["permissions.3", "permissions.4"], "permissions", "Bad permissions.3 Bad permissions.4"],
    [["/name"], "name", "Bad /name"],
    [["username"], "name", undefined],
    [[], "name", undefined],
  ])("of %j at %s is %s", (paths, field, message) => {
    expect(problemAt(refused(...paths), field)).toBe(message);
  });

  it("is nothing without a problem", () => {
    expect(problemAt(null, "name")).toBeUndefined();
  });
});

describe("problemBeside", () => {
  it("leaves what no field says", () => {
    const { errors } = problemBeside(refused("name", "email"), ["name"]) ?? {};
    expect(errors).toEqual([{ path: "email", message: "Bad email" }]);
  });

  it("is nothing when the fields say it all, and the whole when nothing was named", () => {
    expect(problemBeside(refused("name", "permissions.0"), ["name", "permissions"])).toBeNull();
    const whole = refused();
    expect(problemBeside(whole, ["name"])).toBe(whole);
    expect(problemBeside(null, ["name"])).toBeNull();
  });
});
