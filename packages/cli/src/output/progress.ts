// How far a long command is: one line on a terminal that is written over. Nothing where standard
// error is a file or a pipe, and nothing for work that is over before anybody looks.

/** Milliseconds of work before the line appears. */
const QUIET_TIME = 500;

/** Shows how far a command is. */
export interface Progress {
  show(done: number, total: number): void;
  /** Takes the line away. */
  end(): void;
}

/** Creates the line; it appears with the first `show` after half a second. */
export function createProgress(
  stream: NodeJS.WritableStream,
  clock: () => number = () => performance.now(),
): Progress {
  const isTerminal = Reflect.get(stream, "isTTY") === true;
  const startedAt = clock();
  let isShown = false;
  return {
    show(done, total) {
      if (!isTerminal || total === 0 || clock() - startedAt < QUIET_TIME) return;
      isShown = true;
      stream.write(`\r${Math.floor((done / total) * 100)} %`);
    },
    end() {
      if (isShown) stream.write("\r\u001B[K");
    },
  };
}
