import { describe, expect, it, onTestFinished } from "vitest";
import { engines } from "../../test/engines/engines.ts";
import { followDatabaseClock } from "./database-clock.ts";

describe.each(engines)("the clock of $name", (engine) => {
  it("is the database's, two minutes off or not, and is followed when it changes", async () => {
    const store = await engine.create();
    const database = await store.open();
    const warnings: unknown[] = [];
    await store.setClockOffset(120_000);
    const clock = await followDatabaseClock(database, {
      log: { warn: (fields: unknown) => void warnings.push(fields) },
      interval: 3_600_000,
    });
    onTestFinished(async () => {
      clock.stop();
      await database.close();
      await store.remove();
    });
    const ahead = clock.now() - Date.now();
    expect(ahead).toBeGreaterThan(115_000);
    expect(ahead).toBeLessThan(125_000);
    expect(warnings).toHaveLength(1);

    await store.setClockOffset(-60_000);
    await clock.follow();
    expect(clock.now() - Date.now()).toBeLessThan(-55_000);
    // Told once.
    expect(warnings).toHaveLength(1);
  });
});
