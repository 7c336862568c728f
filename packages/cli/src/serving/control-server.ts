// The control socket: commands of this machine's owner reach a running server through it, since
// the server alone holds the database (design section 6). Mode 0600 in a directory of mode 0700 is
// the authentication.

import {
  claimSocketPath,
  protectSocket,
  releaseSocketPath,
} from "../administration/control-address.ts";
import { createHttpServers } from "./http-server.ts";

/** A control socket that is open. */
export interface ControlServer {
  readonly path: string;
  /** Finishes what is under way and removes the socket. */
  close(grace: number): Promise<void>;
}

/** Opens the control socket of a data directory whose lock this process holds. */
export async function openControlServer(options: {
  readonly data: string;
  readonly control: (request: Request) => Promise<Response>;
  readonly onError: (error: unknown) => void;
}): Promise<ControlServer> {
  const path = await claimSocketPath(options.data);
  const http = createHttpServers({ handler: options.control, onError: options.onError });
  const server = http.create();
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    // bind() applies the process's umask at this very call; chmod alone would come too late.
    const umask = process.umask(0o177);
    try {
      server.listen({ path }, () => {
        server.removeListener("error", fail);
        done();
      });
    } finally {
      process.umask(umask);
    }
  });
  await protectSocket(path);
  return {
    path,
    async close(grace) {
      await http.drain(grace);
      await releaseSocketPath(options.data);
    },
  };
}
