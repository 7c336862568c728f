// The pages behind mails, and the second factor, without scripts. What they spend is tested with the
// features; here is what a person's browser is shown and what a mail scanner cannot do (N9).

import { refreshCookieName } from "@latchkey/protocol";
import * as OTPAuth from "otpauth";
import { describe, expect, it } from "vitest";
import { latestMail, otherDigits } from "./mailbox.ts";
import { createVisitor, type Visitor } from "./page-visitor.ts";
import { ISSUER, logIn, PASSWORD, startServer, type TestServer } from "./test-server.ts";

const EMAIL = "ann@example.com";
const OTHER_PASSWORD = "nine loud geese at noon";
const NO_TOKEN = "A".repeat(43);
const SLOT = refreshCookieName(ISSUER, 0);

async function open(config: Parameters<typeof startServer>[0] = {}): Promise<{
  server: TestServer;
  visitor: Visitor;
}> {
  const server = await startServer({ requireVerifiedEmail: true, ...config });
  return { server, visitor: createVisitor(server) };
}

async function createUser(server: TestServer, person: object = {}): Promise<string> {
  const json = { email: EMAIL, password: PASSWORD, ...person };
  const { status, body } = await server.control<{ id: string }>("/auth/admin/users", { json });
  expect(status).toBe(201);
  return body.id;
}

const signIn = async (visitor: Visitor, password = PASSWORD) => {
  await visitor.open("/sign-in");
  return visitor.send({ name: EMAIL, password });
};

const signUp = async (visitor: Visitor, email = EMAIL) => {
  await visitor.open("/sign-up?return_to=%2Fhealthz");
  return visitor.send({ email, password: PASSWORD });
};

/** Visits a link as a scanner of mails does. */
async function scan(server: TestServer, path: string): Promise<void> {
  for (const method of ["GET", "HEAD", "GET"]) await server.send(path, { method });
}

