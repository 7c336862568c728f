// The mails in French.

import { type Block, describeOrigin, formatTime } from "../templates/layout.ts";
import type { MailFactor, MailOrigin } from "../templates/mail-facts.ts";
import type { Translation } from "./translation.ts";

const FACTORS: Readonly<Record<MailFactor, string>> = {
  totp: "une application d’authentification",
  passkey: "une clé d’accès",
  recovery_codes: "des codes de récupération",
};

const FACTORS_REMOVED: Readonly<Record<MailFactor, string>> = {
  totp: "L’application d’authentification de votre compte a été retirée.",
  passkey: "Une clé d’accès de votre compte a été retirée.",
  recovery_codes: "Les codes de récupération de votre compte ont été retirés.",
};

const where = (origin: MailOrigin): Block =>
  describeOrigin(origin, {
    device: "Appareil",
    address: "Adresse réseau",
    time: "Heure",
    unknown: "inconnu",
  });

const NOT_YOU =
  "Si ce n’était pas vous, vous n’avez rien à faire : sans ce message, rien ne se passe.";
const ALARM =
  "Si ce n’était pas vous, quelqu’un d’autre a eu accès à votre compte : choisissez tout de suite " +
  "un nouveau mot de passe et vérifiez la liste de vos sessions.";

const works = (minutes: number): string =>
  `Chacun ne sert qu’une fois, pendant ${minutes} minutes. Ne donnez le code à personne, qui que ce soit.`;

