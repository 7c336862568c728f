// Where the control socket of a data directory is: DIR/control.sock, unless that path is too long
// for a socket address. Then it stands in a private temporary directory, and DIR/control.json
// (`{"socket": path}`) names it.

import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Bytes of a socket's path: sockaddr_un has 108 on Linux and 104 on macOS, with its end. */
export const MAX_SOCKET_PATH_BYTES = 100;

/** Permission of the socket and of the file that names it: the owner alone. */
const OWNER_ONLY = 0o600;

const SOCKET_NAME = "control.sock";
const POINTER_NAME = "control.json";

/** The socket's path inside the data directory, or undefined when it is too long for one. */
export function directSocketPath(data: string): string | undefined {
  const path = join(data, SOCKET_NAME);
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES ? path : undefined;
}

/**
 * Chooses the socket's path and clears what a dead server left there. Only for a process that
 * holds the data directory's lock.
 */
export async function claimSocketPath(data: string): Promise<string> {
  const direct = directSocketPath(data);
  await releaseSocketPath(data);
  if (direct !== undefined) return direct;
  const directory = await mkdtemp(join(tmpdir(), "latchkey-"));
  const path = join(directory, SOCKET_NAME);
  const pointer = join(data, POINTER_NAME);
  await writeFile(`${pointer}.new`, JSON.stringify({ socket: path }), { mode: OWNER_ONLY });
  await rename(`${pointer}.new`, pointer);
  return path;
}

/** Removes the socket, its pointer and its temporary directory, where they exist. */
export async function releaseSocketPath(data: string): Promise<void> {
  const pointed = await readPointer(data);
  if (pointed !== undefined) await rm(dirname(pointed), { recursive: true, force: true });
  await rm(join(data, POINTER_NAME), { force: true });
  await rm(join(data, SOCKET_NAME), { force: true });
}

/** Makes the socket the owner's alone; its directory already is. */
export async function protectSocket(path: string): Promise<void> {
  await chmod(path, OWNER_ONLY);
}

/** The path to connect to; whether anybody listens there is another question. */
export async function findSocketPath(data: string): Promise<string> {
  return (await readPointer(data)) ?? join(data, SOCKET_NAME);
}

// What the pointer names is deleted later on, so it must be a directory that we made.
async function readPointer(data: string): Promise<string | undefined> {
  try {
    const pointer: unknown = JSON.parse(await readFile(join(data, POINTER_NAME), "utf8"));
    const socket: unknown =
      typeof pointer === "object" && pointer !== null ? Reflect.get(pointer, "socket") : undefined;
    if (typeof socket !== "string") return undefined;
    return /\/latchkey-[A-Za-z0-9]{6}\/control\.sock$/.test(socket) ? socket : undefined;
  } catch {
    return undefined;
  }
}