describe("proof of an address", () => {
  it("is six digits where the sign-up was made, and the password of the sign-up counts", async () => {
    const { server, visitor } = await open();
    const waiting = await signUp(visitor);
    expect([waiting.status, waiting.title]).toEqual([200, "Check your mail"]);
    expect(waiting.text).toContain(EMAIL);
    expect((await signIn(createVisitor(server))).status).toBe(422);
    const { code } = await latestMail(server, EMAIL);
    const wrong = await visitor.send({ code: otherDigits(code) });
    expect([wrong.status, wrong.title]).toEqual([403, "Check your mail"]);
    expect(wrong.problem).toContain("is not right");
    // As people type it.
    const done = await visitor.send({ code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
    expect([done.at, done.notice]).toEqual([
      "/sign-in?notice=verified&return_to=%2Fhealthz",
      "Your address is confirmed. Sign in now.",
    ]);
    expect((await visitor.send({ name: EMAIL, password: PASSWORD })).at).toBe("/healthz");
  });

  it("N11: is asked for alike when the address is known", async () => {
    const { server } = await open();
    await createUser(server);
    const pages: string[] = [];
    for (const email of [EMAIL, "new@example.com"]) {
      const seen = await signUp(createVisitor(server), email);
      pages.push(
        seen.text
          .replaceAll(email, "")
          .replaceAll(/name="(form_token|sign_up)" value="[\w-]+"/g, ""),
      );
    }
    expect(pages[1]).toBe(pages[0]);
  });

  it("is mailed again, and the mail before is void", async () => {
    const { server, visitor } = await open();
    await signUp(visitor);
    const first = await latestMail(server, EMAIL);
    const seen = await visitor.send({}, { form: "resend" });
    expect([seen.status, seen.title]).toEqual([200, "Check your mail"]);
    expect(seen.notice).toContain("another mail");
    const second = await latestMail(server, EMAIL);
    expect(second.code).not.toBe(first.code);
    expect((await visitor.send({ code: first.code })).status).toBe(403);
    expect((await visitor.send({ code: second.code })).at).toContain("/sign-in?notice=verified");
  });

  it("N9: by link is a button and a password of the reader's own; looking spends nothing", async () => {
    const { server, visitor } = await open();
    await signUp(visitor);
    const { token } = await latestMail(server, EMAIL);
    await scan(server, `/verify?token=${token}`);
    const reader = createVisitor(server);
    const page = await reader.open(`/verify?token=${token}`);
    expect([page.status, page.title]).toEqual([200, "Confirm your address"]);
    expect((await reader.send({ password: "" })).problem).toContain("Enter your password");
    expect((await reader.send({ password: "short" })).problem).toContain("at least 15");
    expect((await reader.send({ password: OTHER_PASSWORD })).at).toBe("/sign-in?notice=verified");
    // Whoever signed up with the reader's address has no password to it.
    expect((await signIn(createVisitor(server))).status).toBe(422);
    expect((await signIn(createVisitor(server), OTHER_PASSWORD)).at).toBe("/signed-in");
    expect((await reader.open(`/verify?token=${token}`)).status).toBe(403);
  });
});

describe("a forgotten password", () => {
  it("N1: is asked for alike, whoever asks", async () => {
    const { server } = await open();
    await createUser(server);
    const pages: string[] = [];
    for (const email of [EMAIL, "nobody@example.com"]) {
      const visitor = createVisitor(server);
      await visitor.open("/forgot");
      const seen = await visitor.send({ email });
      expect([seen.status, seen.title]).toEqual([200, "Check your mail"]);
      pages.push(
        seen.text.replaceAll(email, "").replaceAll(/name="form_token" value="[\w-]+"/g, ""),
      );
    }
    expect(pages[1]).toBe(pages[0]);
  });

  it("is set anew by the digits, and signs nobody in", async () => {
    const { server, visitor } = await open();
    await createUser(server);
    await visitor.open("/forgot?return_to=%2Fhealthz");
    await visitor.send({ email: "Ann@Example.com" });
    const { code } = await latestMail(server, EMAIL);
    const wrong = await visitor.send({ code: otherDigits(code), password: OTHER_PASSWORD });
    expect([wrong.status, wrong.title]).toEqual([403, "Check your mail"]);
    expect(wrong.text).not.toContain(otherDigits(code));
    expect((await visitor.send({ code, password: "short" })).problem).toContain("at least 15");
    const done = await visitor.send({ code, password: OTHER_PASSWORD });
    expect(done.at).toBe("/sign-in?notice=reset&return_to=%2Fhealthz");
    expect(visitor.cookies.has(SLOT)).toBe(false);
    expect((await signIn(visitor)).status).toBe(422);
    expect((await signIn(visitor, OTHER_PASSWORD)).at).toBe("/signed-in");
  });

  it("N9: is set anew by the link, once; looking spends nothing", async () => {
    const { server, visitor } = await open();
    await createUser(server);
    await visitor.open("/forgot");
    await visitor.send({ email: EMAIL });
    const { token } = await latestMail(server, EMAIL);
    await scan(server, `/reset?token=${token}`);
    const reader = createVisitor(server);
    const page = await reader.open(`/reset?token=${token}`);
    expect([page.status, page.title]).toEqual([200, "Choose a new password"]);
    expect(page.headers.get("Referrer-Policy")).toBe("strict-origin");
    expect((await reader.send({ password: OTHER_PASSWORD })).at).toBe("/sign-in?notice=reset");
    const again = await reader.open(`/reset?token=${token}`);
    expect([again.status, again.title]).toEqual([403, "This link does not work"]);
    expect(again.text).toContain('href="/forgot"');
    expect(server.log()).not.toContain(token);
  });

  it("N9: leads to the configured issuer, whatever Host is named", async () => {
    const { server, visitor } = await open();
    await createUser(server);
    await visitor.open("/forgot");
    await visitor.send(
      { email: EMAIL },
      { headers: { Host: "evil.example", "X-Forwarded-Host": "evil.example" } },
    );
    const { text } = await latestMail(server, EMAIL);
    expect(text).toContain(`${ISSUER}/reset?token=`);
    expect(text).not.toContain("evil");
  });

  it.each(["a@x.example,b@y.example", '"e@attacker.com"@victim.com', "a@b@c.example", ""])(
    "N9: is not asked for with %j",
    async (email) => {
      const { visitor } = await open();
      await visitor.open("/forgot");
      const seen = await visitor.send({ email });
      expect([seen.status, seen.at]).toEqual([422, "/forgot"]);
      expect(seen.problem).not.toBeNull();
    },
  );
});

describe("mail in the reader's language", () => {
  it("is that of the page it was asked for on", async () => {
    const { server, visitor } = await open();
    await createUser(server);
    await visitor.open("/forgot?lang=de");
    await visitor.send({ email: EMAIL });
    expect((await latestMail(server, EMAIL)).html).toContain('lang="de"');
  });
});

describe("signing in by mail", () => {
  it("is off unless it is switched on", async () => {
    const { visitor } = await open();
    expect((await visitor.open("/sign-in")).text).not.toContain("/sign-in/email");
    expect((await visitor.open("/sign-in/email")).status).toBe(404);
  });

  it("takes the digits where the mail was asked for", async () => {
    const { server, visitor } = await open({ emailSignIn: true });
    await createUser(server);
    expect((await visitor.open("/sign-in")).text).toContain('href="/sign-in/email"');
    await visitor.open("/sign-in/email?return_to=%2Fhealthz");
    await visitor.send({ email: EMAIL });
    const { code } = await latestMail(server, EMAIL);
    expect((await visitor.send({ code: "12345" })).problem).toBe("Enter the six digits.");
    expect((await visitor.send({ code })).at).toBe("/healthz");
    expect(visitor.cookies.has(SLOT)).toBe(true);
  });

  it("N9: takes the link, once; looking spends nothing", async () => {
    const { server, visitor } = await open({ emailSignIn: true });
    await createUser(server);
    await visitor.open("/sign-in/email");
    await visitor.send({ email: EMAIL });
    const { token } = await latestMail(server, EMAIL);
    await scan(server, `/sign-in/link?token=${token}`);
    const reader = createVisitor(server);
    expect((await reader.open(`/sign-in/link?token=${token}`)).title).toBe("Finish signing in");
    expect((await reader.send({})).at).toBe("/signed-in");
    expect((await reader.open(`/sign-in/link?token=${token}`)).status).toBe(403);
  });
});

describe("the proof of an account that exists", () => {
  /** An account without a proof, and the path of the link that was mailed to it. */
  async function startUnproved() {
    const { server, visitor } = await open({ requireVerifiedEmail: false });
    const id = await createUser(server, { email_verified: false });
    await server.send("/auth/email/resend", { json: { email: EMAIL } });
    const link = `/verify?token=${(await latestMail(server, EMAIL)).token}`;
    const isProved = async () =>
      (await server.control<{ email_verified: boolean }>(`/auth/admin/users/${id}`)).body
        .email_verified;
    return { server, visitor, link, isProved };
  }

  it("N11: is a button where the account is signed in, and nothing ends", async () => {
    const { server, visitor, link, isProved } = await startUnproved();
    const phone = await logIn(server, EMAIL);
    await signIn(visitor);
    await scan(server, link);
    await visitor.open(link);
    expect(await isProved()).toBe(false);
    expect((await visitor.send({}, { form: "signed_in" })).at).toBe("/signed-in");
    expect(await isProved()).toBe(true);
    expect((await server.send("/auth/me", { token: phone.access_token })).status).toBe(200);
    expect((await visitor.open(link)).status).toBe(403);
  });

  it("N11: is no button for nobody and for somebody else: they choose a password, and all else ends", async () => {
    const { server, visitor, link, isProved } = await startUnproved();
    const phone = await logIn(server, EMAIL);
    await createUser(server, { email: "eve@example.com" });
    const eve = createVisitor(server);
    await eve.open("/sign-in");
    await eve.send({ name: "eve@example.com", password: PASSWORD });
    for (const stranger of [visitor, eve]) {
      await stranger.open(link);
      const seen = await stranger.send({}, { form: "signed_in" });
      expect([seen.status, seen.problem]).toEqual([422, expect.stringContaining("not signed in")]);
    }
    expect(await isProved()).toBe(false);
    const done = await visitor.send({ password: OTHER_PASSWORD }, { form: "password" });
    expect(done.at).toBe("/sign-in?notice=verified");
    expect(await isProved()).toBe(true);
    expect((await server.send("/auth/me", { token: phone.access_token })).status).toBe(401);
    expect((await signIn(createVisitor(server))).status).toBe(422);
  });
});

describe("the other links", () => {
  /** Asks for another address, in a session of its own; the link of its mail. */
  async function askChange(server: TestServer): Promise<string> {
    const { access_token: token } = await logIn(server, EMAIL);
    await server.send("/auth/me/email", { json: { email: "new@example.com" }, token });
    const mail = await latestMail(server, "new@example.com");
    return `/confirm-email?token=${mail.token}`;
  }

  it("N9: a new address is confirmed by the button alone, where its account is signed in", async () => {
    const { server, visitor } = await open();
    const id = await createUser(server);
    const sessions = async () =>
      (await server.control<{ items: object[] }>(`/auth/admin/users/${id}/sessions`)).body.items;
    const link = await askChange(server);
    const asked = await sessions();
    await signIn(visitor);
    await scan(server, link);
    await visitor.open(link);
    expect((await visitor.send({})).title).toBe("Your address is changed");
    // The session that confirmed goes on.
    expect(await sessions()).toHaveLength(1);
    expect(await sessions()).not.toEqual(asked);
    expect((await logIn(server, "new@example.com")).user.email).toBe("new@example.com");
    expect((await visitor.open(link)).status).toBe(403);
  });

  it("N9: a new address is not confirmed by who is nobody or somebody else here; signing in goes on to it", async () => {
    const { server, visitor } = await open();
    await createUser(server);
    await createUser(server, { email: "eve@example.com" });
    const link = await askChange(server);
    await visitor.open("/sign-in");
    await visitor.send({ name: "eve@example.com", password: PASSWORD });
    for (const reader of [visitor, createVisitor(server)]) {
      await reader.open(link);
      const asked = await reader.send({});
      expect([asked.title, asked.at.startsWith("/sign-in?notice=confirm_email")]).toEqual([
        "Sign in to Latchkey",
        true,
      ]);
      expect(asked.notice).toContain("Sign in to the account");
      expect((await logIn(server, EMAIL)).user.email).toBe(EMAIL);
      const back = await reader.send({ name: EMAIL, password: PASSWORD });
      expect([back.at, back.title]).toEqual([link, "Confirm your new address"]);
    }
    expect((await visitor.send({})).title).toBe("Your address is changed");
  });

  it("N8: a session without the factor that a role demands by now confirms nothing", async () => {
    const { server, visitor } = await open();
    await server.control("/auth/admin/roles", { json: { name: "treasurer", permissions: [] } });
    await createUser(server, { roles: ["treasurer"] });
    const link = await askChange(server);
    await signIn(visitor);
    const json = { requires_mfa: true };
    const role = await server.control("/auth/admin/roles/treasurer", { method: "PATCH", json });
    expect(role.status).toBe(200);
    await visitor.open(link);
    expect((await visitor.send({})).title).toBe("Sign in to Latchkey");
  });

  it("N9: a session that was ended confirms nothing", async () => {
    const { server, visitor } = await open();
    const id = await createUser(server);
    await signIn(visitor);
    const link = await askChange(server);
    await server.control(`/auth/admin/users/${id}/sessions`, { method: "DELETE" });
    const again = await askChange(server);
    expect((await visitor.open(link)).status).toBe(403);
    await visitor.open(again);
    expect((await visitor.send({})).title).toBe("Sign in to Latchkey");
  });

  it("N9: a deletion is cancelled by the button alone", async () => {
    const { server, visitor } = await open();
    await createUser(server);
    const { access_token: token } = await logIn(server, EMAIL);
    await server.send("/auth/me", { method: "DELETE", token });
    const mail = await latestMail(server, EMAIL);
    await scan(server, `/cancel-deletion?token=${mail.token}`);
    expect((await signIn(createVisitor(server))).status).toBe(422);
    await visitor.open(`/cancel-deletion?token=${mail.token}`);
    expect((await visitor.send({})).at).toBe("/sign-in?notice=kept");
    expect((await visitor.send({ name: EMAIL, password: PASSWORD })).at).toBe("/signed-in");
  });

  it.each(["/verify", "/reset", "/sign-in/link", "/confirm-email", "/cancel-deletion"])(
    "%s shows what to do when its link does not work",
    async (path) => {
      const { visitor } = await open({ emailSignIn: true });
      for (const query of [
        "",
        "?token=",
        "?token=x",
        `?token=${NO_TOKEN}`,
        "?token=%22%3E%3Cb%3E",
      ]) {
        const seen = await visitor.open(path + query);
        expect([seen.status, seen.title]).toEqual([403, "This link does not work"]);
        expect(seen.text).toContain('<a class="button" href="/');
        expect(seen.text).not.toContain("<b>");
      }
    },
  );
});

describe("the second factor", () => {
  /** A user whose role demands a factor, at the page that sets it up. */
  async function openEnrolment() {
    const { server, visitor } = await open();
    const role = { name: "treasurer", permissions: [], requires_mfa: true };
    await server.control("/auth/admin/roles", { json: role });
    await createUser(server, { roles: ["treasurer"] });
    await visitor.open("/sign-in?return_to=%2Fhealthz");
    const seen = await visitor.send({ name: EMAIL, password: PASSWORD });
    const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(seen.text)?.[1]?.replaceAll(" ", "") ?? "";
    const app = new OTPAuth.TOTP({ secret });
    return { server, visitor, seen, app };
  }

  it("is set up when a role demands it, with recovery codes that are shown once", async () => {
    const { server, visitor, seen, app } = await openEnrolment();
    expect([seen.status, seen.title]).toEqual([200, "Set up a second factor"]);
    expect(seen.text).toMatch(/<div class="qr" role="img" aria-label="[^"]+"><svg/);
    // The policy allows no inline style, in the picture neither.
    expect(seen.text).not.toMatch(/\sstyle=/);
    expect(visitor.cookies.has(SLOT)).toBe(false);
    const wrong = await visitor.send({ totp: otherDigits(app.generate()) });
    expect([wrong.status, wrong.title]).toEqual([422, "Set up a second factor"]);
    const codes = await visitor.send({ totp: app.generate() });
    expect([codes.status, codes.title]).toEqual([200, "Keep your recovery codes"]);
    const listed = [...codes.text.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code]) => code);
    expect(new Set(listed).size).toBe(10);
    expect(codes.text).toContain('<a class="button" href="/healthz">');
    expect(visitor.cookies.has(SLOT)).toBe(true);

    server.advance(60_000);
    const other = createVisitor(server);
    const asked = await signIn(other);
    expect([asked.status, asked.title]).toEqual([200, "One more step"]);
    expect(other.cookies.has(SLOT)).toBe(false);
    const recovery = await other.send({ recovery_code: listed[0] }, { form: "recovery_code" });
    expect(recovery.at).toBe("/signed-in");
    const third = createVisitor(server);
    await signIn(third);
    const used = await third.send({ recovery_code: listed[0] }, { form: "recovery_code" });
    expect([used.status, used.title]).toEqual([422, "One more step"]);
    expect(used.text).not.toContain(listed[0]);
    const later = app.generate({ timestamp: Date.now() + 60_000 });
    expect((await third.send({ totp: later }, { form: "totp" })).at).toBe("/signed-in");
  });

  it("N8: opens nothing without its sign-in, and not for another kind of client", async () => {
    const { server, visitor, app } = await openEnrolment();
    await visitor.send({ totp: app.generate() });
    expect((await visitor.open("/second-factor")).at).toBe("/sign-in");
    const { body } = await server.send<{ mfa_token: string }>("/auth/login", {
      json: { email: EMAIL, password: PASSWORD },
    });
    server.advance(60_000);
    await signIn(visitor);
    const totp = app.generate({ timestamp: Date.now() + 60_000 });
    for (const mfa_token of ["", "lkm_x", body.mfa_token]) {
      visitor.cookies.delete(SLOT);
      const seen = await visitor.send({ mfa_token, totp }, { form: "totp" });
      expect([seen.status, seen.problem]).toEqual([
        422,
        "This sign-in took too long. Start again.",
      ]);
      expect(visitor.cookies.has(SLOT)).toBe(false);
      await signIn(visitor);
    }
  });

  it.each(["", "{", "null", '{"id":"x"}', "x".repeat(9000)])(
    "a passkey of %j is refused like any other",
    async (credential) => {
      const { visitor } = await open();
      await visitor.open("/sign-in");
      const seen = await visitor.send({ ceremony: "x", credential }, { form: "credential" });
      expect([seen.status, seen.problem]).toEqual([
        422,
        "That passkey was not accepted. Try again, or use another way.",
      ]);
    },
  );
});
