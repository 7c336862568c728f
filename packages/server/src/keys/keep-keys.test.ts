import { expect, it } from "vitest";
import { keepKeys } from "./keep-keys.ts";

it("looks again and again, also after a failure, one look at a time, until it is stopped", async () => {
  const looks: string[] = [];
  const warnings: unknown[] = [];
  let underWay = 0;
  await new Promise<void>((resolve) => {
    const keeper = keepKeys({
      interval: 1,
      log: { warn: (...values: unknown[]) => void warnings.push(values) },
      keyRing: {
        maintain: async () => {
          underWay += 1;
          looks.push(`look of ${underWay}`);
          await new Promise((done) => setImmediate(done));
          underWay -= 1;
          if (looks.length === 1) throw new Error("the store is away");
          if (looks.length === 4) void keeper.stop().then(resolve);
        },
      },
    });
  });
  expect(looks.length).toBeGreaterThanOrEqual(4);
  expect(new Set(looks)).toEqual(new Set(["look of 1"]));
  expect(warnings).toHaveLength(1);
});
