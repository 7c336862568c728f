// The words of the pages in French. Before a colon, a question mark and their like stands a narrow
// space that no line breaks at.

import type { Messages } from "./messages.ts";

/** The words. */
export const fr: Messages = {
  code: "fr",
  name: "Français",
  chooseLanguage: "Langue",
  optional: "facultatif",
  back: "Retour",
  email: "E-mail",
  emailOrUsername: "E-mail ou nom d’utilisateur",
  username: "Nom d’utilisateur",
  displayName: "Nom",
  password: "Mot de passe",
  show: "Afficher",
  newPassword: "Nouveau mot de passe",
  passwordHint: (length) => `Au moins ${length} caractères. Une phrase convient très bien.`,

  signIn: "Se connecter",
  signInTitle: (product) => `Se connecter à ${product}`,
  remember: "Rester connecté sur cet appareil",
  forgotPassword: "Mot de passe oublié ?",
  noAccount: "Pas encore de compte ?",
  signUp: "S’inscrire",
  signInByEmail: "Recevoir plutôt un code par e-mail",
  signInByPasskey: "Se connecter avec une clé d’accès",
  or: "ou",
  passkeyFailed: "La clé d’accès n’a pas été utilisée. Réessayez, ou choisissez une autre méthode.",

  signUpTitle: "Créer un compte",
  haveAccount: "Vous avez un compte ?",
  createAccount: "Créer le compte",

  signOut: "Se déconnecter",
  signOutTitle: "Se déconnecter ?",
  signOutText: "Vous serez déconnecté sur cet appareil. Les autres appareils restent connectés.",
  signedOutTitle: "Vous êtes déconnecté",
  signedOutText: "Vous pouvez fermer cette page ou vous reconnecter.",

  signedInTitle: "Vous êtes connecté",
  signedInText: "Vous pouvez revenir à la page d’où vous venez.",

  secondFactorTitle: "Encore une étape",
  totpText: "Saisissez les six chiffres affichés par votre application d’authentification.",
  totp: "Code de l’application",
  recoveryText:
    "Saisissez l’un des codes de secours que vous avez conservés. Chacun sert une seule fois.",
  recoveryCode: "Code de secours",
  useRecoveryCode: "Utiliser un code de secours",
  usePasskey: "Utiliser une clé d’accès",
  continue: "Continuer",
  startAgain: "Recommencer",
  enrolTitle: "Configurer un second facteur",
  enrolText:
    "Votre rôle exige un second facteur. Scannez ce code avec une application d’authentification, puis saisissez les six chiffres qu’elle affiche.",
  enrolQr: "Code QR pour votre application d’authentification",
  enrolByHand: "Impossible de scanner ? Saisissez cette clé dans l’application :",

  recoveryCodesTitle: "Conservez vos codes de secours",
  recoveryCodesText:
    "Si vous perdez votre application, chacun de ces codes permet de se connecter une fois. Imprimez-les ou gardez-les en lieu sûr : ils ne seront plus affichés.",
  recoveryCodesKept: "Je les ai conservés",

  checkMailTitle: "Consultez vos e-mails",
  checkMailText: (email) =>
    `Nous avons envoyé un e-mail à ${email}. Ouvrez son lien, ou saisissez ici les six chiffres.`,
  sixDigits: "Code à six chiffres",
  confirm: "Confirmer",
  resend: "Renvoyer",
  verifyTitle: "Confirmez votre adresse",
  verifyPasswordText:
    "Choisissez le mot de passe de votre nouveau compte. Celui saisi à l’inscription ne vaut qu’avec le code.",
  verifySignedInText:
    "Le compte est-il connecté sur cet appareil ? Alors un clic prouve l’adresse, et tout le reste demeure.",
  verifyAnewText:
    "Sinon, choisissez de nouveau son mot de passe. Qui utilisait le compte auparavant est déconnecté ; ses clés d’accès et autres facteurs sont retirés.",
  verifyAnew: "Enregistrer et confirmer",

  forgotTitle: "Mot de passe oublié ?",
  forgotText: "Indiquez votre adresse et nous vous enverrons de quoi revenir.",
  sendMail: "Envoyer l’e-mail",
  forgotSentText: (email) =>
    `Si un compte existe pour ${email}, un e-mail avec un lien et un code est en route.`,
  resetTitle: "Choisissez un nouveau mot de passe",
  resetText: "Tous vos appareils seront déconnectés à l’enregistrement.",
  savePassword: "Enregistrer",

  emailSignInTitle: "Se connecter par e-mail",
  emailSignInText: "Nous envoyons un code et un lien à votre adresse.",
  emailSignInSentText: (email) =>
    `Si un compte existe pour ${email}, un e-mail avec un code et un lien est en route.`,
  signInLinkTitle: "Terminer la connexion",
  signInLinkText: "Le lien reçu par e-mail fonctionne une fois, à partir d’ici.",

  askAgain: "Demander un nouvel e-mail",
  passkeyText: "Utilisez la clé d’accès configurée pour ce compte.",

  confirmEmailTitle: "Confirmez votre nouvelle adresse",
  confirmEmailText: "Votre compte utilisera cette adresse, et la précédente ne fonctionnera plus.",
  confirmEmailDoneTitle: "Votre adresse est changée",
  confirmEmailDoneText: "Votre compte utilise désormais la nouvelle adresse.",

  cancelDeletionTitle: "Garder votre compte ?",
  cancelDeletionText: "Votre compte va être supprimé. Un clic suffit pour le garder.",
  keepAccount: "Garder mon compte",

  setupTitle: "Créer le premier administrateur",
  setupText: (product) => `${product} est nouveau ici. Ce compte l’administre.`,
  setupButton: "Créer l’administrateur",
  setupDoneTitle: "L’administrateur est créé",
  setupDoneText:
    "Connectez-vous pour ouvrir la console. Le lien d’installation ne fonctionne plus.",

  notices: {
    created:
      "Connectez-vous maintenant. Si cette adresse avait déjà un compte, son mot de passe reste le même.",
    verified: "Votre adresse est confirmée. Connectez-vous maintenant.",
    reset: "Votre nouveau mot de passe est enregistré. Connectez-vous avec lui.",
    kept: "Votre compte est conservé. Connectez-vous maintenant.",
    resent: "S’il y a quelque chose à confirmer, un autre e-mail est en route.",
    deletion_asked:
      "Votre compte est fermé et sera supprimé. D'ici là, le lien de l'e-mail que nous vous avons envoyé le rétablit.",
    confirm_email:
      "Connectez-vous au compte qui doit recevoir la nouvelle adresse ; vous pourrez ensuite la confirmer.",
  },

  notFoundTitle: "Cette page n’existe pas",
  notFoundText: "L’adresse est peut-être mal écrite, ou la page a été déplacée.",
  errorTitle: "Une erreur s’est produite",
  linkTitle: "Ce lien ne fonctionne pas",
  reference: "Référence",
  toSignIn: "Aller à la connexion",

  problems: {
    form_expired:
      "Cette page est restée ouverte trop longtemps, ou les cookies sont bloqués. Envoyez-la de nouveau.",
    not_signed_in_here:
      "Le compte n’est pas connecté sur cet appareil. Connectez-vous d’abord, ou choisissez un mot de passe.",
    email_invalid: "Ce n’est pas une adresse e-mail.",
    email_missing: "Saisissez votre adresse e-mail.",
    name_missing: "Saisissez votre adresse e-mail ou votre nom d’utilisateur.",
    name_invalid: "Ce nom ne peut pas être utilisé.",
    username_invalid:
      "Un nom d’utilisateur compte 3 à 32 lettres, chiffres, points, tirets ou soulignés, et commence par une lettre.",
    password_missing: "Saisissez votre mot de passe.",
    code_invalid: "Saisissez les six chiffres.",
    code_missing: "Saisissez le code.",
    invalid_credentials: "Aucun compte n’a ce nom et ce mot de passe. Vérifiez l’orthographe.",
    username_taken: "Ce nom d’utilisateur est déjà pris. Choisissez-en un autre.",
    email_taken: "Un compte existe déjà pour cette adresse.",
    password_too_short: ({ minPasswordLength }) =>
      `Le mot de passe est trop court : au moins ${minPasswordLength} caractères. Une phrase convient très bien.`,
    password_too_long: "Le mot de passe est trop long.",
    password_too_common:
      "Ce mot de passe est trop courant, ou c’est votre propre nom. Choisissez-en un autre.",
    password_breached: "Ce mot de passe figure dans une fuite de données. Choisissez-en un autre.",
    rate_limited: ({ retryAfter }) =>
      retryAfter > 90
        ? `Trop de tentatives. Réessayez dans ${Math.ceil(retryAfter / 60)} minutes.`
        : `Trop de tentatives. Réessayez dans ${retryAfter} secondes.`,
    overloaded: "Il y a foule en ce moment. Réessayez dans un instant.",
    database_unavailable: "Le serveur n’atteint pas sa base de données. Réessayez dans un instant.",
    not_ready: "Le serveur démarre. Réessayez dans un instant.",
    origin_refused: "Le formulaire venait d’un autre site ; rien n’a été fait. Rouvrez la page.",
    setup_link_invalid:
      "Le lien a été utilisé, est trop ancien ou n’a jamais existé. Redémarrez le serveur pour en obtenir un ; il n’y en a que tant qu’il n’y a pas d’administrateur.",
    code_refused:
      "Le code ou le lien a été utilisé, est trop ancien ou n’est pas correct. Demandez-en un nouveau.",
    factor_refused: "Ce code n’est pas correct ou a déjà servi. Essayez le suivant.",
    sign_in_expired: "Cette connexion a pris trop de temps. Recommencez.",
    passkey_refused:
      "Cette clé d’accès n’a pas été acceptée. Réessayez, ou choisissez une autre méthode.",
    invalid_request:
      "Quelque chose dans ce formulaire ne peut pas être utilisé. Vérifiez votre saisie.",
    not_found: "Cette page n’existe pas.",
    method_not_allowed: "Cette page ne s’utilise pas ainsi.",
    internal:
      "Le serveur a échoué. Réessayez ; si cela persiste, donnez le numéro ci-dessous à l’exploitant.",
  },
};
