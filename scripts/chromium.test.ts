// What `npm test` does about a browser, on machines that have one, may install one, or may not.

import { describe, expect, it } from "vitest";
import { ensureChromium } from "./chromium.mjs";

const BROWSER = "/usr/bin/chromium";
const SHELL = "/usr/bin/chromium-headless-shell";
const APT = "/usr/bin/apt-get";

function machine(given: {
  files: readonly string[];
  root?: boolean;
  env?: Record<string, string>;
  /** Installs that fail before one succeeds. */
  failures?: number;
}) {
  const files = new Set(given.files);
  const commands: string[] = [];
  let failures = given.failures ?? 0;
  return {
    commands,
    env: given.env ?? {},
    exists: (path: string) => files.has(path),
    isRoot: () => given.root ?? true,
    run: (command: readonly string[]) => {
      const [, verb, ...rest] = command;
      const name = rest.at(-1);
      commands.push(name === undefined ? `${verb}` : `${verb} ${name}`);
      if (verb === "install") {
        failures -= 1;
        if (failures >= 0) return false;
        files.add(`/usr/bin/${name}`);
      }
      return true;
    },
  };
}

function ensure(on: ReturnType<typeof machine>) {
  const lines: string[] = [];
  const isThere = ensureChromium({ machine: on, report: (line) => void lines.push(line) });
  return { isThere, said: lines.join("\n"), commands: on.commands };
}

describe("Chromium for the tests", () => {
  it("is left alone when it is there", () => {
    for (const path of [BROWSER, SHELL]) {
      expect(ensure(machine({ files: [path, APT] }))).toMatchObject({
        isThere: true,
        commands: [],
      });
    }
    const named = machine({ files: ["/opt/chrome"], env: { CHROMIUM: "/opt/chrome" } });
    expect(ensure(named)).toMatchObject({ isThere: true, commands: [] });
  });

  it("is installed by apt-get, which updates its lists when they are too old", () => {
    const [shell, browser] = ["install chromium-headless-shell", "install chromium"];
    expect(ensure(machine({ files: [APT] }))).toMatchObject({ isThere: true, commands: [shell] });
    // A distribution without the shell.
    expect(ensure(machine({ files: [APT], failures: 1 }))).toMatchObject({
      isThere: true,
      commands: [shell, browser],
    });
    expect(ensure(machine({ files: [APT], failures: 2 })).commands).toEqual([
      shell,
      browser,
      "update",
      shell,
    ]);
  });

  it("is asked for in words where it cannot be installed", () => {
    const poor = [
      machine({ files: [APT], root: false }),
      machine({ files: [] }),
      machine({ files: [APT], env: { CHROMIUM: "/opt/missing" } }),
    ];
    for (const on of poor) {
      const { isThere, said, commands } = ensure(on);
      expect(isThere).toBe(false);
      expect(said).toContain("apt-get install -y chromium");
      expect(commands).toEqual([]);
    }
    expect(ensure(machine({ files: [APT], failures: 9 })).said).toContain("could not install");
  });
});
