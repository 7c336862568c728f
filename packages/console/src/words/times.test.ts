import { expect, it } from "vitest";
import { formatDistance } from "./times.ts";

it.each([
  [-3 * 3600, "3 hours ago"],
  [-90, "1 minute ago"],
  [0, "now"],
  [86_400, "tomorrow"],
  [40 * 86_400, "next month"],
])("%i seconds away is %s", (seconds, words) => {
  expect(formatDistance(seconds * 1000, 0, "en")).toBe(words);
});

it("speaks the reader's language", () => {
  expect(formatDistance(0, 3_600_000, "de")).toBe("vor 1 Stunde");
});
