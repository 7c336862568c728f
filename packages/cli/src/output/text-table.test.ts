import { expect, test } from "vitest";
import { formatFields, formatTable } from "./text-table.ts";

test("columns line up, an empty cell is a dash, control characters are shown as such", () => {
  expect(
    formatTable(
      ["ID", "NAME"],
      [
        ["1", "Ada"],
        ["22", ""],
        ["3", "a\u001b[2J"],
      ],
    ),
  ).toBe("ID  NAME\n1   Ada\n22  -\n3   a\uFFFD[2J");
});

test("fields", () => {
  expect(
    formatFields([
      ["id", "1"],
      ["name", "x"],
    ]),
  ).toBe("id    1\nname  x");
});
