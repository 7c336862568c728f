// Hashes passwords with argon2id behind a bounded pool. Each hash takes 19 MiB and a thread of the
// pool, so only so many run at once, so many wait, and the rest are told to come back.

import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { Refusal } from "../http/refusal.ts";
import { parseLegacyHash } from "./legacy-hashes/legacy-hash.ts";
import { NO_PEPPERS, type Peppers } from "./password-peppers.ts";
import { type Argon2Parameters, formatPhc, parsePhc, type PasswordHash } from "./phc.ts";

/** OWASP's argon2id: 19 MiB, two passes, one lane. */
export const ARGON2_PARAMETERS: Argon2Parameters = { memory: 19_456, passes: 2, parallelism: 1 };

/** For {@link PasswordHasherOptions.dangerouslyCheap}. */
const CHEAP_PARAMETERS: Argon2Parameters = { memory: 256, passes: 1, parallelism: 1 };

/** Bytes of a password; what is longer is refused, after the same work as any other. */
export const MAX_PASSWORD_BYTES = 1024;

/** Hashes that may wait for a place, by default. */
export const DEFAULT_HASH_QUEUE = 128;

/** Seconds after which a refused hash is worth another try. */
export const HASH_RETRY_AFTER = 2;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Hashes and checks passwords. */
export interface PasswordHasher {
  /**
   * Hashes a password to a PHC string.
   * @throws Refusal `overloaded` when the queue is full
   */
  hash(password: string): Promise<string>;
  /**
   * Tells whether a password belongs to a stored hash: argon2, or one that an imported account
   * brought along. `null` (no account, or one without a password) does the same work as our own
   * hashes and is false. A malformed hash is false too.
   * @throws Refusal `overloaded` when the queue is full, `internal` when the hash was made with a
   * pepper that this server does not have
   */
  verify(password: string, stored: string | null): Promise<boolean>;
  /**
   * Refuses while the queue is full. Asked before anything else that a sign-in costs, so that a
   * flood is turned away at the door and others hardly notice it.
   * @throws Refusal `overloaded`
   */
  requireRoom(): void;
  /** Tells whether a hash was made in another way than today's. */
  needsRehash(stored: string): boolean;
  /** How many hashes were computed since the start; for metrics and tests. */
  count(): number;
  /** @throws Error when this Node cannot do argon2id with what is configured */
  probe(): Promise<void>;
}

/** Options of {@link createPasswordHasher}. */
export interface PasswordHasherOptions {
  /** Hashes at once. Default: all cores but one. */
  readonly concurrency?: number;
  /** Hashes that may wait. */
  readonly queueLimit?: number;
  /**
   * Hashes with a hundredth of the work, for the tests of an app, on a loopback issuer only: whoever
   * copies such hashes guesses their passwords a hundred times as fast. A server without it makes
   * them anew at sign-in.
   */
  readonly dangerouslyCheap?: boolean;
}

