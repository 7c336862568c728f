import { describe, expect, it } from "vitest";
import type { LatchkeyConfig } from "./latchkey-config.ts";
import { describeSettings } from "./describe-settings.ts";
import { durationInWords } from "./duration-words.ts";
import { resolveSettings } from "./settings.ts";

const config: LatchkeyConfig = {
  issuer: "https://id.example",
  data: "/srv/data",
  keyEncryption: { keys: [{ id: "k", key: "kek-secret" } as never] },
  accessTokenLifetime: "5m",
  smtp: { url: "smtps://post:mail-secret@mail.example", from: "Id <id@id.example>" },
  settingSources: { accessTokenLifetime: "--access-token-lifetime" },
};

describe("describeSettings", () => {
  const described = describeSettings(config, resolveSettings(config));
  const find = (name: string) => described.find((setting) => setting.name === name);

  it("says value, source and effect", () => {
    expect(find("accessTokenLifetime")).toMatchObject({
      value: "5 minutes",
      source: "--access-token-lifetime",
      isDefault: false,
    });
    expect(find("issuer")).toMatchObject({ source: "configuration", isDefault: false });
    expect(find("sessionIdleLifetime")).toMatchObject({
      value: "30 days",
      source: "default",
      isDefault: true,
    });
    expect(described.filter(({ effect }) => effect === "")).toEqual([]);
  });

  it("O6: tells no secret", () => {
    const text = JSON.stringify(described);
    expect(text).not.toMatch(/kek-secret|mail-secret/);
    expect(find("smtp")?.value).toBe("from Id <id@id.example>");
  });
});

it.each([
  [1, "1 second"],
  [90, "90 seconds"],
  [900, "15 minutes"],
  [3600, "1 hour"],
  [43_200, "12 hours"],
  [2_592_000, "30 days"],
  [0, "0 seconds"],
])("%i seconds are %s", (seconds, words) => {
  expect(durationInWords(seconds)).toBe(words);
});
