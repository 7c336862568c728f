// The examples in the README are programs that the compiler accepts.

import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const home = resolve(import.meta.dirname, "..");
const repository = resolve(home, "../..");

/** What examples import and this repository does not have. */
const AMBIENT = `
declare module "expo-secure-store" {
  export function getItemAsync(key: string): Promise<string | null>;
  export function setItemAsync(key: string, value: string): Promise<void>;
  export function deleteItemAsync(key: string): Promise<void>;
}
`;

/** Compiles programs; answers what the compiler says, empty when it is content. */
async function compile(
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<string> {
  const directory = join(home, "dist", `examples-${files.length}`);
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await mkdir(directory, { recursive: true });
  for (const { name, text } of files) await writeFile(join(directory, name), text);
  const config = {
    extends: join(repository, "tsconfig.base.json"),
    compilerOptions: {
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
      lib: ["es2024", "dom", "dom.iterable"],
      jsx: "react-jsx",
      moduleDetection: "force",
      rootDir: repository,
      noUnusedLocals: false,
    },
    include: ["."],
  };
  await writeFile(join(directory, "tsconfig.json"), JSON.stringify(config));
  try {
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-p", directory], { encoding: "utf8", stdio: "pipe" });
    return "";
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

test("README's examples type-check", { timeout: 60_000 }, async () => {
  const readme = await readFile(join(home, "README.md"), "utf8");
  const examples = Array.from(
    readme.matchAll(/```(tsx?)\n(.*?)```/gs),
    ([, kind = "", text = ""], index) => ({ name: `example-${index}.${kind}`, text }),
  );
  expect(examples.length).toBeGreaterThanOrEqual(5);
  const ambient = { name: "ambient.d.ts", text: AMBIENT };
  // The ambient file declares modules, so it must not be one itself.
  expect(await compile([...examples, { ...ambient, name: "ambient.d.cts" }])).toBe("");
  const lie = 'import { createClient } from "@latchkey/client"; createClient().noSuchMethod();';
  expect(await compile([{ name: "lie.ts", text: lie }])).toContain("noSuchMethod");
});
