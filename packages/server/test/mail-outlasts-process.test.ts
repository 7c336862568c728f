// A mail that waits for a mail server is sent by the process that comes next, also when the
// key-encryption key was rotated in between.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { expect, it, onTestFinished } from "vitest";
import { PASSWORD, startServer } from "./test-server.ts";

const FROM = "Latchkey <id@example.com>";
// Nobody listens there.
const AWAY = { url: "smtp://127.0.0.1:1", from: FROM };

async function startSmtp() {
  const received: { readonly to: readonly string[]; readonly text: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        received.push({ to: envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return { received, smtp: { url: `smtp://127.0.0.1:${port}`, from: FROM } };
}

it("is sent after a restart, and works", async () => {
  const server = await startServer({ smtp: AWAY, requireVerifiedEmail: true });
  const email = "ann@example.com";
  const signedUp = await server.send<{ sign_up: string }>("/auth/signup", {
    json: { email, password: PASSWORD },
  });
  expect(signedUp.status).toBe(202);
  while (!server.log().includes("trying again")) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const rotated = await server.control("/auth/admin/keys/rotate-kek", { method: "POST" });
  expect(rotated.status).toBe(200);
  const { received, smtp } = await startSmtp();
  const next = await server.restart({ smtp, clock: () => Date.now() + 10_000 });
  while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(received).toMatchObject([{ to: [email] }]);
  const code = /^ {2}(\d{6})\s*$/m.exec(received[0]?.text ?? "")?.[1];
  const { sign_up } = signedUp.body;
  const proved = await next.send("/auth/email/verify", { json: { sign_up, code } });
  expect(proved.status).toBe(200);
  for (const log of [server.log(), next.log()]) expect(log).not.toContain(email);
});