/** The mails in French. */
export const french: Translation = {
  sign_up: ({ code, link, minutes, from }, product) => ({
    subject: `Confirmez votre adresse pour ${product}`,
    blocks: [
      `Quelqu’un s’est inscrit chez ${product} avec cette adresse. Si c’était vous, saisissez ce code là où vous vous êtes inscrit :`,
      { code },
      { link, label: "Ou confirmez avec ce lien et choisissez-y votre mot de passe" },
      works(minutes),
      where(from),
      NOT_YOU,
    ],
  }),
  sign_up_known: ({ signInPage, forgotPage, from }, product) => ({
    subject: `Vous avez déjà un compte chez ${product}`,
    blocks: [
      `Quelqu’un s’est inscrit chez ${product} avec cette adresse, qui a déjà un compte. Rien n’a été changé.`,
      { link: signInPage, label: "Se connecter" },
      { link: forgotPage, label: "Si vous avez oublié votre mot de passe, choisissez-en un autre" },
      where(from),
      NOT_YOU,
    ],
  }),
  confirm_email: ({ link, minutes, from }, product) => ({
    subject: `Confirmez votre adresse pour ${product}`,
    blocks: [
      `Un compte chez ${product} porte cette adresse. S’il est à vous, confirmez-la :`,
      { link, label: "Confirmer l’adresse" },
      `Le lien ne sert qu’une fois, pendant ${minutes} minutes.`,
      where(from),
      NOT_YOU,
    ],
  }),
  confirm_new_email: ({ code, link, minutes, oldEmail, from }, product) => ({
    subject: `Confirmez votre nouvelle adresse pour ${product}`,
    blocks: [
      `Le compte ${oldEmail} chez ${product} doit désormais porter cette adresse. Si ce compte est à vous, saisissez ce code là où vous avez demandé le changement :`,
      { code },
      { link, label: "Ou connectez-vous et confirmez avec ce lien" },
      works(minutes),
      where(from),
      "Si vous ne connaissez pas ce compte, ne confirmez pas : sans ce message, rien ne se passe.",
    ],
  }),
  new_email_known: ({ from }, product) => ({
    subject: `Vous avez déjà un compte chez ${product}`,
    blocks: [
      `Quelqu’un a voulu donner à un autre compte chez ${product} cette adresse, qui est la vôtre. Rien n’a été changé.`,
      where(from),
    ],
  }),
  email_change_asked: ({ newEmail, from }, product) => ({
    subject: `Votre adresse chez ${product} va être changée`,
    blocks: [
      `Quelqu’un qui est connecté à votre compte a demandé d’en changer l’adresse pour ${newEmail}. Elle changera quand cette adresse sera confirmée.`,
      where(from),
      ALARM,
    ],
  }),
  email_changed: ({ newEmail, from }, product) => ({
    subject: `Votre adresse chez ${product} a été changée`,
    blocks: [
      `Votre compte porte désormais l’adresse ${newEmail}. Toutes les autres sessions sont terminées.`,
      where(from),
      "Si ce n’était pas vous, quelqu’un d’autre a eu accès à votre compte : adressez-vous aux responsables du service.",
    ],
  }),
  reset_password: ({ code, link, minutes, from }, product) => ({
    subject: `Nouveau mot de passe pour ${product}`,
    blocks: [
      `Quelqu’un a demandé un nouveau mot de passe pour votre compte chez ${product}. Si c’était vous, saisissez ce code là où vous l’avez demandé :`,
      { code },
      { link, label: "Ou choisissez le mot de passe avec ce lien" },
      works(minutes),
      where(from),
      NOT_YOU,
    ],
  }),
  password_reset: ({ from }, product) => ({
    subject: `Votre mot de passe chez ${product} a été remplacé`,
    blocks: [
      "Un nouveau mot de passe a été choisi par courriel. Toutes les sessions sont terminées.",
      where(from),
      ALARM,
    ],
  }),
  password_changed: ({ from }, product) => ({
    subject: `Votre mot de passe chez ${product} a été changé`,
    blocks: [
      "Votre mot de passe a été changé. Toutes les autres sessions sont terminées.",
      where(from),
      ALARM,
    ],
  }),
  password_set: ({ from }, product) => ({
    subject: `Votre mot de passe chez ${product} a été choisi par l’administration`,
    blocks: [
      "L’administration a choisi un nouveau mot de passe pour votre compte. Toutes les sessions sont terminées.",
      "Si vous ne l’avez pas demandé, adressez-vous à qui gère ce service. Un mot de passe à vous, choisi par courriel, n’est connu de personne d’autre.",
      where(from),
    ],
  }),
  password_needed: ({ forgotPage, from }, product) => ({
    subject: `Choisissez un nouveau mot de passe pour ${product}`,
    blocks: [
      "L’administration a retiré le second facteur de votre compte. Votre mot de passe était trop court pour le protéger seul ; il ne fonctionne donc plus.",
      { link: forgotPage, label: "Choisir un nouveau mot de passe" },
      where(from),
      "Si vous ne l’avez pas demandé, adressez-vous à qui gère ce service.",
    ],
  }),
  sign_in: ({ code, link, minutes, from }, product) => ({
    subject: `Connexion à ${product}`,
    blocks: [
      `Quelqu’un veut se connecter à votre compte chez ${product}. Si c’est vous, saisissez ce code là où vous l’avez demandé :`,
      { code },
      { link, label: "Ou connectez-vous avec ce lien" },
      works(minutes),
      where(from),
      NOT_YOU,
    ],
  }),
  factor_added: ({ factor, from }, product) => ({
    subject: `Un moyen de connexion à ${product} a été ajouté`,
    blocks: [`Votre compte a désormais ${FACTORS[factor]}.`, where(from), ALARM],
  }),
  factor_removed: ({ factor, from }, product) => ({
    subject: `Un moyen de connexion à ${product} a été retiré`,
    blocks: [FACTORS_REMOVED[factor], where(from), ALARM],
  }),
  recovery_code_used: ({ left, from }, product) => ({
    subject: `Un code de récupération a été utilisé chez ${product}`,
    blocks: [
      `Quelqu’un s’est connecté à votre compte avec un code de récupération. Codes restants : ${left}.`,
      where(from),
      ALARM,
    ],
  }),
  account_deletion: ({ deleteAt, link, from }, product) => ({
    subject: `Votre compte chez ${product} sera supprimé`,
    blocks: [
      `Votre compte est fermé et sera supprimé le ${formatTime(deleteAt)}. D’ici là, vous pouvez le récupérer :`,
      { link, label: "Garder le compte" },
      where(from),
    ],
  }),
  session_compromised: ({ last, presenter, endedAll }) => ({
    subject: "Vous avez été déconnecté pour protéger votre compte",
    blocks: [
      "Une de vos sessions a été utilisée de deux endroits à la fois. L’un des deux détient " +
        "peut-être une copie volée de votre connexion, " +
        (endedAll
          ? "nous avons donc terminé toutes vos sessions."
          : "nous avons donc terminé cette session. Vos autres sessions continuent."),
      "La session a été renouvelée en dernier par :",
      where(last),
      "Ensuite une copie plus ancienne a été utilisée par :",
      where(presenter),
      "Si vous reconnaissez les deux, c’était sans doute une sauvegarde ou un profil de navigateur " +
        "copié : reconnectez-vous. Sinon, connectez-vous, terminez dans la liste de vos sessions " +
        "celles qui ne sont pas à vous, et changez votre mot de passe.",
    ],
  }),
};
