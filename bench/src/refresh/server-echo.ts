// Answers at once, with nothing behind it: shows that the load generator is not what limits.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { reportReady } from "./control.ts";

const answer = JSON.stringify({ access_token: "a".repeat(Number(process.argv[2] ?? 0)) });

const server = createServer((request, response) => {
  request.resume().once("end", () => {
    response.writeHead(200, { "Content-Type": "application/json" }).end(answer);
  });
});
server.listen(0, "127.0.0.1", () => {
  reportReady((server.address() as AddressInfo).port, {
    end: () => {
      server.closeAllConnections();
      server.close();
    },
  });
});
