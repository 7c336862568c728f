// Many nodes on one PostgreSQL: real server processes with one DATABASE_URL, one key-encryption key and
// one issuer, as they would stand behind a load balancer. Each can be killed, paused, or started again.

import { type Child, node, readyLine, root, spawnChild } from "./child.ts";
import { createDirectory } from "./directory.ts";
import {
  type PostgresServer,
  type PostgresServerOptions,
  startPostgres,
} from "./postgres-server.ts";

/** A node. */
export interface ClusterNode {
  /** Where it listens; the issuer is the cluster's. */
  readonly url: string;
  readonly port: number;
  readonly child: Child;
}

/** Nodes that share a database. */
export interface Cluster {
  readonly postgres: PostgresServer;
  readonly databaseUrl: string;
  readonly issuer: string;
  readonly kekDirectory: string;
  readonly nodes: readonly ClusterNode[];
  /** Starts one more, or one in the place of a port that is free again. */
  startNode(options?: NodeOptions): Promise<ClusterNode>;
  /** Runs a command of the CLI on the database; answers its standard output. */
  runCli(args: readonly string[]): Promise<string>;
  /** Kills the nodes that still run and removes the database. */
  remove(): Promise<void>;
}

/** How to start a node. */
export interface NodeOptions {
  readonly port?: number;
  readonly args?: readonly string[];
  /** Default: the cluster's. A proxy in between has another. */
  readonly databaseUrl?: string;
  /** Where it listens to other nodes. Default: the same. */
  readonly listenUrl?: string;
  /** Milliseconds by which the clock of its machine is wrong. */
  readonly clockOffset?: number;
}

/** How to start a cluster. */
export interface ClusterOptions {
  readonly nodes: number;
  /** Arguments of every node. */
  readonly args?: readonly string[];
  /** Whether revocations are announced by NOTIFY. Default: true. */
  readonly isListening?: boolean;
  readonly postgres?: PostgresServerOptions;
  /** Where clients reach it. Default: an address that nobody listens on. */
  readonly issuer?: string;
}

const latchkeyArgs = ["--conditions=latchkey-source", `${root}/packages/cli/src/main.ts`] as const;

/** Starts PostgreSQL and some nodes on it. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const postgres = await startPostgres(options.postgres);
  const kekDirectory = await createDirectory("cluster-kek");
  const data = await createDirectory("cluster-cwd");
  const issuer = options.issuer ?? "http://localhost:4000";
  const nodes: ClusterNode[] = [];

  async function startNode(change: NodeOptions = {}): Promise<ClusterNode> {
    const child = spawnChild({
      label: `node ${nodes.length + 1}`,
      command: node,
      args: [
        ...(change.clockOffset === undefined
          ? []
          : [`--import=${root}/e2e/harness/shift-clock.ts`]),
        ...latchkeyArgs,
        "serve",
        "--json",
        "--port",
        String(change.port ?? 0),
        "--issuer",
        issuer,
        "--kek-dir",
        kekDirectory,
        ...(options.isListening === false
          ? []
          : ["--database-listen-url", change.listenUrl ?? change.databaseUrl ?? postgres.url]),
        ...(options.args ?? []),
        ...(change.args ?? []),
      ],
      // In the environment: a command line can be read by everybody on the machine.
      env: {
        DATABASE_URL: change.databaseUrl ?? postgres.url,
        NODE_COMPILE_CACHE: `${root}/node_modules/.cache/compile`,
        ...(change.clockOffset === undefined
          ? {}
          : { LATCHKEY_TEST_CLOCK: String(change.clockOffset) }),
      },
      cwd: data,
    });
    const ready = await readyLine(child, 60_000);
    const { url, port } = ready;
    if (typeof url !== "string" || typeof port !== "number") {
      throw new Error("the ready line names no address");
    }
    const started = { url, port, child };
    nodes.push(started);
    return started;
  }

  try {
    // One after the other would hide what happens when all of them find nothing there.
    await Promise.all(Array.from({ length: options.nodes }, () => startNode()));
  } catch (error) {
    await postgres.remove();
    throw error;
  }
  return {
    postgres,
    databaseUrl: postgres.url,
    issuer,
    kekDirectory,
    nodes,
    startNode,
    runCli: async (args) => {
      const child = spawnChild({
        label: `latchkey ${args.join(" ")}`,
        command: node,
        args: [...latchkeyArgs, ...args],
        env: { DATABASE_URL: postgres.url, LATCHKEY_KEK_DIR: kekDirectory },
        cwd: data,
      });
      const code = await child.exit;
      if (code !== 0) throw new Error(`${child.label} ended with ${code}\n${child.stderr()}`);
      return child.stdout();
    },
    remove: async () => {
      await Promise.all(
        nodes.map(async ({ child }) => {
          const { exitCode, signalCode } = child.process;
          if (exitCode === null && signalCode === null) await child.stop("SIGKILL");
        }),
      );
      await postgres.remove();
    },
  };
}
