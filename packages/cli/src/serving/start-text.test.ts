import { expect, test } from "vitest";
import { formatStart, type StartFacts } from "./start-text.ts";

const FACTS: StartFacts = {
  version: "1.2.3",
  url: "http://localhost:4000",
  addresses: ["127.0.0.1"],
  issuer: "http://localhost:4000",
  data: "/srv/it's/.latchkey",
  kekDir: "/srv/keys",
  hasConsole: true,
  setupLink: null,
  isHttpLoopback: true,
  keepsMail: true,
  isLocal: true,
  tlsCert: undefined,
  isNpmStart: false,
  notes: [],
};

test("how to read mail is a command that can be pasted as it stands", () => {
  expect(formatStart(FACTS)).toContain("  latchkey mail --data '/srv/it'\\''s/.latchkey'\n");
});

test("with npm start there is no latchkey in the PATH, so it is npm's", () => {
  const text = formatStart({ ...FACTS, isNpmStart: true });
  expect(text).toContain("  npm run -s latchkey -- mail --data '/srv/it'\\''s/.latchkey'\n");
});

test("the console shows mail on this machine only, as administrators may read it there only", () => {
  const page = "http://localhost:4000/admin/mail";
  expect(formatStart(FACTS)).toContain(page);
  expect(formatStart({ ...FACTS, isLocal: false })).not.toContain(page);
  expect(formatStart({ ...FACTS, hasConsole: false })).not.toContain(page);
});
