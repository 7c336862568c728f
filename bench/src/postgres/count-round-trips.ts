// Renewals and sign-ins of a real node, one at a time, and what each asks its database.

import { startServer } from "../refresh/child-server.ts";
import { createPostgresFixture } from "./fixture.ts";
import { startRoundTripCounter } from "./round-trips.ts";

/** How often each is done; what a node does by itself meanwhile may come in between. */
const TIMES = 8;

/** The least of each: no other work came in between. */
export async function countRoundTrips(
  url: string,
): Promise<{ readonly refresh: number; readonly signIn: number }> {
  const loaded = await createPostgresFixture(url, TIMES);
  const counter = await startRoundTripCounter(url);
  const node = await startServer("../postgres/server-node.ts", [counter.url, ""], "0,1");
  const origin = `http://127.0.0.1:${node.port}`;
  const send = async (path: string, body: object): Promise<Response> => {
    const response = await fetch(origin + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response;
  };
  try {
    const refresh: number[] = [];
    for (const { token } of loaded) {
      counter.take();
      await send("/auth/refresh", { refresh_token: token });
      refresh.push(counter.take());
    }
    const person = { email: "ann@clinic.example", password: "seven quiet herons at dawn" };
    await send("/auth/signup", person);
    const signIn: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      counter.take();
      await send("/auth/login", person);
      signIn.push(counter.take());
    }
    return { refresh: Math.min(...refresh), signIn: Math.min(...signIn) };
  } finally {
    await node.end();
    await counter.close();
  }
}
