// From the answer to a logout until the last of 100 guards refuses the token; then the same server
// rotates its keys ten times under load, and then it is gone: how many good tokens were refused.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createGuard } from "@latchkey/guard";
import { createFixture } from "../refresh/fixture.ts";
import { type Child, startChild } from "./child.ts";

/** Processes with guards, and guards in each. */
const PROCESSES = 10;
const GUARDS = 10;

/** Revocations under way at once: all processes share this machine's cores with the server. */
const AT_ONCE = 2;

/** Milliseconds between two rotations; guards look at the keys more often than that. */
const ROTATE_EVERY = 2500;
const ROTATIONS = 10;

/** Milliseconds that the server is gone. */
const OUTAGE = 15_000;

/** What was measured. */
export interface PropagationReport {
  readonly samples: number;
  readonly missed: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
  readonly streaming: number;
  readonly rotations: number;
  readonly checkedDuringRotations: number;
  readonly failedDuringRotations: number;
  readonly checkedDuringOutage: number;
  readonly failedDuringOutage: number;
}

interface Session {
  refreshToken: string;
  accessToken: string;
}

/** Measures with so many revocations. */
export async function measurePropagation(
  revocations: number,
  report: (line: string) => void,
): Promise<PropagationReport> {
  const directory = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
  const children: Child[] = [];
  try {
    const kept = 100;
    const tokens = await createFixture(directory, {
      sessions: revocations + kept,
      tokens: revocations + kept,
    });
    const server = await startChild("server-process.ts", [directory]);
    children.push(server);
    const url = String(server.ready["url"]);
    report("signing in");
    const sessions: Session[] = [];
    for (const token of tokens) sessions.push(await renew(url, token));
    const revoked = sessions.slice(0, revocations);
    report(`starting ${PROCESSES * GUARDS} guards`);
    const guards = await Promise.all(
      Array.from({ length: PROCESSES }, () =>
        startChild("guards-process.ts", [url, String(GUARDS)]),
      ),
    );
    children.push(...guards);
    for (const child of guards) {
      const accepted = await child.ask<boolean>(
        "accept",
        revoked.map(({ accessToken }) => accessToken),
      );
      if (!accepted) throw new Error("a good token was refused before it was taken back");
    }
    const streaming = (
      await Promise.all(guards.map((child) => child.ask<number>("streaming")))
    ).reduce((sum, count) => sum + count, 0);
    report(`taking back ${revocations} sessions; ${streaming} guards follow a stream`);
    const times = await takeBack(url, guards, revoked);
    for (const child of guards) await child.end();
    report("rotating keys");
    const rotated = await rotateUnderLoad(server, url, sessions.slice(revocations));
    report("stopping the server");
    const outage = await checkThroughOutage(server, url, sessions.slice(revocations));
    const seen = times.filter((time) => time !== null).toSorted((a, b) => a - b);
    const at = (share: number): number =>
      seen[Math.min(seen.length - 1, Math.floor(seen.length * share))] ?? Number.NaN;
    return {
      samples: times.length,
      missed: times.length - seen.length,
      median: at(0.5),
      p99: at(0.99),
      longest: seen.at(-1) ?? Number.NaN,
      streaming,
      ...rotated,
      ...outage,
    };
  } finally {
    for (const child of children) await child.end();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Milliseconds from the answer to the refusal, for each revocation and guard; null: never. */
async function takeBack(
  url: string,
  guards: readonly Child[],
  sessions: readonly Session[],
): Promise<readonly (number | null)[]> {
  const clock = (): number => performance.timeOrigin + performance.now();
  const times: (number | null)[] = [];
  const waiting = [...sessions];
  const worker = async (): Promise<void> => {
    for (;;) {
      const session = waiting.pop();
      if (session === undefined) return;
      const refused = guards.map((child) =>
        child.ask<readonly (number | null)[]>("refused", session.accessToken),
      );
      await post(`${url}/auth/logout`, { refresh_token: session.refreshToken });
      const answeredAt = clock();
      for (const time of (await Promise.all(refused)).flat()) {
        times.push(time === null ? null : Math.max(0, time - answeredAt));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return times;
}

async function rotateUnderLoad(
  server: Child,
  url: string,
  sessions: readonly Session[],
): Promise<
  Pick<PropagationReport, "rotations" | "checkedDuringRotations" | "failedDuringRotations">
> {
  const guard = createGuard({ issuer: url, audience: url, keyRefreshInterval: 1 });
  const over = new AbortController();
  let checked = 0;
  let failed = 0;
  const keys = new Set<string>();
  const load = async (): Promise<void> => {
    for (let index = 0; !over.signal.aborted; index = (index + 1) % sessions.length) {
      const session = sessions[index];
      if (session === undefined) return;
      Object.assign(session, await renew(url, session.refreshToken));
      for (const { accessToken } of sessions) {
        checked += 1;
        if (!(await guard.check(accessToken)).ok) failed += 1;
      }
      keys.add(session.accessToken.split(".", 1)[0] ?? "");
    }
  };
  const loading = load();
  let rotations = 0;
  for (let count = 0; count < ROTATIONS; count += 1) {
    await sleep(ROTATE_EVERY);
    if ((await server.ask<number>("rotate")) < 300) rotations += 1;
  }
  await sleep(ROTATE_EVERY);
  over.abort();
  await loading;
  await guard.close();
  // Rotations that changed no key would prove nothing.
  return {
    rotations: Math.min(rotations, keys.size - 1),
    checkedDuringRotations: checked,
    failedDuringRotations: failed,
  };
}

async function checkThroughOutage(
  server: Child,
  url: string,
  sessions: readonly Session[],
): Promise<Pick<PropagationReport, "checkedDuringOutage" | "failedDuringOutage">> {
  // Half of them are seen for the first time while the server is gone.
  const guard = createGuard({ issuer: url, audience: url, maxStaleness: 5 });
  for (const { accessToken } of sessions.slice(0, sessions.length / 2))
    await guard.check(accessToken);
  await server.end();
  let checked = 0;
  let failed = 0;
  const end = performance.now() + OUTAGE;
  while (performance.now() < end) {
    for (const { accessToken } of sessions) {
      checked += 1;
      if (!(await guard.check(accessToken)).ok) failed += 1;
    }
    await sleep(5);
  }
  await guard.close();
  return { checkedDuringOutage: checked, failedDuringOutage: failed };
}

async function renew(url: string, refreshToken: string): Promise<Session> {
  const answer = (await post(`${url}/auth/refresh`, { refresh_token: refreshToken })) as {
    readonly access_token: string;
    readonly refresh_token?: string;
  };
  return { accessToken: answer.access_token, refreshToken: answer.refresh_token ?? refreshToken };
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}