/** Creates the pool. */
export function createPasswordHasher(
  options: PasswordHasherOptions & { readonly peppers?: Peppers } = {},
): PasswordHasher {
  const { peppers = NO_PEPPERS } = options;
  const parameters = options.dangerouslyCheap === true ? CHEAP_PARAMETERS : ARGON2_PARAMETERS;
  const pool = createPool(
    options.concurrency ?? Math.max(1, availableParallelism() - 1),
    options.queueLimit ?? DEFAULT_HASH_QUEUE,
  );
  // What a login without an account is compared with. No password has this hash.
  const nobody: PasswordHash = {
    ...parameters,
    variant: "argon2id",
    pepperId: peppers.current?.id ?? null,
    salt: randomBytes(SALT_BYTES),
    hash: randomBytes(HASH_BYTES),
  };
  let count = 0;
  const work = <Result>(task: () => Promise<Result>): Promise<Result> =>
    pool.run(() => {
      count += 1;
      return task();
    });
  const derive = (password: string, like: PasswordHash): Promise<Buffer> =>
    work(() => deriveHash(password, like, pepperOf(peppers, like)));
  return {
    async hash(password) {
      const made = { ...nobody, salt: randomBytes(SALT_BYTES) };
      return formatPhc({ ...made, hash: await derive(password, made) });
    },
    async verify(password, stored) {
      // The length is judged after the work: a refusal that came sooner would tell that an
      // account exists, or what its password is not (CVE-2025-22234).
      const isBounded = Buffer.byteLength(password) <= MAX_PASSWORD_BYTES;
      const parsed = stored === null ? undefined : parsePhc(stored);
      const legacy = stored === null || parsed !== undefined ? undefined : parseLegacyHash(stored);
      if (legacy !== undefined) {
        return (await work(() => legacy.verify(messageOf(password)))) && isBounded;
      }
      const isUsable = parsed !== undefined && isKnownPepper(peppers, parsed);
      const like = isUsable ? parsed : nobody;
      const derived = await derive(password, like);
      if (parsed !== undefined && !isUsable) throw unknownPepper(parsed);
      const isSame = derived.length === like.hash.length && timingSafeEqual(derived, like.hash);
      return isSame && isUsable && isBounded;
    },
    requireRoom: () => pool.requireRoom(),
    needsRehash(stored) {
      const parsed = parsePhc(stored);
      return (
        parsed?.variant !== "argon2id" ||
        parsed.pepperId !== nobody.pepperId ||
        parsed.memory !== parameters.memory ||
        parsed.passes !== parameters.passes ||
        parsed.parallelism !== parameters.parallelism
      );
    },
    count: () => count,
    async probe() {
      const small = { ...nobody, memory: 64, passes: 1 };
      await deriveHash("probe", small, pepperOf(peppers, small));
    },
  };
}

function isKnownPepper({ byId }: Peppers, { pepperId }: PasswordHash): boolean {
  return pepperId === null || byId.has(pepperId);
}

function pepperOf({ byId }: Peppers, { pepperId }: PasswordHash): Uint8Array | undefined {
  return pepperId === null ? undefined : byId.get(pepperId);
}

// Not "wrong password": the owner would try in vain, and the log would not say what is missing.
// The start of a server looks for this; another node with a newer pepper can still cause it.
function unknownPepper({ pepperId }: PasswordHash): Refusal {
  const cause = new Error(
    `a password hash needs the pepper "${pepperId}", which is not configured`,
  );
  return new Refusal("internal", { cause });
}

// Bounded before hashing (N5); a longer one has already lost, and costs what any other does.
function messageOf(password: string): Buffer {
  return Buffer.from(password, "utf8").subarray(0, MAX_PASSWORD_BYTES);
}

function deriveHash(
  password: string,
  like: PasswordHash,
  secret: Uint8Array | undefined,
): Promise<Buffer> {
  const { variant, memory, passes, parallelism, salt, hash } = like;
  return new Promise((resolve, reject) => {
    argon2(
      variant,
      {
        message: messageOf(password),
        nonce: salt,
        memory,
        passes,
        parallelism,
        tagLength: hash.length,
        ...(secret === undefined ? {} : { secret }),
      },
      (error, derived) => (error === null ? resolve(derived) : reject(error)),
    );
  });
}

interface Pool {
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  requireRoom(): void;
}

/** Runs so many tasks at once, lets so many wait in order, and refuses the rest. */
function createPool(concurrency: number, queueLimit: number): Pool {
  const waiting: (() => void)[] = [];
  let running = 0;
  const requireRoom = (): void => {
    if (running < concurrency || waiting.length < queueLimit) return;
    throw new Refusal("overloaded", { headers: { "Retry-After": String(HASH_RETRY_AFTER) } });
  };
  return {
    requireRoom,
    async run(task) {
      requireRoom();
      if (running >= concurrency) {
        // Whoever finishes hands its place over, so nobody arriving in between can take it.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else {
        running += 1;
      }
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
