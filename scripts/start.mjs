// @ts-check
// `npm start`: installs what is missing, then runs `latchkey serve` from its sources on the pinned
// Node. Arguments after `--` go to it: `npm start -- --port 0`. Plain JavaScript for Node >= 18.

import { spawn } from "node:child_process";
import { constants, cpus } from "node:os";
import { join } from "node:path";
import { ensureConsole } from "./console.mjs";
import { ensureInstalled, InstallError, workspaceRoot } from "./install.mjs";

/** @type {readonly NodeJS.Signals[]} */
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"];

/** How often to look whether npm still lives (milliseconds). */
const PARENT_INTERVAL = 250;

/**
 * Ends the server when npm was killed in a way that it could not pass on: a server that nobody
 * knows of would hold the port and the data directory.
 *
 * @param {() => void} end
 */
function endWithNpm(end) {
  if (process.env["npm_lifecycle_event"] !== "start") return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, PARENT_INTERVAL);
  timer.unref();
}

/** @param {string} node @param {readonly string[]} args */
function startServer(node, args) {
  const main = join(workspaceRoot, "packages", "cli", "src", "main.ts");
  const threads = process.env["UV_THREADPOOL_SIZE"] ?? String(Math.max(4, 2 * cpus().length));
  // Stripping types and compiling is half of the start. Kept in the workspace: Node's default, a
  // known name in the machine's temporary directory, is anybody's to fill.
  const compileCache = join(workspaceRoot, "node_modules", ".cache", "compile");
  const child = spawn(node, ["--conditions=latchkey-source", main, "serve", ...args], {
    stdio: "inherit",
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, UV_THREADPOOL_SIZE: threads },
  });
  // Ctrl-C reaches the server from the terminal, from npm and from here; it takes those that come
  // together for one.
  for (const signal of FORWARDED) process.on(signal, () => void child.kill(signal));
  endWithNpm(() => void child.kill("SIGTERM"));
  child.on("error", (error) => {
    process.stderr.write(`The pinned Node could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
  });
}

try {
  const { node } = await ensureInstalled();
  // Signing in does not hang on it: without the console the server still answers its API.
  await ensureConsole().catch((error) => {
    process.stderr.write(`\n${error.message}\nThe server starts without it.\n\n`);
  });
  startServer(node, process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InstallError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}
