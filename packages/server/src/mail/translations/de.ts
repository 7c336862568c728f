// The mails in German.

import { type Block, describeOrigin, formatTime } from "../templates/layout.ts";
import type { MailFactor, MailOrigin } from "../templates/mail-facts.ts";
import type { Translation } from "./translation.ts";

const FACTORS: Readonly<Record<MailFactor, string>> = {
  totp: "eine Authenticator-App",
  passkey: "einen Passkey",
  recovery_codes: "Wiederherstellungscodes",
};

const FACTORS_REMOVED: Readonly<Record<MailFactor, string>> = {
  totp: "keine Authenticator-App",
  passkey: "einen Passkey weniger",
  recovery_codes: "keine Wiederherstellungscodes",
};

const where = (origin: MailOrigin): Block =>
  describeOrigin(origin, {
    device: "Gerät",
    address: "Netzadresse",
    time: "Zeit",
    unknown: "unbekannt",
  });

const NOT_YOU = "Waren Sie es nicht, müssen Sie nichts tun: Ohne diese E-Mail geschieht nichts.";
const ALARM =
  "Waren Sie es nicht, war jemand anderes in Ihrem Konto: Setzen Sie jetzt ein neues Passwort und " +
  "sehen Sie die Liste Ihrer Sitzungen durch.";

const works = (minutes: number): string =>
  `Beides funktioniert einmal, ${minutes} Minuten lang. Geben Sie den Code niemandem, wer auch immer danach fragt.`;

