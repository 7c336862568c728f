import { expect, it } from "vitest";
import { lookUpPlaces, MAX_PLACE_LENGTH } from "./place.ts";

it("asks once for each address, and clips what comes", async () => {
  const asked: string[] = [];
  const placeOf = (address: string): string => {
    asked.push(address);
    return "L".repeat(1000);
  };
  const places = await lookUpPlaces(placeOf, ["192.0.2.1", null, "192.0.2.1", "2001:db8::1"]);
  expect(asked).toEqual(["192.0.2.1", "2001:db8::1"]);
  expect(places.get("192.0.2.1")).toHaveLength(MAX_PLACE_LENGTH);
});

it("goes without a place when the lookup fails, knows nothing, or never answers", async () => {
  const placeOf = (address: string): Promise<string | null> | string => {
    if (address === "fails") throw new Error("no");
    if (address === "rejects") return Promise.reject(new Error("no"));
    if (address === "unknown") return Promise.resolve(null);
    if (address === "wrong") return 7 as unknown as string;
    return address === "hangs" ? new Promise(() => undefined) : "Lisbon";
  };
  const addresses = ["fails", "rejects", "unknown", "wrong", "hangs", "known"];
  expect(await lookUpPlaces(placeOf, addresses)).toEqual(new Map([["known", "Lisbon"]]));
});

it("asks nobody without a lookup", async () => {
  expect((await lookUpPlaces(undefined, ["192.0.2.1"])).size).toBe(0);
});
