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
  passkeyFailed: "Der Passkey wurde nicht verwendet. Versuche es noch einmal oder auf anderem Weg.",

  signUpTitle: "Konto anlegen",
  haveAccount: "Schon ein Konto?",
  createAccount: "Konto anlegen",

  signOut: "Abmelden",
  signOutTitle: "Abmelden?",
  signOutText: "Du wirst auf diesem Gerät abgemeldet. Andere Geräte bleiben angemeldet.",
  signedOutTitle: "Du bist abgemeldet",
  signedOutText: "Du kannst diese Seite schließen oder dich wieder anmelden.",

  signedInTitle: "Du bist angemeldet",
  signedInText: "Du kannst zu der Seite zurückkehren, von der du gekommen bist.",

  secondFactorTitle: "Noch ein Schritt",
  totpText: "Gib die sechs Ziffern ein, die deine Authenticator-App für dieses Konto zeigt.",
  totp: "Code aus der App",
  recoveryText: "Gib einen deiner aufbewahrten Notfallcodes ein. Jeder gilt einmal.",
  recoveryCode: "Notfallcode",
  useRecoveryCode: "Notfallcode verwenden",
  usePasskey: "Passkey verwenden",
  continue: "Weiter",
  startAgain: "Von vorn beginnen",
  enrolTitle: "Zweiten Faktor einrichten",
  enrolText:
    "Deine Rolle verlangt einen zweiten Faktor. Lies diesen Code mit einer Authenticator-App ein und gib dann die sechs Ziffern ein, die sie zeigt.",
  enrolQr: "QR-Code für deine Authenticator-App",
  enrolByHand: "Lässt er sich nicht einlesen? Gib diesen Schlüssel in der App ein:",

  recoveryCodesTitle: "Notfallcodes aufbewahren",
  recoveryCodesText:
    "Wenn dein Authenticator verloren geht, kommst du mit jedem dieser Codes einmal hinein. Drucke sie aus oder verwahre sie sicher: Sie werden nicht noch einmal gezeigt.",
  recoveryCodesKept: "Ich habe sie aufbewahrt",

  checkMailTitle: "Sieh in dein Postfach",
  checkMailText: (email) =>
    `Wir haben eine E-Mail an ${email} geschickt. Öffne den Link darin oder gib hier die sechs Ziffern ein.`,
  sixDigits: "Sechsstelliger Code",
  confirm: "Bestätigen",
  resend: "Noch einmal senden",
  verifyTitle: "Adresse bestätigen",
  verifyPasswordText:
    "Wähle das Passwort für dein neues Konto. Das bei der Registrierung eingegebene gilt nur zusammen mit dem Code.",

  forgotTitle: "Passwort vergessen?",
  forgotText: "Nenne uns deine Adresse, und wir schicken dir einen Weg zurück.",
  sendMail: "E-Mail senden",
  forgotSentText: (email) =>
    `Wenn es zu ${email} ein Konto gibt, ist eine E-Mail mit Link und Code unterwegs.`,
  resetTitle: "Neues Passwort wählen",
  resetText: "Beim Speichern werden alle deine Geräte abgemeldet.",
  savePassword: "Passwort speichern",

  emailSignInTitle: "Per E-Mail anmelden",
  emailSignInText: "Wir schicken einen Code und einen Link an deine Adresse.",
  emailSignInSentText: (email) =>
    `Wenn es zu ${email} ein Konto gibt, ist eine E-Mail mit Code und Link unterwegs.`,
  signInLinkTitle: "Anmeldung abschließen",
  signInLinkText: "Der Link aus deiner E-Mail gilt einmal, und zwar hier.",

  askAgain: "Neue E-Mail anfordern",
  passkeyText: "Verwende den Passkey, den du für dieses Konto eingerichtet hast.",

  confirmEmailTitle: "Neue Adresse bestätigen",
  confirmEmailText: "Dein Konto nutzt dann diese Adresse, und die bisherige gilt nicht mehr.",
  confirmEmailDoneTitle: "Deine Adresse ist geändert",
  confirmEmailDoneText: "Dein Konto nutzt ab jetzt die neue Adresse.",

  cancelDeletionTitle: "Konto behalten?",
  cancelDeletionText: "Dein Konto soll gelöscht werden. Mit einem Klick bleibt es.",
  keepAccount: "Mein Konto behalten",

  setupTitle: "Ersten Administrator anlegen",
  setupText: (product) => `${product} ist hier neu. Dieses Konto verwaltet es.`,
  setupButton: "Administrator anlegen",
  setupDoneTitle: "Der Administrator ist angelegt",
  setupDoneText:
    "Melde dich an, um die Konsole zu öffnen. Der Einrichtungslink gilt nun nicht mehr.",

  notices: {
    created:
      "Melde dich jetzt an. Gab es zu dieser Adresse schon ein Konto, bleibt dessen Passwort unverändert.",
    verified: "Deine Adresse ist bestätigt. Melde dich jetzt an.",
    reset: "Dein neues Passwort ist gespeichert. Melde dich damit an.",
    kept: "Dein Konto bleibt bestehen. Melde dich jetzt an.",
    resent: "Wenn es etwas zu bestätigen gibt, ist noch eine E-Mail unterwegs.",
  },

  notFoundTitle: "Diese Seite gibt es nicht",
  notFoundText: "Die Adresse ist vielleicht falsch geschrieben, oder die Seite ist umgezogen.",
  errorTitle: "Etwas ist schiefgegangen",
  linkTitle: "Dieser Link gilt nicht",
  reference: "Vorgangsnummer",
  toSignIn: "Zur Anmeldung",

  problems: {
    form_expired:
      "Diese Seite war zu lange offen, oder Cookies sind gesperrt. Bitte sende sie noch einmal.",
    email_invalid: "Das ist keine E-Mail-Adresse.",
    email_missing: "Gib deine E-Mail-Adresse ein.",
    name_missing: "Gib deine E-Mail-Adresse oder deinen Benutzernamen ein.",
    name_invalid: "Dieser Name kann nicht verwendet werden.",
    username_invalid:
      "Ein Benutzername hat 3 bis 32 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche und beginnt mit einem Buchstaben.",
    password_missing: "Gib dein Passwort ein.",
    code_invalid: "Gib die sechs Ziffern ein.",
    code_missing: "Gib den Code ein.",
    invalid_credentials:
      "Es gibt kein Konto mit diesem Namen und diesem Passwort. Prüfe die Schreibweise.",
    username_taken: "Diesen Benutzernamen gibt es schon. Wähle einen anderen.",
    email_taken: "Zu dieser Adresse gibt es schon ein Konto.",
    password_too_short: ({ minPasswordLength }) =>
      `Das Passwort ist zu kurz: mindestens ${minPasswordLength} Zeichen. Ein ganzer Satz ist gut.`,
    password_too_long: "Das Passwort ist zu lang.",
    password_too_common:
      "Dieses Passwort ist zu verbreitet oder dein eigener Name. Wähle ein anderes.",
    password_breached: "Dieses Passwort ist aus einem Datenleck bekannt. Wähle ein anderes.",
    rate_limited: ({ retryAfter }) =>
      retryAfter > 90
        ? `Zu viele Versuche. Versuche es in ${Math.ceil(retryAfter / 60)} Minuten wieder.`
        : `Zu viele Versuche. Versuche es in ${retryAfter} Sekunden wieder.`,
    overloaded: "Gerade ist viel los. Versuche es gleich noch einmal.",
    database_unavailable:
      "Der Server erreicht seine Datenbank nicht. Versuche es gleich noch einmal.",
    not_ready: "Der Server startet gerade. Versuche es gleich noch einmal.",
    origin_refused:
      "Das Formular kam von einer fremden Seite, darum ist nichts geschehen. Öffne die Seite neu.",
    setup_link_invalid:
      "Der Link wurde benutzt, ist zu alt oder war nie gültig. Starte den Server neu, um einen frischen zu erhalten; es gibt ihn nur, solange es keinen Administrator gibt.",
    code_refused:
      "Der Code oder Link wurde benutzt, ist zu alt oder stimmt nicht. Fordere einen neuen an.",
    factor_refused: "Der Code stimmt nicht oder wurde schon benutzt. Nimm den nächsten.",
    sign_in_expired: "Diese Anmeldung hat zu lange gedauert. Beginne von vorn.",
    passkey_refused:
      "Dieser Passkey wurde nicht angenommen. Versuche es noch einmal oder auf anderem Weg.",
    invalid_request: "Etwas in diesem Formular kann nicht verwendet werden. Prüfe deine Eingaben.",
    not_found: "Diese Seite gibt es nicht.",
    method_not_allowed: "So kann diese Seite nicht benutzt werden.",
    internal:
      "Der Server hat versagt. Versuche es noch einmal; bleibt es dabei, nenne dem Betreiber die Nummer unten.",
  },
};
