// How many requests a route answers: kept connections of plain node:http.

import { Agent, get } from "node:http";

const CONNECTIONS = 32;

/** Asks for some milliseconds. @throws Error at the first answer that is not 200 */
export async function countAnswers(
  url: string,
  authorization: string | null,
  milliseconds: number,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const headers = authorization === null ? {} : { authorization };
  let count = 0;
  const end = performance.now() + milliseconds;
  const connection = async (): Promise<void> => {
    while (performance.now() < end) {
      await new Promise<void>((resolve, reject) => {
        get(url, { agent, headers }, (response) => {
          if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`));
          response.resume();
          response.once("end", resolve);
        }).once("error", reject);
      });
      count += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  } finally {
    agent.destroy();
  }
  return count;
}
