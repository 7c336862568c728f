import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createProgress } from "./progress.ts";

function written(isTTY: boolean, times: readonly number[]): string {
  const stream = Object.assign(new PassThrough(), { isTTY });
  const clock = [0, ...times];
  const progress = createProgress(stream, () => clock.shift() ?? 0);
  for (const [index] of times.entries()) progress.show(index + 1, 4);
  progress.end();
  return String(stream.read() ?? "");
}

test("a long command shows how far it is, on a terminal only", () => {
  expect(written(true, [100, 600, 700])).toBe("\r50 %\r75 %\r\u001B[K");
  expect(written(false, [100, 600, 700])).toBe("");
});

test("a short command shows nothing", () => {
  expect(written(true, [100, 200])).toBe("");
});
