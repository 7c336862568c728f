// What a mail server is told, and what stands between it and the mail: TLS and its certificate.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from "smtp-server";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Mail } from "./mail.ts";
import type { SmtpAddress } from "./smtp-address.ts";
import { createSmtpTransport } from "./smtp-transport.ts";

const mail: Mail = {
  subject: "Grüße",
  text: "A link: https://id.example/reset?token=secret\n",
  html: "<p>A link</p>",
  kind: "reset_password",
  to: "ann@example.com",
  userId: null,
};

async function start(options: SMTPServerOptions = {}) {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    ...options,
    onData(stream: SMTPServerDataStream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        received.push(Buffer.concat(chunks).toString("utf8"));
        done();
      });
    },
  });
  // A client that refuses the certificate breaks the connection off.
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
      }),
  );
  return { received, port: (server.server.address() as AddressInfo).port };
}

async function open(port: number, changes: Partial<SmtpAddress> = {}) {
  const transport = await createSmtpTransport(
    { host: "127.0.0.1", port, secure: false, requireTls: false, auth: null, ...changes },
    "Clinic <id@example.com>",
  );
  onTestFinished(() => transport.close());
  return transport;
}

describe("a mail on its way", () => {
  it("goes in clear to this machine only when the server has no TLS", async () => {
    const { received, port } = await start({ disabledCommands: ["STARTTLS"] });
    expect(await (await open(port)).send(mail)).toEqual({ delivery: "sent", reason: "" });
    expect(received).toHaveLength(1);
    expect(received[0]).toContain("To: ann@example.com");
    expect(received[0]).toContain("Auto-Submitted: auto-generated");
  });

  it("does not leave without STARTTLS where it is required", async () => {
    const { received, port } = await start({ disabledCommands: ["STARTTLS"] });
    const { delivery } = await (await open(port, { requireTls: true })).send(mail);
    expect(delivery).not.toBe("sent");
    expect(received).toEqual([]);
  });

  it.each([
    ["STARTTLS", { requireTls: true }, {}],
    ["TLS from the first byte", { secure: true }, { secure: true }],
  ])(
    "does not go to a server whose certificate nobody vouches for: %s",
    async (_how, address, server) => {
      // The server's own certificate is self-signed.
      const { received, port } = await start(server);
      const { delivery, reason } = await (await open(port, address)).send(mail);
      expect([delivery, received]).toEqual(["try_again", []]);
      expect(reason).not.toContain("secret");
    },
  );

  it("signs in when it has a name and a password, and is tried again when they are refused", async () => {
    const seen: string[] = [];
    const { received, port } = await start({
      authOptional: false,
      disabledCommands: ["STARTTLS"],
      onAuth(auth, _session, done) {
        seen.push(auth.username ?? "");
        const isRight = auth.username === "clinic" && auth.password === "right";
        done(isRight ? null : new Error("no"), isRight ? { user: "clinic" } : undefined);
      },
    });
    const wrong = await (await open(port, { auth: { user: "clinic", pass: "wrong" } })).send(mail);
    expect(wrong.delivery).toBe("try_again");
    const right = await (await open(port, { auth: { user: "clinic", pass: "right" } })).send(mail);
    expect(right.delivery).toBe("sent");
    expect(seen).toEqual(["clinic", "clinic"]);
    expect(received).toHaveLength(1);
  });

  it("N9: an address is one recipient, whatever it holds", async () => {
    const recipients: string[][] = [];
    const { received, port } = await start({
      disabledCommands: ["STARTTLS"],
      onRcptTo(address, session, done) {
        recipients.push([...session.envelope.rcptTo.map((one) => one.address), address.address]);
        done();
      },
    });
    // No such address gets past parseEmail; this is what stands behind it.
    const transport = await open(port);
    for (const to of [
      "ann@example.com, eve@evil.example",
      "ann@example.com\r\nRCPT TO:<eve@evil.example>",
      "<ann@example.com> <eve@evil.example>",
    ]) {
      expect((await transport.send({ ...mail, to })).delivery).not.toBe("sent");
    }
    expect([recipients, received]).toEqual([[], []]);
    await transport.send(mail);
    expect(recipients).toEqual([["ann@example.com"]]);
  });
});
