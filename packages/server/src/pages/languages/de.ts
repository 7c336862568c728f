// The words of the pages in German.

import type { Messages } from "./messages.ts";

/** The words. */
export const de: Messages = {
  code: "de",
  name: "Deutsch",
  chooseLanguage: "Sprache",
  optional: "freiwillig",
  back: "Zurück",
  email: "E-Mail",
  emailOrUsername: "E-Mail oder Benutzername",
  username: "Benutzername",
  displayName: "Name",
  password: "Passwort",
  show: "Anzeigen",
  newPassword: "Neues Passwort",
  passwordHint: (length) => `Mindestens ${length} Zeichen. Ein ganzer Satz ist gut.`,

  signIn: "Anmelden",
  signInTitle: (product) => `Bei ${product} anmelden`,
  remember: "Auf diesem Gerät angemeldet bleiben",
  forgotPassword: "Passwort vergessen?",
  noAccount: "Noch kein Konto?",
  signUp: "Registrieren",
  signInByEmail: "Lieber einen Code per E-Mail",
  signInByPasskey: "Mit Passkey anmelden",
  or: "oder",
  passkeyFailed:
    "Der Passkey wurde nicht verwendet. Versuchen Sie es noch einmal oder auf anderem Weg.",

  signUpTitle: "Konto anlegen",
  haveAccount: "Schon ein Konto?",
  createAccount: "Konto anlegen",

  signOut: "Abmelden",
  signOutTitle: "Abmelden?",
  signOutText: "Sie werden auf diesem Gerät abgemeldet. Andere Geräte bleiben angemeldet.",
  signedOutTitle: "Sie sind abgemeldet",
  signedOutText: "Sie können diese Seite schließen oder sich wieder anmelden.",

  signedInTitle: "Sie sind angemeldet",
  signedInText: "Sie können zu der Seite zurückkehren, von der Sie gekommen sind.",

  secondFactorTitle: "Noch ein Schritt",
  totpText: "Geben Sie die sechs Ziffern ein, die Ihre Authenticator-App für dieses Konto zeigt.",
  totp: "Code aus der App",
  recoveryText: "Geben Sie einen Ihrer aufbewahrten Notfallcodes ein. Jeder gilt einmal.",
  recoveryCode: "Notfallcode",
  useRecoveryCode: "Notfallcode verwenden",
  usePasskey: "Passkey verwenden",
  continue: "Weiter",
  startAgain: "Von vorn beginnen",
  enrolTitle: "Zweiten Faktor einrichten",
  enrolText:
    "Ihre Rolle verlangt einen zweiten Faktor. Lesen Sie diesen Code mit einer Authenticator-App ein und geben Sie dann die sechs Ziffern ein, die sie zeigt.",
  enrolQr: "QR-Code für Ihre Authenticator-App",
  enrolByHand: "Lässt er sich nicht einlesen? Geben Sie diesen Schlüssel in der App ein:",

  recoveryCodesTitle: "Notfallcodes aufbewahren",
  recoveryCodesText:
    "Wenn Ihr Authenticator verloren geht, kommen Sie mit jedem dieser Codes einmal hinein. Drucken Sie sie aus oder verwahren Sie sie sicher: Sie werden nicht noch einmal gezeigt.",
  recoveryCodesKept: "Ich habe sie aufbewahrt",

  checkMailTitle: "Sehen Sie in Ihr Postfach",
  checkMailText: (email) =>
    `Wir haben eine E-Mail an ${email} geschickt. Öffnen Sie den Link darin oder geben Sie hier die sechs Ziffern ein.`,
  sixDigits: "Sechsstelliger Code",
  confirm: "Bestätigen",
  resend: "Noch einmal senden",
  verifyTitle: "Adresse bestätigen",
  verifyPasswordText:
    "Wählen Sie das Passwort für Ihr neues Konto. Das bei der Registrierung eingegebene gilt nur zusammen mit dem Code.",
  verifySignedInText:
    "Ist das Konto auf diesem Gerät angemeldet? Dann bestätigt ein Klick die Adresse, und alles andere bleibt.",
  verifyAnewText:
    "Wenn nicht, wählen Sie sein Passwort neu. Wer das Konto vorher benutzte, wird abgemeldet; seine Passkeys und anderen Faktoren werden entfernt.",
  verifyAnew: "Passwort setzen und bestätigen",

  forgotTitle: "Passwort vergessen?",
  forgotText: "Nennen Sie uns Ihre Adresse, und wir schicken Ihnen einen Weg zurück.",
  sendMail: "E-Mail senden",
  forgotSentText: (email) =>
    `Wenn es zu ${email} ein Konto gibt, ist eine E-Mail mit Link und Code unterwegs.`,
  resetTitle: "Neues Passwort wählen",
  resetText: "Beim Speichern werden alle Ihre Geräte abgemeldet.",
  savePassword: "Passwort speichern",

  emailSignInTitle: "Per E-Mail anmelden",
  emailSignInText: "Wir schicken einen Code und einen Link an Ihre Adresse.",
  emailSignInSentText: (email) =>
    `Wenn es zu ${email} ein Konto gibt, ist eine E-Mail mit Code und Link unterwegs.`,
  signInLinkTitle: "Anmeldung abschließen",
  signInLinkText: "Der Link aus Ihrer E-Mail gilt einmal, und zwar hier.",

  askAgain: "Neue E-Mail anfordern",
  passkeyText: "Verwenden Sie den Passkey, den Sie für dieses Konto eingerichtet haben.",

  confirmEmailTitle: "Neue Adresse bestätigen",
  confirmEmailText: "Ihr Konto nutzt dann diese Adresse, und die bisherige gilt nicht mehr.",
  confirmEmailDoneTitle: "Ihre Adresse ist geändert",
  confirmEmailDoneText: "Ihr Konto nutzt ab jetzt die neue Adresse.",

  cancelDeletionTitle: "Konto behalten?",
  cancelDeletionText: "Ihr Konto soll gelöscht werden. Mit einem Klick bleibt es.",
  keepAccount: "Mein Konto behalten",

  setupTitle: "Ersten Administrator anlegen",
  setupText: (product) => `${product} ist hier neu. Dieses Konto verwaltet es.`,
  setupButton: "Administrator anlegen",
  setupDoneTitle: "Der Administrator ist angelegt",
  setupDoneText:
    "Melden Sie sich an, um die Konsole zu öffnen. Der Einrichtungslink gilt nun nicht mehr.",

  notices: {
    created:
      "Melden Sie sich jetzt an. Gab es zu dieser Adresse schon ein Konto, bleibt dessen Passwort unverändert.",
    verified: "Ihre Adresse ist bestätigt. Melden Sie sich jetzt an.",
    reset: "Ihr neues Passwort ist gespeichert. Melden Sie sich damit an.",
    kept: "Ihr Konto bleibt bestehen. Melden Sie sich jetzt an.",
    resent: "Wenn es etwas zu bestätigen gibt, ist noch eine E-Mail unterwegs.",
    deletion_asked:
      "Ihr Konto ist geschlossen und wird gelöscht. Bis dahin bringt es der Link in der Mail zurück, die wir Ihnen gesandt haben.",
    confirm_email:
      "Melden Sie sich bei dem Konto an, das die neue Adresse bekommen soll; dann bestätigen Sie sie.",
  },

  notFoundTitle: "Diese Seite gibt es nicht",
  notFoundText: "Die Adresse ist vielleicht falsch geschrieben, oder die Seite ist umgezogen.",
  errorTitle: "Etwas ist schiefgegangen",
  linkTitle: "Dieser Link gilt nicht",
  reference: "Vorgangsnummer",
  toSignIn: "Zur Anmeldung",

  problems: {
    form_expired:
      "Diese Seite war zu lange offen, oder Cookies sind gesperrt. Bitte senden Sie sie noch einmal.",
    not_signed_in_here:
      "Das Konto ist auf diesem Gerät nicht angemeldet. Melden Sie sich zuerst an oder wählen Sie ein Passwort.",
    email_invalid: "Das ist keine E-Mail-Adresse.",
    email_missing: "Geben Sie Ihre E-Mail-Adresse ein.",
    name_missing: "Geben Sie Ihre E-Mail-Adresse oder Ihren Benutzernamen ein.",
    name_invalid: "Dieser Name kann nicht verwendet werden.",
    username_invalid:
      "Ein Benutzername hat 3 bis 32 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche und beginnt mit einem Buchstaben.",
    password_missing: "Geben Sie Ihr Passwort ein.",
    code_invalid: "Geben Sie die sechs Ziffern ein.",
    code_missing: "Geben Sie den Code ein.",
    invalid_credentials:
      "Es gibt kein Konto mit diesem Namen und diesem Passwort. Prüfen Sie die Schreibweise.",
    username_taken: "Diesen Benutzernamen gibt es schon. Wählen Sie einen anderen.",
    email_taken: "Zu dieser Adresse gibt es schon ein Konto.",
    password_too_short: ({ minPasswordLength }) =>
      `Das Passwort ist zu kurz: mindestens ${minPasswordLength} Zeichen. Ein ganzer Satz ist gut.`,
    password_too_long: "Das Passwort ist zu lang.",
    password_too_common:
      "Dieses Passwort ist zu verbreitet oder Ihr eigener Name. Wählen Sie ein anderes.",
    password_breached: "Dieses Passwort ist aus einem Datenleck bekannt. Wählen Sie ein anderes.",
    rate_limited: ({ retryAfter }) =>
      retryAfter > 90
        ? `Zu viele Versuche. Versuchen Sie es in ${Math.ceil(retryAfter / 60)} Minuten wieder.`
        : `Zu viele Versuche. Versuchen Sie es in ${retryAfter} Sekunden wieder.`,
    overloaded: "Gerade ist viel los. Versuchen Sie es gleich noch einmal.",
    database_unavailable:
      "Der Server erreicht seine Datenbank nicht. Versuchen Sie es gleich noch einmal.",
    not_ready: "Der Server startet gerade. Versuchen Sie es gleich noch einmal.",
    origin_refused:
      "Das Formular kam von einer fremden Seite, darum ist nichts geschehen. Öffnen Sie die Seite neu.",
    setup_link_invalid:
      "Der Link wurde benutzt, ist zu alt oder war nie gültig. Starten Sie den Server neu, um einen frischen zu erhalten; es gibt ihn nur, solange es keinen Administrator gibt.",
    code_refused:
      "Der Code oder Link wurde benutzt, ist zu alt oder stimmt nicht. Fordern Sie einen neuen an.",
    factor_refused: "Der Code stimmt nicht oder wurde schon benutzt. Nehmen Sie den nächsten.",
    sign_in_expired: "Diese Anmeldung hat zu lange gedauert. Beginnen Sie von vorn.",
    passkey_refused:
      "Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal oder auf anderem Weg.",
    invalid_request:
      "Etwas in diesem Formular kann nicht verwendet werden. Prüfen Sie Ihre Eingaben.",
    not_found: "Diese Seite gibt es nicht.",
    method_not_allowed: "So kann diese Seite nicht benutzt werden.",
    internal:
      "Der Server hat versagt. Versuchen Sie es noch einmal; bleibt es dabei, nennen Sie dem Betreiber die Nummer unten.",
  },
};
