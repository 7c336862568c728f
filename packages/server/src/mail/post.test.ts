import { describe, expect, it } from "vitest";
import { LANGUAGES, selectLanguage } from "./language.ts";
import type { Mail } from "./mail.ts";
import { createPost } from "./post.ts";
import type { MailFacts, MailKind, MailOrigin } from "./templates/mail-facts.ts";
import { translations } from "./translations/translations.ts";

const from: MailOrigin = {
  address: "2001:db8::1",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  now: Date.UTC(2026, 0, 2, 3, 4, 5),
};
const spendable = { code: "042137", link: "https://id.example/verify?token=t", minutes: 30, from };

const facts: { readonly [Kind in MailKind]: MailFacts[Kind] } = {
  sign_up: spendable,
  sign_up_known: { signInPage: "https://id.example/in", forgotPage: "https://id.example/f", from },
  confirm_email: spendable,
  confirm_new_email: { ...spendable, oldEmail: "old@example.com" },
  new_email_known: { from },
  email_change_asked: { newEmail: "new@example.com", from },
  email_changed: { newEmail: "new@example.com", from },
  reset_password: spendable,
  password_reset: { from },
  password_changed: { from },
  password_set: { from },
  password_needed: { forgotPage: "https://id.example/f", from },
  sign_in: spendable,
  factor_added: { factor: "passkey", from },
  factor_removed: { factor: "totp", from },
  recovery_code_used: { left: 7, from },
  account_deletion: { deleteAt: from.now, link: "https://id.example/cancel?token=t", from },
  session_compromised: { last: from, presenter: { ...from, userAgent: null }, endedAll: true },
};
const kinds = Object.keys(translations.en) as readonly MailKind[];

function open(productName = "Clinic") {
  const mails: Mail[] = [];
  const post = createPost({
    mailer: { send: (mail) => void mails.push(mail) },
    issuer: "https://id.example",
    productName,
    mailLanguage: "en",
  });
  const send = <Kind extends MailKind>(kind: Kind, told: MailFacts[Kind], acceptLanguage = "") => {
    post.send(kind, told, { email: "ann@example.com", userId: null, acceptLanguage });
    const mail = mails.at(-1);
    if (mail === undefined) throw new Error("no mail");
    return mail;
  };
  return { send };
}

describe("the post", () => {
  it.each(kinds)("writes %s in every language, each in its own words", (kind) => {
    const { send } = open();
    const mails = LANGUAGES.map((language) => send(kind, facts[kind], language));
    expect(new Set(mails.map(({ text }) => text)).size).toBe(LANGUAGES.length);
    expect(new Set(mails.map(({ subject }) => subject)).size).toBe(LANGUAGES.length);
    for (const [index, { html, text, subject, to }] of mails.entries()) {
      expect(html).toContain(`<html lang="${LANGUAGES[index]}">`);
      expect(text).toContain("-- \nClinic\nhttps://id.example");
      expect(text).not.toContain("undefined");
      expect(subject).not.toMatch(/[\r\n]/);
      expect(to).toBe("ann@example.com");
      // What a mail loads can track; what it links to is what it is about.
      expect(html).not.toMatch(/src=|url\(|@import/);
    }
  });

  it("puts code and link into both forms", () => {
    const { text, html } = open().send("reset_password", facts.reset_password);
    for (const form of [text, html]) {
      expect(form).toContain("042137");
      expect(form).toContain("https://id.example/verify?token=t");
    }
    expect(text).toContain("Firefox on Linux");
    expect(text).toContain("2026-01-02 03:04:05 UTC");
    expect(text).toContain("2001:db8::1");
  });

  it("N9: escapes what others wrote, and keeps their line breaks out", () => {
    const { subject, text, html } = open("Evil\r\nBcc: x@evil.example").send("email_changed", {
      newEmail: "<img/src=x>\r\nBcc:a@b.example",
      from: { ...from, address: "<b>1</b>", userAgent: "<script>alert(1)</script>" },
    });
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).not.toMatch(/^Bcc:/m);
    expect(html).not.toMatch(/<img|<script|<b>/);
    expect(html).toContain("&lt;img/src=x&gt;");
  });
});

describe("selectLanguage", () => {
  it.each([
    ["de", "de"],
    ["de-CH", "de"],
    ["fr-CA,fr;q=0.9,en;q=0.8", "fr"],
    ["en;q=0.5, de;q=0.7", "de"],
    ["it, de;q=0.3", "de"],
    ["DE", "de"],
    ["*", "fr"],
    ["it", "fr"],
    ["de;q=0", "fr"],
    ["", "fr"],
    [null, "fr"],
    [undefined, "fr"],
    ["de;q=9", "fr"],
    ["\u0000", "fr"],
    ["__proto__", "fr"],
    [`${"de,".repeat(200)}de`, "fr"],
  ])("reads %j as %s", (header, language) => {
    expect(selectLanguage(header, "fr")).toBe(language);
  });
});
