import { expect, test } from "vitest";
import { decideSignal, SAME_SIGNAL_WINDOW } from "./signals.ts";

test("the first drains, its echo is ignored, a later one exits", () => {
  expect(decideSignal(undefined, 5)).toBe("drain");
  expect(decideSignal(5, 5)).toBe("ignore");
  expect(decideSignal(5, 4 + SAME_SIGNAL_WINDOW)).toBe("ignore");
  expect(decideSignal(5, 5 + SAME_SIGNAL_WINDOW)).toBe("exit");
});