/** The mails in German. */
export const german: Translation = {
  sign_up: ({ code, link, minutes, from }, product) => ({
    subject: `Bestätigen Sie Ihre Adresse für ${product}`,
    blocks: [
      `Jemand hat sich bei ${product} mit dieser Adresse registriert. Waren Sie es, geben Sie diesen Code dort ein, wo Sie sich registriert haben:`,
      { code },
      { link, label: "Oder bestätigen Sie mit diesem Link und wählen Sie dort Ihr Passwort" },
      works(minutes),
      where(from),
      NOT_YOU,
    ],
  }),
  sign_up_known: ({ signInPage, forgotPage, from }, product) => ({
    subject: `Sie haben bereits ein Konto bei ${product}`,
    blocks: [
      `Jemand hat sich bei ${product} mit dieser Adresse registriert, für die es schon ein Konto gibt. Es wurde nichts geändert.`,
      { link: signInPage, label: "Anmelden" },
      { link: forgotPage, label: "Wenn Sie Ihr Passwort nicht mehr wissen: neues Passwort setzen" },
      where(from),
      NOT_YOU,
    ],
  }),
  confirm_email: ({ link, minutes, from }, product) => ({
    subject: `Bestätigen Sie Ihre Adresse für ${product}`,
    blocks: [
      `Ein Konto bei ${product} hat diese Adresse. Ist es Ihres, bestätigen Sie sie:`,
      { link, label: "Adresse bestätigen" },
      `Der Link funktioniert einmal, ${minutes} Minuten lang.`,
      where(from),
      NOT_YOU,
    ],
  }),
  confirm_new_email: ({ code, link, minutes, oldEmail, from }, product) => ({
    subject: `Bestätigen Sie Ihre neue Adresse für ${product}`,
    blocks: [
      `Das Konto ${oldEmail} bei ${product} soll ab jetzt diese Adresse haben. Ist es Ihr Konto, geben Sie diesen Code dort ein, wo Sie die Änderung verlangt haben:`,
      { code },
      { link, label: "Oder melden Sie sich an und bestätigen mit diesem Link" },
      works(minutes),
      where(from),
      "Kennen Sie dieses Konto nicht, bestätigen Sie nicht: Ohne diese E-Mail geschieht nichts.",
    ],
  }),
  new_email_known: ({ from }, product) => ({
    subject: `Sie haben bereits ein Konto bei ${product}`,
    blocks: [
      `Jemand wollte einem anderen Konto bei ${product} diese Adresse geben, die Ihre ist. Es wurde nichts geändert.`,
      where(from),
    ],
  }),
  email_change_asked: ({ newEmail, from }, product) => ({
    subject: `Ihre Adresse bei ${product} soll geändert werden`,
    blocks: [
      `Jemand, der in Ihrem Konto angemeldet ist, will dessen Adresse auf ${newEmail} ändern. Sie ändert sich, sobald jene Adresse bestätigt ist.`,
      where(from),
      ALARM,
    ],
  }),
  email_changed: ({ newEmail, from }, product) => ({
    subject: `Ihre Adresse bei ${product} wurde geändert`,
    blocks: [
      `Ihr Konto hat ab jetzt die Adresse ${newEmail}. Alle anderen Sitzungen wurden beendet.`,
      where(from),
      "Waren Sie es nicht, war jemand anderes in Ihrem Konto: Wenden Sie sich an die Betreiber.",
    ],
  }),
  reset_password: ({ code, link, minutes, from }, product) => ({
    subject: `Neues Passwort für ${product}`,
    blocks: [
      `Jemand hat für Ihr Konto bei ${product} ein neues Passwort verlangt. Waren Sie es, geben Sie diesen Code dort ein, wo Sie es verlangt haben:`,
      { code },
      { link, label: "Oder setzen Sie das Passwort mit diesem Link" },
      works(minutes),
      where(from),
      NOT_YOU,
    ],
  }),
  password_reset: ({ from }, product) => ({
    subject: `Ihr Passwort bei ${product} wurde neu gesetzt`,
    blocks: [
      "Per E-Mail wurde ein neues Passwort gesetzt. Alle Sitzungen wurden beendet.",
      where(from),
      ALARM,
    ],
  }),
  password_changed: ({ from }, product) => ({
    subject: `Ihr Passwort bei ${product} wurde geändert`,
    blocks: [
      "Ihr Passwort wurde geändert. Alle anderen Sitzungen wurden beendet.",
      where(from),
      ALARM,
    ],
  }),
  password_set: ({ from }, product) => ({
    subject: `Ihr Passwort bei ${product} wurde von der Verwaltung gesetzt`,
    blocks: [
      "Die Verwaltung hat für Ihr Konto ein neues Passwort gesetzt. Alle Sitzungen wurden beendet.",
      "Haben Sie nicht darum gebeten, fragen Sie nach, wer diesen Dienst betreibt. Ein eigenes Passwort, das Sie per E-Mail setzen, kennt niemand sonst.",
      where(from),
    ],
  }),
  password_needed: ({ forgotPage, from }, product) => ({
    subject: `Setzen Sie ein neues Passwort für ${product}`,
    blocks: [
      "Die Verwaltung hat den zweiten Faktor Ihres Kontos entfernt. Ihr Passwort war zu kurz, um das Konto allein zu schützen; deshalb gilt es nicht mehr.",
      { link: forgotPage, label: "Neues Passwort setzen" },
      where(from),
      "Haben Sie nicht darum gebeten, fragen Sie nach, wer diesen Dienst betreibt.",
    ],
  }),
  sign_in: ({ code, link, minutes, from }, product) => ({
    subject: `Anmeldung bei ${product}`,
    blocks: [
      `Jemand will sich in Ihrem Konto bei ${product} anmelden. Sind Sie es, geben Sie diesen Code dort ein, wo Sie ihn verlangt haben:`,
      { code },
      { link, label: "Oder melden Sie sich mit diesem Link an" },
      works(minutes),
      where(from),
      NOT_YOU,
    ],
  }),
  factor_added: ({ factor, from }, product) => ({
    subject: `Neue Anmeldemöglichkeit bei ${product}`,
    blocks: [`Ihr Konto hat ab jetzt ${FACTORS[factor]}.`, where(from), ALARM],
  }),
  factor_removed: ({ factor, from }, product) => ({
    subject: `Anmeldemöglichkeit bei ${product} entfernt`,
    blocks: [`Ihr Konto hat ab jetzt ${FACTORS_REMOVED[factor]}.`, where(from), ALARM],
  }),
  recovery_code_used: ({ left, from }, product) => ({
    subject: `Ein Wiederherstellungscode wurde bei ${product} benutzt`,
    blocks: [
      `Jemand hat sich mit einem Wiederherstellungscode in Ihrem Konto angemeldet. Verbleibende Codes: ${left}.`,
      where(from),
      ALARM,
    ],
  }),
  account_deletion: ({ deleteAt, link, from }, product) => ({
    subject: `Ihr Konto bei ${product} wird gelöscht`,
    blocks: [
      `Ihr Konto ist geschlossen und wird am ${formatTime(deleteAt)} gelöscht. Bis dahin können Sie es zurückholen:`,
      { link, label: "Konto behalten" },
      where(from),
    ],
  }),
  session_compromised: ({ last, presenter, endedAll }) => ({
    subject: "Sie wurden abgemeldet, um Ihr Konto zu schützen",
    blocks: [
      "Eine Ihrer Sitzungen wurde von zwei Orten zugleich benutzt. An einem davon liegt vielleicht " +
        "eine gestohlene Kopie Ihrer Anmeldung, " +
        (endedAll
          ? "deshalb haben wir alle Ihre Sitzungen beendet."
          : "deshalb haben wir jene Sitzung beendet. Ihre anderen Sitzungen laufen weiter."),
      "Zuletzt wurde die Sitzung erneuert von:",
      where(last),
      "Danach wurde eine ältere Kopie benutzt von:",
      where(presenter),
      "Kennen Sie beide, war es wohl ein Backup oder ein kopiertes Browserprofil: Melden Sie sich " +
        "wieder an. Kennen Sie eine nicht, melden Sie sich an, beenden Sie in der Liste Ihrer " +
        "Sitzungen alle fremden und ändern Sie Ihr Passwort.",
    ],
  }),
};
