// A process of the take-back suite and its messages: one question at a time, answered in order.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A running child. */
export interface Child {
  /** The first message that it sent by itself. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Sends a question; resolves with the answer that has the same `id`. */
  ask<Answer>(kind: string, value?: unknown): Promise<Answer>;
  /** Ends the process and waits for it. */
  end(): Promise<void>;
}

/** Starts a file of this folder. */
export async function startChild(
  file: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Child> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      "--conditions=latchkey-source",
      "--disable-warning=ExperimentalWarning",
      ...flags,
      join(import.meta.dirname, file),
      ...args,
    ],
    {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: { ...process.env, NODE_ENV: "production" },
    },
  );
  const waiting = new Map<number, (value: unknown) => void>();
  const failures: ((error: Error) => void)[] = [];
  child.once("exit", (code) => {
    for (const fail of failures) fail(new Error(`${file} ended with ${code}`));
  });
  let next = 0;
  const [ready] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => {
      throw new Error(`${file} did not start`);
    }),
  ])) as [Readonly<Record<string, unknown>>];
  child.on("message", ({ id, value }: { readonly id: number; readonly value: unknown }) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  return {
    ready,
    ask: <Answer>(kind: string, value?: unknown) =>
      new Promise<Answer>((resolve, reject) => {
        const id = next++;
        // The two files of this folder agree about what a question is answered with.
        waiting.set(id, resolve as (answer: unknown) => void);
        failures.push(reject);
        child.send({ id, kind, value });
      }),
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
    },
  };
}

/** In the child: answers questions by kind, after saying that it is ready. */
export function answerQuestions(
  ready: Readonly<Record<string, unknown>>,
  answers: Readonly<Record<string, (value: never) => unknown>>,
): void {
  type Question = { readonly id: number; readonly kind: string; readonly value: never };
  const answer = async ({ id, kind, value }: Question): Promise<void> => {
    process.send?.({ id, value: (await answers[kind]?.(value)) ?? null });
  };
  process.on("message", (question: Question) => void answer(question));
  process.send?.(ready);
}
