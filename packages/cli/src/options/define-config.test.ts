import { expect, test } from "vitest";
import { defineConfig } from "./define-config.ts";
import { resolveSettings } from "./resolve-settings.ts";

test("what the type allows is what the file may hold", () => {
  const values = defineConfig({
    port: 4100,
    data: "data",
    audience: ["https://api.example.com"],
    origin: "https://app.example.com",
    accessTokenLifetime: 300,
    sessionIdleLifetime: "12h",
    signingAlgorithm: "EdDSA",
    requireVerifiedEmail: true,
    logLevel: "warn",
    claims: ({ id }) => ({ "urn:example:user": id }),
  });
  const file = { path: "latchkey.config.ts", directory: "/srv", values };
  const settings = resolveSettings({ flags: {}, environment: {}, directory: "/", file });
  expect(settings).toMatchObject({
    port: 4100,
    data: "/srv/data",
    audience: ["https://api.example.com"],
    origin: ["https://app.example.com"],
    accessTokenLifetime: 300,
    sessionIdleLifetime: 43_200,
  });
});

test("a key that is no setting does not type-check", () => {
  // @ts-expect-error `prot` is not a setting
  const values = defineConfig({ prot: 1 });
  const file = { path: "latchkey.config.ts", directory: "/srv", values };
  expect(() => resolveSettings({ flags: {}, environment: {}, directory: "/", file })).toThrow(
    "prot in latchkey.config.ts is not a setting.",
  );
});
