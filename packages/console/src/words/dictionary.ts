// The console's texts in German and French, by their English. Loaded when one of them is spoken. A
// test compares it with the texts that the sources use.

/** English text -> German, French. `{name}` stands for a value. */
export const dictionary: Readonly<Record<string, readonly [german: string, french: string]>> = {
  // Around every page
  "Your account": ["Ihr Konto", "Votre compte"],
  Administration: ["Verwaltung", "Administration"],
  Menu: ["Menü", "Menu"],
  Language: ["Sprache", "Langue"],
  "Dark colours": ["Dunkle Farben", "Couleurs sombres"],
  "Light colours": ["Helle Farben", "Couleurs claires"],
  "Skip to the content": ["Zum Inhalt springen", "Aller au contenu"],
  "Sign out": ["Abmelden", "Se déconnecter"],
  Loading: ["Wird geladen", "Chargement"],
  "Try again": ["Noch einmal versuchen", "Réessayer"],
  Close: ["Schließen", "Fermer"],
  "Close this message": ["Diese Meldung schließen", "Fermer ce message"],
  Cancel: ["Abbrechen", "Annuler"],
  Save: ["Speichern", "Enregistrer"],
  Confirm: ["Bestätigen", "Confirmer"],
  Continue: ["Weiter", "Continuer"],
  Remove: ["Entfernen", "Retirer"],
  Change: ["Ändern", "Modifier"],
  Delete: ["Löschen", "Supprimer"],
  Rename: ["Umbenennen", "Renommer"],
  Copy: ["Kopieren", "Copier"],
  Copied: ["Kopiert", "Copié"],
  Download: ["Herunterladen", "Télécharger"],
  Reload: ["Neu laden", "Recharger"],
  Clear: ["Leeren", "Effacer"],
  None: ["Keine", "Aucun"],
  "Show more": ["Mehr anzeigen", "Afficher plus"],
  "Show all": ["Alles anzeigen", "Tout afficher"],
  Name: ["Name", "Nom"],
  Time: ["Zeit", "Date"],
  "Remove {name}": ["{name} entfernen", "Retirer {name}"],
  "Rename {name}": ["{name} umbenennen", "Renommer {name}"],
  "Change {name}": ["{name} ändern", "Modifier {name}"],
  "Sign out {name}": ["{name} abmelden", "Déconnecter {name}"],
  "{name} is signed out": ["{name} ist abgemeldet", "{name} est déconnecté"],
  "This page could not be shown": [
    "Diese Seite konnte nicht angezeigt werden",
    "Cette page n'a pas pu être affichée",
  ],
  "The console may have been updated meanwhile. Reload to get the new one.": [
    "Vielleicht wurde die Konsole inzwischen erneuert. Laden Sie sie neu.",
    "La console a peut-être été mise à jour entre-temps. Rechargez-la.",
  ],
  "There is no such page": ["Diese Seite gibt es nicht", "Cette page n'existe pas"],
  "The link may be old, or mistyped.": [
    "Der Link ist vielleicht alt oder vertippt.",
    "Le lien est peut-être ancien ou mal saisi.",
  ],
  "To your account": ["Zu Ihrem Konto", "Vers votre compte"],
  "This part is for administrators": [
    "Dieser Teil ist für Administratoren",
    "Cette partie est réservée aux administrateurs",
  ],
  "Ask an administrator for the role, then come back: no need to sign in again.": [
    "Bitten Sie einen Administrator um die Rolle und kommen Sie dann wieder: Neu anmelden müssen Sie sich nicht.",
    "Demandez le rôle à un administrateur, puis revenez : inutile de vous reconnecter.",
  ],
  "The server cannot be reached": ["Der Server ist nicht erreichbar", "Le serveur est injoignable"],
  "Check the network, then try again.": [
    "Prüfen Sie das Netz und versuchen Sie es noch einmal.",
    "Vérifiez le réseau, puis réessayez.",
  ],
  "The server gave an answer that is not its own": [
    "Der Server gab eine Antwort, die nicht seine eigene ist",
    "Le serveur a donné une réponse qui n'est pas la sienne",
  ],
  "Something between this page and the server answered. Try again in a moment.": [
    "Etwas zwischen dieser Seite und dem Server hat geantwortet. Versuchen Sie es gleich noch einmal.",
    "Quelque chose entre cette page et le serveur a répondu. Réessayez dans un instant.",
  ],
  "Something went wrong": ["Etwas ging schief", "Une erreur est survenue"],
  "Reload the page and try again.": [
    "Laden Sie die Seite neu und versuchen Sie es noch einmal.",
    "Rechargez la page et réessayez.",
  ],

  // Profile
  Profile: ["Profil", "Profil"],
  "Who you are here, and how you are reached.": [
    "Wer Sie hier sind und wie man Sie erreicht.",
    "Qui vous êtes ici, et comment vous joindre.",
  ],
  "Profile saved": ["Profil gespeichert", "Profil enregistré"],
  "Shown to you and to administrators.": [
    "Für Sie und für Administratoren sichtbar.",
    "Visible par vous et par les administrateurs.",
  ],
  "User name": ["Benutzername", "Nom d'utilisateur"],
  "You can sign in with it instead of the e-mail address.": [
    "Damit können Sie sich statt mit der E-Mail-Adresse anmelden.",
    "Vous pouvez vous connecter avec, à la place de l'adresse e-mail.",
  ],
  "E-mail address": ["E-Mail-Adresse", "Adresse e-mail"],
  "What you sign in with, and where news about your account goes.": [
    "Damit melden Sie sich an, und dorthin gehen Nachrichten über Ihr Konto.",
    "Elle sert à vous connecter et à recevoir les nouvelles de votre compte.",
  ],
  "Change address": ["Adresse ändern", "Modifier l'adresse"],
  Verified: ["Bestätigt", "Vérifiée"],
  "Not verified": ["Nicht bestätigt", "Non vérifiée"],
  "A mail with a link is on its way": [
    "Eine Mail mit einem Link ist unterwegs",
    "Un e-mail avec un lien est en route",
  ],
  "Send the mail again": ["Mail noch einmal senden", "Renvoyer l'e-mail"],
  "Open the link in the mail on this device: one click there proves that the address is yours.": [
    "Öffnen Sie den Link in der Mail auf diesem Gerät: Ein Klick dort beweist, dass die Adresse Ihre ist.",
    "Ouvrez le lien de l'e-mail sur cet appareil : un clic y prouve que l'adresse est la vôtre.",
  ],
  Membership: ["Zugehörigkeit", "Appartenance"],
  Roles: ["Rollen", "Rôles"],
  "Account since": ["Konto seit", "Compte depuis"],
  "Account id": ["Konto-ID", "Identifiant du compte"],
  "Address changed": ["Adresse geändert", "Adresse modifiée"],
  "Change your e-mail address": ["E-Mail-Adresse ändern", "Modifier votre adresse e-mail"],
  "Send code": ["Code senden", "Envoyer le code"],
  "We sent a code to {email}. It is good for a few minutes.": [
    "Wir haben einen Code an {email} gesandt. Er gilt einige Minuten.",
    "Nous avons envoyé un code à {email}. Il est valable quelques minutes.",
  ],
  "Code from the mail": ["Code aus der Mail", "Code reçu par e-mail"],
  "The new address gets a code. Until you confirm it, the old one stays.": [
    "Die neue Adresse bekommt einen Code. Bis Sie ihn bestätigen, bleibt die alte.",
    "La nouvelle adresse reçoit un code. D'ici la confirmation, l'ancienne reste.",
  ],
  "New address": ["Neue Adresse", "Nouvelle adresse"],
  "Your password": ["Ihr Passwort", "Votre mot de passe"],

  // Sign-in and security
  "Sign-in and security": ["Anmeldung und Sicherheit", "Connexion et sécurité"],
  "Every change here signs out all your other devices.": [
    "Jede Änderung hier meldet Ihre anderen Geräte ab.",
    "Chaque modification ici déconnecte vos autres appareils.",
  ],
  "Only a password protects this account": [
    "Nur ein Passwort schützt dieses Konto",
    "Seul un mot de passe protège ce compte",
  ],
  "Add a passkey: it signs you in by fingerprint, face or screen lock, and nobody can phish it.": [
    "Fügen Sie einen Passkey hinzu: Er meldet Sie mit Fingerabdruck, Gesicht oder Bildschirmsperre an, und niemand kann ihn abfischen.",
    "Ajoutez une clé d'accès : elle vous connecte par empreinte, visage ou verrouillage d'écran, et personne ne peut l'hameçonner.",
  ],
  Passkeys: ["Passkeys", "Clés d'accès"],
  Passkey: ["Passkey", "Clé d'accès"],
  "Add a passkey": ["Passkey hinzufügen", "Ajouter une clé d'accès"],
  "Passkey added": ["Passkey hinzugefügt", "Clé d'accès ajoutée"],
  "Passkey removed": ["Passkey entfernt", "Clé d'accès retirée"],
  "No passkey yet": ["Noch kein Passkey", "Pas encore de clé d'accès"],
  "Sign in by fingerprint, face or screen lock. Nothing to remember, nothing to phish.": [
    "Anmelden mit Fingerabdruck, Gesicht oder Bildschirmsperre. Nichts zu merken, nichts abzufischen.",
    "Connexion par empreinte, visage ou verrouillage d'écran. Rien à retenir, rien à hameçonner.",
  ],
  "Your browser asks where to keep it: this device, a phone, or a security key.": [
    "Ihr Browser fragt, wo er liegen soll: auf diesem Gerät, einem Telefon oder einem Sicherheitsschlüssel.",
    "Votre navigateur demande où la garder : cet appareil, un téléphone ou une clé de sécurité.",
  ],
  "Such as: my phone": ["Etwa: mein Telefon", "Par exemple : mon téléphone"],
  Synced: ["Synchronisiert", "Synchronisée"],
  Added: ["Hinzugefügt", "Ajoutée"],
  "never used": ["nie benutzt", "jamais utilisée"],
  used: ["benutzt", "utilisée"],
  "Remove this passkey?": ["Diesen Passkey entfernen?", "Retirer cette clé d'accès ?"],
  "It will not sign you in any more. Your other devices are signed out.": [
    "Er meldet Sie dann nicht mehr an. Ihre anderen Geräte werden abgemeldet.",
    "Elle ne vous connectera plus. Vos autres appareils sont déconnectés.",
  ],
  "Rename passkey": ["Passkey umbenennen", "Renommer la clé d'accès"],
  "This device has a passkey already": [
    "Dieses Gerät hat schon einen Passkey",
    "Cet appareil a déjà une clé d'accès",
  ],
  "No passkey was made": ["Es wurde kein Passkey erstellt", "Aucune clé d'accès n'a été créée"],
  "Sign in with it, or choose another device.": [
    "Melden Sie sich damit an oder wählen Sie ein anderes Gerät.",
    "Connectez-vous avec, ou choisissez un autre appareil.",
  ],
  "The browser or you stopped it. Try again, or choose another device.": [
    "Der Browser oder Sie haben es abgebrochen. Versuchen Sie es noch einmal oder wählen Sie ein anderes Gerät.",
    "Le navigateur ou vous l'avez interrompu. Réessayez ou choisissez un autre appareil.",
  ],
  Password: ["Passwort", "Mot de passe"],
  "Change password": ["Passwort ändern", "Modifier le mot de passe"],
  "Password changed; your other devices are signed out": [
    "Passwort geändert; Ihre anderen Geräte sind abgemeldet",
    "Mot de passe modifié ; vos autres appareils sont déconnectés",
  ],
  "A long sentence is easier to remember than a short riddle.": [
    "Ein langer Satz ist leichter zu merken als ein kurzes Rätsel.",
    "Une longue phrase se retient mieux qu'une courte énigme.",
  ],
  "No password is set: you sign in with a passkey or by mail.": [
    "Es ist kein Passwort gesetzt: Sie melden sich mit Passkey oder per Mail an.",
    "Aucun mot de passe : vous vous connectez par clé d'accès ou par e-mail.",
  ],
  "Current password": ["Jetziges Passwort", "Mot de passe actuel"],
  "New password": ["Neues Passwort", "Nouveau mot de passe"],
  "The longer the better; a sentence is fine.": [
    "Je länger, desto besser; ein Satz ist gut.",
    "Plus il est long, mieux c'est ; une phrase convient.",
  ],
  "Authenticator app": ["Authenticator-App", "Application d'authentification"],
  "A code from an app on your phone, asked for after the password.": [
    "Ein Code aus einer App auf Ihrem Telefon, gefragt nach dem Passwort.",
    "Un code d'une application de votre téléphone, demandé après le mot de passe.",
  ],
  "The app is set up": ["Die App ist eingerichtet", "L'application est configurée"],
  "The app is removed": ["Die App ist entfernt", "L'application est retirée"],
  "Set up": ["Einrichten", "Configurer"],
  "Not set up.": ["Nicht eingerichtet.", "Non configurée."],
  On: ["An", "Active"],
  since: ["seit", "depuis"],
  "Remove the authenticator app": [
    "Authenticator-App entfernen",
    "Retirer l'application d'authentification",
  ],
  "Remove the authenticator app?": [
    "Authenticator-App entfernen?",
    "Retirer l'application d'authentification ?",
  ],
  "Signing in will not ask for its code any more. Your other devices are signed out.": [
    "Bei der Anmeldung wird ihr Code nicht mehr gefragt. Ihre anderen Geräte werden abgemeldet.",
    "La connexion ne demandera plus son code. Vos autres appareils sont déconnectés.",
  ],
  "Set up an authenticator app": [
    "Authenticator-App einrichten",
    "Configurer une application d'authentification",
  ],
  "Turn on": ["Einschalten", "Activer"],
  "Scan this with the app, or type the key into it.": [
    "Scannen Sie dies mit der App oder tippen Sie den Schlüssel ein.",
    "Scannez ceci avec l'application, ou saisissez-y la clé.",
  ],
  "QR code for the authenticator app": [
    "QR-Code für die Authenticator-App",
    "Code QR pour l'application d'authentification",
  ],
  "Code that the app shows": ["Code, den die App zeigt", "Code affiché par l'application"],
  "Recovery codes": ["Wiederherstellungscodes", "Codes de secours"],
  "Each signs you in once when app and passkey are out of reach.": [
    "Jeder meldet Sie einmal an, wenn App und Passkey nicht zur Hand sind.",
    "Chacun vous connecte une fois quand application et clé sont hors de portée.",
  ],
  "Make codes": ["Codes erstellen", "Créer des codes"],
  "Make new codes": ["Neue Codes erstellen", "Créer de nouveaux codes"],
  "Make new recovery codes?": [
    "Neue Wiederherstellungscodes erstellen?",
    "Créer de nouveaux codes de secours ?",
  ],
  "The codes that you have now stop working. Your other devices are signed out.": [
    "Ihre jetzigen Codes gelten dann nicht mehr. Ihre anderen Geräte werden abgemeldet.",
    "Vos codes actuels cessent de fonctionner. Vos autres appareils sont déconnectés.",
  ],
  "{n} codes left.": ["Noch {n} Codes.", "Il reste {n} codes."],
  "Your recovery codes": ["Ihre Wiederherstellungscodes", "Vos codes de secours"],
  "Keep them where you will find them without your phone. They are shown this one time.": [
    "Bewahren Sie sie so auf, dass Sie sie ohne Ihr Telefon finden. Sie werden nur dieses eine Mal gezeigt.",
    "Gardez-les là où vous les trouverez sans votre téléphone. Ils ne sont affichés qu'une fois.",
  ],
  "I have kept them": ["Ich habe sie aufbewahrt", "Je les ai gardés"],
  "App code": ["App-Code", "Code d'application"],
  "Confirm that it is you": ["Bestätigen Sie, dass Sie es sind", "Confirmez que c'est vous"],
  "This changes how your account is protected, so the last sign-in is too long ago.": [
    "Dies ändert den Schutz Ihres Kontos; dafür liegt die letzte Anmeldung zu lange zurück.",
    "Ceci modifie la protection de votre compte ; la dernière connexion est trop ancienne.",
  ],
  "How to confirm": ["Womit bestätigen", "Comment confirmer"],
  "Code from your authenticator app": [
    "Code aus Ihrer Authenticator-App",
    "Code de votre application d'authentification",
  ],
  "The passkey was not used": [
    "Der Passkey wurde nicht benutzt",
    "La clé d'accès n'a pas été utilisée",
  ],
  "The browser or you stopped it. Try again.": [
    "Der Browser oder Sie haben es abgebrochen. Versuchen Sie es noch einmal.",
    "Le navigateur ou vous l'avez interrompu. Réessayez.",
  ],

  // Devices, activity, data
  Devices: ["Geräte", "Appareils"],
  "Where you are signed in. What you sign out here is refused everywhere within a second.": [
    "Wo Sie angemeldet sind. Was Sie hier abmelden, wird binnen einer Sekunde überall abgewiesen.",
    "Où vous êtes connecté. Ce que vous déconnectez ici est refusé partout en une seconde.",
  ],
  "Sign out all others": ["Alle anderen abmelden", "Déconnecter tous les autres"],
  "Sign out all other devices?": [
    "Alle anderen Geräte abmelden?",
    "Déconnecter tous les autres appareils ?",
  ],
  "Only this one stays signed in.": [
    "Nur dieses bleibt angemeldet.",
    "Seul celui-ci reste connecté.",
  ],
  "All other devices are signed out": [
    "Alle anderen Geräte sind abgemeldet",
    "Tous les autres appareils sont déconnectés",
  ],
  "Sign out everywhere": ["Überall abmelden", "Déconnecter partout"],
  "Sign out everywhere?": ["Überall abmelden?", "Déconnecter partout ?"],
  "This device too: you sign in again afterwards.": [
    "Auch dieses Gerät: Sie melden sich danach neu an.",
    "Cet appareil aussi : vous vous reconnecterez ensuite.",
  ],
  "No device is signed in": ["Kein Gerät ist angemeldet", "Aucun appareil n'est connecté"],
  "Unknown device": ["Unbekanntes Gerät", "Appareil inconnu"],
  "This device": ["Dieses Gerät", "Cet appareil"],
  active: ["aktiv", "actif"],
  "signed in": ["angemeldet", "connecté"],
  Activity: ["Aktivität", "Activité"],
  "Sign-ins and changes of your account. Something here that was not you? Sign out everywhere and change your password.":
    [
      "Anmeldungen und Änderungen Ihres Kontos. War etwas davon nicht von Ihnen? Melden Sie sich überall ab und ändern Sie Ihr Passwort.",
      "Connexions et modifications de votre compte. Quelque chose ne vient pas de vous ? Déconnectez-vous partout et changez de mot de passe.",
    ],
  "Nothing happened yet": ["Noch ist nichts geschehen", "Rien ne s'est encore passé"],
  "Your data": ["Ihre Daten", "Vos données"],
  "Take it along, or have it deleted.": [
    "Nehmen Sie sie mit oder lassen Sie sie löschen.",
    "Emportez-les, ou faites-les supprimer.",
  ],
  Export: ["Export", "Exportation"],
  "Everything that is stored about you, as one file that people and programs can read.": [
    "Alles, was über Sie gespeichert ist, als eine Datei, die Menschen und Programme lesen können.",
    "Tout ce qui est enregistré sur vous, en un fichier lisible par les gens et les programmes.",
  ],
  "Download my data": ["Meine Daten herunterladen", "Télécharger mes données"],
  "Your data was saved as a file": [
    "Ihre Daten wurden als Datei gespeichert",
    "Vos données ont été enregistrées dans un fichier",
  ],
  "Delete account": ["Konto löschen", "Supprimer le compte"],
  "You are signed out everywhere at once. The account is deleted some weeks later; until then a link in a mail brings it back.":
    [
      "Sie werden sofort überall abgemeldet. Das Konto wird einige Wochen später gelöscht; bis dahin bringt es ein Link in einer Mail zurück.",
      "Vous êtes aussitôt déconnecté partout. Le compte est supprimé quelques semaines plus tard ; d'ici là, un lien dans un e-mail le rétablit.",
    ],
  "Delete my account": ["Mein Konto löschen", "Supprimer mon compte"],
  "Delete your account?": ["Ihr Konto löschen?", "Supprimer votre compte ?"],
  "Everything that is stored about you goes. Download it first if you want to keep it.": [
    "Alles, was über Sie gespeichert ist, verschwindet. Laden Sie es vorher herunter, wenn Sie es behalten wollen.",
    "Tout ce qui est enregistré sur vous disparaît. Téléchargez-le d'abord si vous voulez le garder.",
  ],

  // Dashboard
  Dashboard: ["Übersicht", "Tableau de bord"],
  "What happens on this server.": [
    "Was auf diesem Server geschieht.",
    "Ce qui se passe sur ce serveur.",
  ],
  "What happens on this server. It began to count": [
    "Was auf diesem Server geschieht. Er zählt seit:",
    "Ce qui se passe sur ce serveur. Il compte depuis :",
  ],
  "1 hour": ["1 Stunde", "1 heure"],
  "6 hours": ["6 Stunden", "6 heures"],
  "1 day": ["1 Tag", "1 jour"],
  "Signed in": ["Angemeldet", "Connecté"],
  "Sign-ins failed": ["Fehlgeschlagen", "Connexions échouées"],
  Renewals: ["Erneuerungen", "Renouvellements"],
  "Live sessions": ["Aktive Sitzungen", "Sessions actives"],
  "Revocation delay": ["Dauer der Rücknahme", "Délai de révocation"],
  "Sign-ins": ["Anmeldungen", "Connexions"],
  "{ok} succeeded, {failed} failed": [
    "{ok} gelungen, {failed} fehlgeschlagen",
    "{ok} réussies, {failed} échouées",
  ],
  "Access tokens renewed: {n}": [
    "Erneuerte Zugriffstokens: {n}",
    "Jetons d'accès renouvelés : {n}",
  ],
  Rotated: ["Gewechselt", "Changés"],
  Kept: ["Behalten", "Gardés"],
  Refused: ["Abgewiesen", "Refusés"],
  "Refusals by reason": ["Abweisungen nach Grund", "Refus par motif"],
  "Requests refused: {n}": ["Abgewiesene Anfragen: {n}", "Requêtes refusées : {n}"],
  other: ["andere", "autres"],
  "Sessions live now: {n}": ["Sitzungen, jetzt aktiv: {n}", "Sessions actives maintenant : {n}"],
  Sessions: ["Sitzungen", "Sessions"],
  "How fast revocations travel": [
    "Wie schnell Rücknahmen ankommen",
    "Vitesse de propagation des révocations",
  ],
  "From the commit until a following guard has it.": [
    "Vom Speichern, bis ein mithörender Guard es hat.",
    "De l'enregistrement jusqu'à ce qu'un garde à l'écoute l'ait.",
  ],
  "{n} milliseconds on average at last": [
    "zuletzt {n} Millisekunden im Mittel",
    "{n} millisecondes en moyenne à la fin",
  ],
  "Nothing was taken back while a guard followed.": [
    "Solange ein Guard mithörte, wurde nichts zurückgenommen.",
    "Rien n'a été révoqué pendant qu'un garde écoutait.",
  ],
  Average: ["Mittel", "Moyenne"],
  Longest: ["Längste", "Maximum"],
  "Nothing to plot yet": ["Noch nichts zu zeichnen", "Rien à tracer pour l'instant"],
  Succeeded: ["Gelungen", "Réussi"],
  Failed: ["Fehlgeschlagen", "Échoué"],

  // Users
  Users: ["Benutzer", "Utilisateurs"],
  User: ["Benutzer", "Utilisateur"],
  "All users": ["Alle Benutzer", "Tous les utilisateurs"],
  "Everybody who can sign in here.": [
    "Alle, die sich hier anmelden können.",
    "Tous ceux qui peuvent se connecter ici.",
  ],
  "Create user": ["Benutzer anlegen", "Créer un utilisateur"],
  "User created": ["Benutzer angelegt", "Utilisateur créé"],
  "Search users": ["Benutzer suchen", "Rechercher des utilisateurs"],
  "Name, user name or e-mail": [
    "Name, Benutzername oder E-Mail",
    "Nom, nom d'utilisateur ou e-mail",
  ],
  Role: ["Rolle", "Rôle"],
  "No role": ["Keine Rolle", "Aucun rôle"],
  "Any role": ["Jede Rolle", "Tout rôle"],
  State: ["Zustand", "État"],
  "Any state": ["Jeder Zustand", "Tout état"],
  Active: ["Aktiv", "Actif"],
  Disabled: ["Gesperrt", "Désactivé"],
  Since: ["Seit", "Depuis"],
  "Nobody fits": ["Niemand passt", "Personne ne correspond"],
  "Nobody is here yet": ["Noch ist niemand da", "Personne pour l'instant"],
  "Search for another part of the name or address.": [
    "Suchen Sie nach einem anderen Teil von Name oder Adresse.",
    "Cherchez une autre partie du nom ou de l'adresse.",
  ],
  "People sign up by themselves, or you create them.": [
    "Leute registrieren sich selbst, oder Sie legen sie an.",
    "Les gens s'inscrivent eux-mêmes, ou vous les créez.",
  ],
  "First password": ["Erstes Passwort", "Premier mot de passe"],
  "The longer the better; hand it over in private.": [
    "Je länger, desto besser; übergeben Sie es vertraulich.",
    "Plus il est long, mieux c'est ; transmettez-le en privé.",
  ],
  Suggest: ["Vorschlagen", "Proposer"],
  "The address is known to be theirs": [
    "Die Adresse gehört ihnen sicher",
    "L'adresse est bien la leur",
  ],
  "Enable account": ["Konto freigeben", "Activer le compte"],
  "Disable account": ["Konto sperren", "Désactiver le compte"],
  "Disable this account?": ["Dieses Konto sperren?", "Désactiver ce compte ?"],
  "All sessions end and all tokens are refused everywhere within a second. It can be enabled again.":
    [
      "Alle Sitzungen enden, und alle Tokens werden binnen einer Sekunde überall abgewiesen. Es kann wieder freigegeben werden.",
      "Toutes les sessions se terminent et tous les jetons sont refusés partout en une seconde. Il peut être réactivé.",
    ],
  "Account enabled": ["Konto freigegeben", "Compte activé"],
  "Account disabled; every token is taken back": [
    "Konto gesperrt; alle Tokens sind zurückgenommen",
    "Compte désactivé ; tous les jetons sont révoqués",
  ],
  "Roles saved; tokens with the old ones are refused from now on": [
    "Rollen gespeichert; Tokens mit den alten werden ab jetzt abgewiesen",
    "Rôles enregistrés ; les jetons avec les anciens sont désormais refusés",
  ],
  "A change counts within a second, and nobody has to sign in again.": [
    "Eine Änderung gilt binnen einer Sekunde, und niemand muss sich neu anmelden.",
    "Un changement compte en une seconde, et personne ne doit se reconnecter.",
  ],
  "Help and removal": ["Hilfe und Entfernen", "Aide et suppression"],
  "For somebody who is locked out or leaves. Each of these signs them out everywhere.": [
    "Für jemanden, der ausgesperrt ist oder geht. Jedes davon meldet überall ab.",
    "Pour quelqu'un qui est bloqué ou qui part. Chacune de ces actions déconnecte partout.",
  ],
  "Set a password": ["Passwort setzen", "Définir un mot de passe"],
  "Set password": ["Passwort setzen", "Définir le mot de passe"],
  "Password set": ["Passwort gesetzt", "Mot de passe défini"],
  "Remove second factors": ["Zweite Faktoren entfernen", "Retirer les seconds facteurs"],
  "Remove all second factors?": [
    "Alle zweiten Faktoren entfernen?",
    "Retirer tous les seconds facteurs ?",
  ],
  "Passkeys, authenticator app and recovery codes go, and a password that is too short without them; else the password is enough to sign in. Be sure that it is them who asks.":
    [
      "Passkeys, Authenticator-App und Wiederherstellungscodes verschwinden, ebenso ein Passwort, das ohne sie zu kurz ist; sonst genügt das Passwort zur Anmeldung. Vergewissern Sie sich, dass die Bitte wirklich von dieser Person kommt.",
      "Clés d'accès, application et codes de secours disparaissent, ainsi qu'un mot de passe trop court sans eux ; sinon le mot de passe suffit pour se connecter. Assurez-vous que c'est bien cette personne qui le demande.",
    ],
  "Second factors removed": ["Zweite Faktoren entfernt", "Seconds facteurs retirés"],
  "Delete user": ["Benutzer löschen", "Supprimer l'utilisateur"],
  "Delete {name}?": ["{name} löschen?", "Supprimer {name} ?"],
  "The account and everything about it goes, at once and for good.": [
    "Das Konto und alles darüber verschwindet, sofort und für immer.",
    "Le compte et tout ce qui le concerne disparaît, aussitôt et définitivement.",
  ],
  "User deleted": ["Benutzer gelöscht", "Utilisateur supprimé"],
  "Signed-in devices": ["Angemeldete Geräte", "Appareils connectés"],
  "Sign this user out everywhere?": [
    "Diesen Benutzer überall abmelden?",
    "Déconnecter cet utilisateur partout ?",
  ],
  "All sessions end and all tokens are refused within a second.": [
    "Alle Sitzungen enden, und alle Tokens werden binnen einer Sekunde abgewiesen.",
    "Toutes les sessions se terminent et tous les jetons sont refusés en une seconde.",
  ],
  "Signed out everywhere": ["Überall abgemeldet", "Déconnecté partout"],
  "Not signed in anywhere": ["Nirgends angemeldet", "Connecté nulle part"],
  "What happened": ["Was geschah", "Ce qui s'est passé"],

  // Roles
  "A role is a name for permissions. Users have roles, tokens carry both.": [
    "Eine Rolle ist ein Name für Rechte. Benutzer haben Rollen, Tokens tragen beides.",
    "Un rôle est un nom pour des permissions. Les utilisateurs ont des rôles, les jetons portent les deux.",
  ],
  "Create role": ["Rolle anlegen", "Créer un rôle"],
  "Role created": ["Rolle angelegt", "Rôle créé"],
  "No role yet": ["Noch keine Rolle", "Pas encore de rôle"],
  "Name what a group of people may do, such as: front-desk.": [
    "Benennen Sie, was eine Gruppe von Leuten darf, etwa: front-desk.",
    "Nommez ce qu'un groupe de personnes peut faire, par exemple : front-desk.",
  ],
  "Role removed from everybody": ["Rolle von allen entfernt", "Rôle retiré à tout le monde"],
  "Second factor": ["Zweiter Faktor", "Second facteur"],
  "No permissions": ["Keine Rechte", "Aucune permission"],
  "Remove the role {name}?": ["Die Rolle {name} entfernen?", "Retirer le rôle {name} ?"],
  "Everybody loses it, and tokens that carry it are refused within a second.": [
    "Alle verlieren sie, und Tokens, die sie tragen, werden binnen einer Sekunde abgewiesen.",
    "Tout le monde le perd, et les jetons qui le portent sont refusés en une seconde.",
  ],
  "Role saved; tokens with the old permissions are refused": [
    "Rolle gespeichert; Tokens mit den alten Rechten werden abgewiesen",
    "Rôle enregistré ; les jetons avec les anciennes permissions sont refusés",
  ],
  "Lower case, such as: front-desk": [
    "Kleinbuchstaben, etwa: front-desk",
    "En minuscules, par exemple : front-desk",
  ],
  Description: ["Beschreibung", "Description"],
  Permissions: ["Rechte", "Permissions"],
  "Such as appointments:read. Press Enter after each.": [
    "Etwa appointments:read. Nach jedem die Eingabetaste drücken.",
    "Par exemple appointments:read. Appuyez sur Entrée après chacune.",
  ],
  "Needs a second factor": ["Braucht einen zweiten Faktor", "Exige un second facteur"],
  "Whoever has this role must sign in with an app code or a passkey.": [
    "Wer diese Rolle hat, muss sich mit App-Code oder Passkey anmelden.",
    "Qui a ce rôle doit se connecter avec un code d'application ou une clé d'accès.",
  ],

  // Clients
  Clients: ["Clients", "Clients"],
  Client: ["Client", "Client"],
  "Programs with a secret of their own, such as a guard that asks about tokens. Verifying tokens needs none.":
    [
      "Programme mit eigenem Geheimnis, etwa ein Guard, der nach Tokens fragt. Zum Prüfen von Tokens braucht es keines.",
      "Programmes dotés de leur propre secret, comme un garde qui interroge sur des jetons. Vérifier des jetons n'en demande aucun.",
    ],
  "Create client": ["Client anlegen", "Créer un client"],
  "No client yet": ["Noch kein Client", "Pas encore de client"],
  "Most APIs need none: a guard verifies tokens by public keys.": [
    "Die meisten APIs brauchen keinen: Ein Guard prüft Tokens mit öffentlichen Schlüsseln.",
    "La plupart des API n'en ont pas besoin : un garde vérifie les jetons par clés publiques.",
  ],
  "Secret of {name}": ["Geheimnis von {name}", "Secret de {name}"],
  "It is shown this one time; only its hash is kept.": [
    "Es wird nur dieses eine Mal gezeigt; aufbewahrt wird nur sein Hash.",
    "Il n'est affiché qu'une fois ; seule son empreinte est gardée.",
  ],
  "Client id": ["Client-ID", "Identifiant du client"],
  Secret: ["Geheimnis", "Secret"],
  "I have kept it": ["Ich habe es aufbewahrt", "Je l'ai gardé"],
  "Client acts again": ["Client handelt wieder", "Le client agit de nouveau"],
  "Client suspended": ["Client ausgesetzt", "Client suspendu"],
  "Client deleted": ["Client gelöscht", "Client supprimé"],
  Guard: ["Guard", "Garde"],
  Service: ["Dienst", "Service"],
  Suspended: ["Ausgesetzt", "Suspendu"],
  "secret changed": ["Geheimnis geändert", "secret changé"],
  "Let it act again": ["Wieder handeln lassen", "Le laisser agir"],
  Suspend: ["Aussetzen", "Suspendre"],
  "New secret": ["Neues Geheimnis", "Nouveau secret"],
  "Give {name} a new secret?": [
    "{name} ein neues Geheimnis geben?",
    "Donner un nouveau secret à {name} ?",
  ],
  "The old one stops working at once.": [
    "Das alte gilt sofort nicht mehr.",
    "L'ancien cesse aussitôt de fonctionner.",
  ],
  "It can do nothing any more.": ["Er kann dann nichts mehr.", "Il ne peut plus rien faire."],
  "What it is": ["Was es ist", "Ce que c'est"],
  "Guard: asks about tokens": ["Guard: fragt nach Tokens", "Garde : interroge sur les jetons"],
  "Service: acts by itself": ["Dienst: handelt selbst", "Service : agit de lui-même"],
  Audiences: ["Empfänger", "Audiences"],
  "Empty: the server's own.": ["Leer: der des Servers.", "Vide : celle du serveur."],

  // Keys
  Keys: ["Schlüssel", "Clés"],
  Key: ["Schlüssel", "Clé"],
  "They change by themselves. Rotate by hand when a rule asks for it; take a key back when somebody may have copied it.":
    [
      "Sie wechseln von selbst. Wechseln Sie von Hand, wenn eine Vorschrift es verlangt; nehmen Sie einen Schlüssel zurück, wenn ihn jemand kopiert haben kann.",
      "Elles changent d'elles-mêmes. Changez-les à la main si une règle l'exige ; révoquez une clé si quelqu'un a pu la copier.",
    ],
  "Signing keys": ["Signaturschlüssel", "Clés de signature"],
  "They sign access tokens. The next one is published before it signs, so every guard knows it.": [
    "Sie signieren Zugriffstokens. Der nächste wird veröffentlicht, bevor er signiert, damit jeder Guard ihn kennt.",
    "Elles signent les jetons d'accès. La suivante est publiée avant de signer, pour que chaque garde la connaisse.",
  ],
  "Feed keys": ["Schlüssel des Feeds", "Clés du flux"],
  "They sign the list of what was taken back, which guards follow.": [
    "Sie signieren die Liste des Zurückgenommenen, der die Guards folgen.",
    "Elles signent la liste des révocations, que suivent les gardes.",
  ],
  "Refresh keys": ["Refresh-Schlüssel", "Clés de rafraîchissement"],
  "They protect refresh tokens. An old one is kept while a session needs it.": [
    "Sie schützen Refresh-Tokens. Ein alter bleibt, solange eine Sitzung ihn braucht.",
    "Elles protègent les jetons de rafraîchissement. Une ancienne reste tant qu'une session en a besoin.",
  ],
  Rotate: ["Wechseln", "Changer"],
  "Rotate signing keys": ["Signaturschlüssel wechseln", "Changer les clés de signature"],
  "Rotate signing keys?": ["Signaturschlüssel wechseln?", "Changer les clés de signature ?"],
  "The next key begins to sign. Nobody is signed out, and no token is refused.": [
    "Der nächste Schlüssel beginnt zu signieren. Niemand wird abgemeldet, kein Token abgewiesen.",
    "La clé suivante commence à signer. Personne n'est déconnecté, aucun jeton n'est refusé.",
  ],
  "The next key signs from now on; tokens of the former one stay good": [
    "Ab jetzt signiert der nächste Schlüssel; Tokens des vorigen bleiben gültig",
    "La clé suivante signe désormais ; les jetons de la précédente restent valables",
  ],
  "Rotate refresh keys": ["Refresh-Schlüssel wechseln", "Changer les clés de rafraîchissement"],
  "Rotate the refresh key?": [
    "Refresh-Schlüssel wechseln?",
    "Changer la clé de rafraîchissement ?",
  ],
  "New refresh tokens are protected by a new key. Nobody is signed out.": [
    "Neue Refresh-Tokens werden von einem neuen Schlüssel geschützt. Niemand wird abgemeldet.",
    "Les nouveaux jetons sont protégés par une nouvelle clé. Personne n'est déconnecté.",
  ],
  "A new refresh key is in use; nobody was signed out": [
    "Ein neuer Refresh-Schlüssel ist in Gebrauch; niemand wurde abgemeldet",
    "Une nouvelle clé est en usage ; personne n'a été déconnecté",
  ],
  "No key": ["Kein Schlüssel", "Aucune clé"],
  "Key taken back; every token that it signed is refused": [
    "Schlüssel zurückgenommen; jedes Token, das er signiert hat, wird abgewiesen",
    "Clé révoquée ; tous les jetons qu'elle a signés sont refusés",
  ],
  "In use": ["In Gebrauch", "En usage"],
  Next: ["Nächster", "Suivante"],
  "Still verifies": ["Prüft noch", "Vérifie encore"],
  Over: ["Vorbei", "Terminée"],
  "Taken back": ["Zurückgenommen", "Révoquée"],
  "Take back": ["Zurücknehmen", "Révoquer"],
  "Take back key {name}": ["Schlüssel {name} zurücknehmen", "Révoquer la clé {name}"],
  "Take this key back?": ["Diesen Schlüssel zurücknehmen?", "Révoquer cette clé ?"],
  "Every token that it signed is refused within a second. Sessions live: clients renew silently with the next key.":
    [
      "Jedes Token, das er signiert hat, wird binnen einer Sekunde abgewiesen. Sitzungen leben: Clients erneuern still mit dem nächsten Schlüssel.",
      "Tous les jetons qu'elle a signés sont refusés en une seconde. Les sessions vivent : les clients renouvellent en silence avec la clé suivante.",
    ],
  "{state}: from {from} to {to}": ["{state}: von {from} bis {to}", "{state} : de {from} à {to}"],
  now: ["jetzt", "maintenant"],
  "signs from": ["signiert ab", "signe à partir du"],
  "in use since": ["in Gebrauch seit", "en usage depuis le"],
  until: ["bis", "jusqu'au"],

  // Mail
  Mail: ["Mail", "E-mails"],
  "While no mail server is configured, mails stay in this server's memory and are read here.": [
    "Solange kein Mailserver eingestellt ist, bleiben Mails im Speicher dieses Servers und werden hier gelesen.",
    "Tant qu'aucun serveur de messagerie n'est configuré, les e-mails restent en mémoire et se lisent ici.",
  ],
  "Mails are not shown here": [
    "Mails werden hier nicht gezeigt",
    "Les e-mails ne sont pas affichés ici",
  ],
  "They can hold links that sign somebody in, so outside of development only the operator reads them, with the command line.":
    [
      "Sie können Links enthalten, die jemanden anmelden; außerhalb der Entwicklung liest sie deshalb nur der Betreiber, mit der Kommandozeile.",
      "Ils peuvent contenir des liens de connexion ; hors développement, seul l'exploitant les lit, en ligne de commande.",
    ],
  "No mail yet": ["Noch keine Mail", "Pas encore d'e-mail"],
  "Or a mail server is configured, and mails went there.": [
    "Oder ein Mailserver ist eingestellt, und die Mails gingen dorthin.",
    "Ou un serveur de messagerie est configuré, et les e-mails y sont partis.",
  ],
  "Sign-up": ["Registrierung", "Inscription"],
  "Sign-up with a known address": [
    "Registrierung mit bekannter Adresse",
    "Inscription avec une adresse connue",
  ],
  "Proof of an address": ["Nachweis einer Adresse", "Preuve d'une adresse"],
  "Proof of a new address": ["Nachweis einer neuen Adresse", "Preuve d'une nouvelle adresse"],
  "New address has an account": [
    "Neue Adresse hat schon ein Konto",
    "La nouvelle adresse a déjà un compte",
  ],
  "Sign-in by mail": ["Anmeldung per Mail", "Connexion par e-mail"],
  "Recovery code used": ["Wiederherstellungscode benutzt", "Code de secours utilisé"],
  "Deletion of the account": ["Löschung des Kontos", "Suppression du compte"],

  // Revocations
  Revocations: ["Rücknahmen", "Révocations"],
  "Everything that is refused before it expires. Guards follow this list; it names nothing that can be guessed or traced.":
    [
      "Alles, was vor seinem Ablauf abgewiesen wird. Guards folgen dieser Liste; sie nennt nichts, was man erraten oder zurückverfolgen kann.",
      "Tout ce qui est refusé avant d'expirer. Les gardes suivent cette liste ; elle ne nomme rien qu'on puisse deviner ou retracer.",
    ],
  "Take a token back": ["Token zurücknehmen", "Révoquer un jeton"],
  Connection: ["Verbindung", "Connexion"],
  Live: ["Live", "En direct"],
  Connecting: ["Verbindet", "Connexion en cours"],
  "Entries ever made": ["Einträge insgesamt", "Entrées au total"],
  "Last heard": ["Zuletzt gehört", "Dernière nouvelle"],
  "Newest entries": ["Neueste Einträge", "Dernières entrées"],
  "A handle stands for a token, a session, a user, a role or a key; guards compare it with those that a token carries.":
    [
      "Ein Handle steht für ein Token, eine Sitzung, einen Benutzer, eine Rolle oder einen Schlüssel; Guards vergleichen es mit denen, die ein Token trägt.",
      "Un repère représente un jeton, une session, un utilisateur, un rôle ou une clé ; les gardes le comparent à ceux qu'un jeton porte.",
    ],
  "The feed is for registered clients only": [
    "Der Feed ist nur für registrierte Clients",
    "Le flux est réservé aux clients enregistrés",
  ],
  "This server is set so. The audit log tells what was taken back.": [
    "So ist dieser Server eingestellt. Das Protokoll sagt, was zurückgenommen wurde.",
    "Ce serveur est réglé ainsi. Le journal d'audit dit ce qui a été révoqué.",
  ],
  "Nothing is taken back": ["Nichts ist zurückgenommen", "Rien n'est révoqué"],
  "Sign a device out and watch it appear here.": [
    "Melden Sie ein Gerät ab und sehen Sie es hier erscheinen.",
    "Déconnectez un appareil et voyez-le apparaître ici.",
  ],
  New: ["Neu", "Nouveau"],
  "remembered until": ["gemerkt bis", "retenu jusqu'au"],
  "The token is refused everywhere": [
    "Das Token wird überall abgewiesen",
    "Le jeton est refusé partout",
  ],
  "This one access token is refused within a second; its session lives, and its client renews silently.":
    [
      "Dieses eine Zugriffstoken wird binnen einer Sekunde abgewiesen; seine Sitzung lebt, und sein Programm erneuert es still.",
      "Ce seul jeton d'accès est refusé en une seconde ; sa session vit, et son programme le renouvelle en silence.",
    ],
  "Token, or its id (jti)": ["Token oder seine ID (jti)", "Jeton, ou son identifiant (jti)"],

  // Audit log and settings
  "Audit log": ["Protokoll", "Journal d'audit"],
  "Who did what, when, and from where. Nothing in it can be changed, and no secret is in it.": [
    "Wer wann was von wo aus tat. Nichts darin kann geändert werden, und kein Geheimnis steht darin.",
    "Qui a fait quoi, quand et d'où. Rien ne peut y être modifié, et aucun secret n'y figure.",
  ],
  Person: ["Person", "Personne"],
  "E-mail address, name or account id": [
    "E-Mail-Adresse, Name oder Konto-ID",
    "Adresse e-mail, nom ou identifiant du compte",
  ],
  Anything: ["Alles", "Tout"],
  Outcome: ["Ergebnis", "Résultat"],
  "Any outcome": ["Jedes Ergebnis", "Tout résultat"],
  "Any time": ["Jederzeit", "Toute date"],
  "Last hour": ["Letzte Stunde", "Dernière heure"],
  "Last day": ["Letzter Tag", "Dernier jour"],
  "Last week": ["Letzte Woche", "Dernière semaine"],
  "Last 30 days": ["Letzte 30 Tage", "30 derniers jours"],
  by: ["von", "par"],
  "the operator": ["dem Betreiber", "l'exploitant"],
  Settings: ["Einstellungen", "Réglages"],
  "They are set where the server is started: by flags, the environment, or its configuration file.":
    [
      "Sie werden dort gesetzt, wo der Server gestartet wird: durch Optionen, die Umgebung oder seine Konfigurationsdatei.",
      "Ils se règlent là où le serveur est lancé : par options, environnement ou fichier de configuration.",
    ],
  "Only what was set": ["Nur was gesetzt wurde", "Seulement ce qui a été réglé"],
  "Everything is as it comes": ["Alles ist wie geliefert", "Tout est comme à l'origine"],
  "as it comes": ["wie geliefert", "d'origine"],

  // Inspector
  "Token inspector": ["Token-Inspektor", "Inspecteur de jetons"],
  "What is in a token, and whether it is good. It goes to this server only, and is kept nowhere.": [
    "Was in einem Token steht und ob es gültig ist. Es geht nur an diesen Server und wird nirgends aufbewahrt.",
    "Ce que contient un jeton, et s'il est valable. Il ne va qu'à ce serveur et n'est gardé nulle part.",
  ],
  Token: ["Token", "Jeton"],
  "An access token or a refresh token of this server.": [
    "Ein Zugriffs- oder Refresh-Token dieses Servers.",
    "Un jeton d'accès ou de rafraîchissement de ce serveur.",
  ],
  "Paste a token": ["Token einfügen", "Collez un jeton"],
  "You see its claims in words, its times, the key that signed it, and exactly why it is refused if it is.":
    [
      "Sie sehen seine Angaben in Worten, seine Zeiten, den Schlüssel, der es signiert hat, und genau, warum es gegebenenfalls abgewiesen wird.",
      "Vous voyez ses attributs en mots, ses dates, la clé qui l'a signé, et exactement pourquoi il est refusé s'il l'est.",
    ],
  "What it says": ["Was es sagt", "Ce qu'il dit"],
  "In words": ["In Worten", "En mots"],
  Header: ["Kopf", "En-tête"],
  Claims: ["Angaben", "Attributs"],
  "Signature: {n} characters": ["Signatur: {n} Zeichen", "Signature : {n} caractères"],
  "What happened to its user and session": [
    "Was mit Benutzer und Sitzung geschah",
    "Ce qui est arrivé à son utilisateur et à sa session",
  ],
  "access token": ["Zugriffstoken", "jeton d'accès"],
  "refresh token": ["Refresh-Token", "jeton de rafraîchissement"],
  token: ["Token", "jeton"],
  "This {kind} is good": ["Dieses {kind} ist gültig", "Ce {kind} est valable"],
  "This {kind} is refused": ["Dieses {kind} wird abgewiesen", "Ce {kind} est refusé"],
  "Guards answer 401 with the reason": [
    "Guards antworten 401 mit dem Grund",
    "Les gardes répondent 401 avec le motif",
  ],
  "It expired {time}.": ["Abgelaufen {time}.", "Il a expiré {time}."],
  "It expires {time}.": ["Es läuft {time} ab.", "Il expire {time}."],
  "Take this token back": ["Dieses Token zurücknehmen", "Révoquer ce jeton"],
  "Take this token back?": ["Dieses Token zurücknehmen?", "Révoquer ce jeton ?"],
  "It is refused everywhere within a second. Its session lives, and its client renews silently.": [
    "Es wird binnen einer Sekunde überall abgewiesen. Seine Sitzung lebt, und sein Client erneuert still.",
    "Il est refusé partout en une seconde. Sa session vit, et son client renouvelle en silence.",
  ],
  "Your own claim": ["Eigene Angabe", "Attribut à vous"],
  Issuer: ["Aussteller", "Émetteur"],
  "The server that issued it.": ["Der Server, der es ausgestellt hat.", "Le serveur qui l'a émis."],
  Subject: ["Subjekt", "Sujet"],
  "The user that it speaks for.": [
    "Der Benutzer, für den es spricht.",
    "L'utilisateur pour qui il parle.",
  ],
  Audience: ["Empfänger", "Audience"],
  "The APIs that may accept it.": [
    "Die APIs, die es annehmen dürfen.",
    "Les API qui peuvent l'accepter.",
  ],
  Expires: ["Läuft ab", "Expire"],
  "Refused from then on.": ["Danach abgewiesen.", "Refusé à partir de là."],
  "Not before": ["Nicht vor", "Pas avant"],
  "Refused until then.": ["Bis dahin abgewiesen.", "Refusé jusque-là."],
  Issued: ["Ausgestellt", "Émis"],
  "When it was made.": ["Wann es gemacht wurde.", "Quand il a été fait."],
  "When the user last proved who they are.": [
    "Wann der Benutzer zuletzt bewiesen hat, wer er ist.",
    "Quand l'utilisateur a prouvé son identité pour la dernière fois.",
  ],
  "Token id": ["Token-ID", "Identifiant du jeton"],
  "Names this one token, to take it back.": [
    "Benennt dieses eine Token, um es zurückzunehmen.",
    "Nomme ce jeton, pour le révoquer.",
  ],
  Session: ["Sitzung", "Session"],
  "The signed-in device that it belongs to.": [
    "Das angemeldete Gerät, zu dem es gehört.",
    "L'appareil connecté auquel il appartient.",
  ],
  "The program that it was issued to.": [
    "Das Programm, für das es ausgestellt wurde.",
    "Le programme pour lequel il a été émis.",
  ],
  Scope: ["Umfang", "Portée"],
  "What the program may ask for.": [
    "Was das Programm verlangen darf.",
    "Ce que le programme peut demander.",
  ],
  "The user's roles when it was issued.": [
    "Die Rollen des Benutzers bei der Ausstellung.",
    "Les rôles de l'utilisateur à l'émission.",
  ],
  "What those roles allow.": ["Was diese Rollen erlauben.", "Ce que ces rôles permettent."],
  Handles: ["Handles", "Repères"],
  "Names of the user and the roles; a guard refuses it once one of them is taken back.": [
    "Namen des Benutzers und der Rollen; ein Guard weist es ab, sobald einer zurückgenommen ist.",
    "Noms de l'utilisateur et des rôles ; un garde le refuse dès que l'un d'eux est révoqué.",
  ],
  "How they signed in": ["Wie angemeldet wurde", "Mode de connexion"],
  "The methods that were used.": ["Die benutzten Verfahren.", "Les méthodes utilisées."],
  Assurance: ["Gewissheit", "Assurance"],
  "How sure the server is who it was.": [
    "Wie sicher der Server ist, wer es war.",
    "À quel point le serveur est sûr de l'identité.",
  ],
  Algorithm: ["Algorithmus", "Algorithme"],
  "How it is signed.": ["Wie es signiert ist.", "Comment il est signé."],
  "The key that signed it.": ["Der Schlüssel, der es signiert hat.", "La clé qui l'a signé."],
  Type: ["Art", "Type"],
  "What it is for.": ["Wozu es dient.", "À quoi il sert."],

  // What happened
  "Second factor checked": ["Zweiter Faktor geprüft", "Second facteur vérifié"],
  "Second factor asked for": ["Zweiter Faktor verlangt", "Second facteur demandé"],
  "Sign-in by mail asked for": ["Anmeldung per Mail verlangt", "Connexion par e-mail demandée"],
  "Signed in by mail": ["Per Mail angemeldet", "Connecté par e-mail"],
  "Signed in with a passkey": ["Mit Passkey angemeldet", "Connecté par clé d'accès"],
  "Confirmed who they are": ["Identität bestätigt", "Identité confirmée"],
  "Signed out": ["Abgemeldet", "Déconnecté"],
  "A copied refresh token was caught": [
    "Ein kopiertes Refresh-Token wurde ertappt",
    "Un jeton de rafraîchissement copié a été détecté",
  ],
  "A refresh token was used twice": [
    "Ein Refresh-Token wurde zweimal benutzt",
    "Un jeton de rafraîchissement a été utilisé deux fois",
  ],
  "A token was taken back": ["Ein Token wurde zurückgenommen", "Un jeton a été révoqué"],
  "Password changed": ["Passwort geändert", "Mot de passe modifié"],
  "Password reset": ["Passwort zurückgesetzt", "Mot de passe réinitialisé"],
  "Password reset asked for": [
    "Zurücksetzen des Passworts verlangt",
    "Réinitialisation du mot de passe demandée",
  ],
  "A new password is needed": [
    "Ein neues Passwort ist nötig",
    "Un nouveau mot de passe est nécessaire",
  ],
  "Password set by an administrator": [
    "Passwort von einem Administrator gesetzt",
    "Mot de passe défini par un administrateur",
  ],
  "Change of address asked for": ["Änderung der Adresse verlangt", "Changement d'adresse demandé"],
  "E-mail address changed": ["E-Mail-Adresse geändert", "Adresse e-mail modifiée"],
  "Proof of the address asked for": [
    "Nachweis der Adresse verlangt",
    "Preuve de l'adresse demandée",
  ],
  "E-mail address verified": ["E-Mail-Adresse bestätigt", "Adresse e-mail vérifiée"],
  "Account created": ["Konto angelegt", "Compte créé"],
  "Profile changed": ["Profil geändert", "Profil modifié"],
  "Account disabled": ["Konto gesperrt", "Compte désactivé"],
  "Account deleted": ["Konto gelöscht", "Compte supprimé"],
  "Deletion of the account asked for": [
    "Löschung des Kontos verlangt",
    "Suppression du compte demandée",
  ],
  "Deletion of the account cancelled": [
    "Löschung des Kontos zurückgezogen",
    "Suppression du compte annulée",
  ],
  "Role given": ["Rolle gegeben", "Rôle donné"],
  "Role taken": ["Rolle genommen", "Rôle retiré à l'utilisateur"],
  "Role changed": ["Rolle geändert", "Rôle modifié"],
  "Role removed": ["Rolle entfernt", "Rôle supprimé"],
  "Client created": ["Client angelegt", "Client créé"],
  "Client got a new secret": [
    "Client bekam ein neues Geheimnis",
    "Le client a reçu un nouveau secret",
  ],
  "Signing keys rotated": ["Signaturschlüssel gewechselt", "Clés de signature changées"],
  "Signing key taken back": ["Signaturschlüssel zurückgenommen", "Clé de signature révoquée"],
  "Refresh key rotated": ["Refresh-Schlüssel gewechselt", "Clé de rafraîchissement changée"],
  "Key-encryption key renewed": [
    "Schlüssel der Verschlüsselung erneuert",
    "Clé de chiffrement des clés renouvelée",
  ],
  "Backup made": ["Sicherung erstellt", "Sauvegarde faite"],
  "Restored from a backup": [
    "Aus einer Sicherung wiederhergestellt",
    "Restauré depuis une sauvegarde",
  ],
  "Second factor added": ["Zweiter Faktor hinzugefügt", "Second facteur ajouté"],
  "Second factor removed": ["Zweiter Faktor entfernt", "Second facteur retiré"],
  "Second factors reset": ["Zweite Faktoren zurückgesetzt", "Seconds facteurs réinitialisés"],
  "Data exported": ["Daten exportiert", "Données exportées"],
  "Account imported": ["Konto importiert", "Compte importé"],
  "A token would have been too large": [
    "Ein Token wäre zu groß geworden",
    "Un jeton aurait été trop grand",
  ],
  "What is in a token of yours, and whether it is good. It goes to this server only, and is kept nowhere.":
    [
      "Was in einem Ihrer Tokens steht und ob es gültig ist. Es geht nur an diesen Server und wird nirgends aufbewahrt.",
      "Ce que contient l'un de vos jetons, et s'il est valable. Il ne va qu'à ce serveur et n'est gardé nulle part.",
    ],
  "Take the token of this page": [
    "Das Token dieser Seite nehmen",
    "Prendre le jeton de cette page",
  ],
  "This is no token of yours": [
    "Das ist keines Ihrer Tokens",
    "Ce jeton n'est pas l'un des vôtres",
  ],
  "Whether it is good, the server tells its owner and administrators only.": [
    "Ob es gültig ist, sagt der Server nur seinem Inhaber und Administratoren.",
    "Le serveur ne dit qu'à son titulaire et aux administrateurs s'il est valable.",
  ],

  // Why a token is good or refused
  "nothing it depends on was taken back, and it has not expired": [
    "nichts, wovon es abhängt, wurde zurückgenommen, und es ist nicht abgelaufen",
    "rien de ce dont il dépend n'a été révoqué, et il n'a pas expiré",
  ],
  "it renews its session": ["es erneuert seine Sitzung", "il renouvelle sa session"],
  "it is an older token of a session that lives: a newer one replaced it": [
    "es ist ein älteres Token einer Sitzung, die lebt: ein neueres hat es ersetzt",
    "c'est un ancien jeton d'une session vivante : un plus récent l'a remplacé",
  ],
  "the session was idle for too long, or reached its end": [
    "die Sitzung war zu lange untätig oder hat ihr Ende erreicht",
    "la session est restée trop longtemps inactive, ou a atteint sa fin",
  ],
  "the user is disabled": ["der Benutzer ist gesperrt", "l'utilisateur est désactivé"],
  "it has expired": ["es ist abgelaufen", "il a expiré"],
  "this one token was taken back": [
    "dieses eine Token wurde zurückgenommen",
    "ce seul jeton a été révoqué",
  ],
  "its session was ended": ["seine Sitzung wurde beendet", "sa session a été terminée"],
  "everything of its user was taken back: password or e-mail changed, roles given or taken, signed out everywhere, or disabled":
    [
      "alles von seinem Benutzer wurde zurückgenommen: Passwort oder E-Mail geändert, Rollen gegeben oder entzogen, überall abgemeldet oder gesperrt",
      "tout ce qui est à son utilisateur a été révoqué : mot de passe ou e-mail changé, rôles donnés ou retirés, déconnecté partout, ou désactivé",
    ],
  "a role that it carries was changed or removed": [
    "eine Rolle, die es trägt, wurde geändert oder entfernt",
    "un rôle qu'il porte a été changé ou retiré",
  ],
  "the key that signed it ({kid}) was taken back": [
    "der Schlüssel, der es signiert hat ({kid}), wurde zurückgenommen",
    "la clé qui l'a signé ({kid}) a été révoquée",
  ],
  "its user is gone": ["seinen Benutzer gibt es nicht mehr", "son utilisateur n'existe plus"],
  "its user is disabled": ["sein Benutzer ist gesperrt", "son utilisateur est désactivé"],
  "it is not a token of this server": [
    "es ist kein Token dieses Servers",
    "ce n'est pas un jeton de ce serveur",
  ],
  "it is not a token of this server: it has another form": [
    "es ist kein Token dieses Servers: es hat eine andere Form",
    "ce n'est pas un jeton de ce serveur : il a une autre forme",
  ],
  "it is not valid yet: clocks differ, or it was made for later": [
    "es gilt noch nicht: Uhren gehen verschieden, oder es ist für später gemacht",
    "il n'est pas encore valable : les horloges diffèrent, ou il est fait pour plus tard",
  ],
  "it was issued by somebody else": [
    "jemand anders hat es ausgestellt",
    "quelqu'un d'autre l'a émis",
  ],
  "it is not an access token": ["es ist kein Zugriffstoken", "ce n'est pas un jeton d'accès"],
  "this server has no key with its key id: another server made it, or long ago": [
    "dieser Server hat keinen Schlüssel mit seiner Schlüssel-ID: ein anderer hat es gemacht, oder es ist lange her",
    "ce serveur n'a pas de clé avec son identifiant : un autre l'a fait, ou il y a longtemps",
  ],
  "its signature does not fit: it was changed, or made by somebody else": [
    "seine Signatur passt nicht: es wurde verändert oder von jemand anderem gemacht",
    "sa signature ne convient pas : il a été modifié, ou fait par quelqu'un d'autre",
  ],
  "the session ended on {time}: {why}": [
    "die Sitzung endete am {time}: {why}",
    "la session s'est terminée le {time} : {why}",
  ],
  "a refresh token was used again after it was replaced, so somebody may have copied it": [
    "ein Refresh-Token wurde noch einmal benutzt, nachdem es ersetzt war; vielleicht hat es jemand kopiert",
    "un jeton de rafraîchissement a resservi après son remplacement ; quelqu'un l'a peut-être copié",
  ],
  "the user signed out": ["der Benutzer hat sich abgemeldet", "l'utilisateur s'est déconnecté"],
  "a registered client or the user took it back": [
    "ein registrierter Client oder der Benutzer hat es zurückgenommen",
    "un client enregistré ou l'utilisateur l'a révoqué",
  ],
  "the password was changed": ["das Passwort wurde geändert", "le mot de passe a été changé"],
  "the password was reset": [
    "das Passwort wurde neu gesetzt",
    "le mot de passe a été réinitialisé",
  ],
  "the e-mail address was changed": [
    "die E-Mail-Adresse wurde geändert",
    "l'adresse e-mail a été changée",
  ],
  "the user was disabled": ["der Benutzer wurde gesperrt", "l'utilisateur a été désactivé"],
  "the user was deleted": ["der Benutzer wurde gelöscht", "l'utilisateur a été supprimé"],
  "an administrator ended it": [
    "ein Administrator hat sie beendet",
    "un administrateur l'a terminée",
  ],
  "the database was restored from a backup": [
    "die Datenbank wurde aus einer Sicherung wiederhergestellt",
    "la base de données a été restaurée d'une sauvegarde",
  ],

  // Refusals
  "Too many attempts": ["Zu viele Versuche", "Trop de tentatives"],
  "Wait a little, then try again.": [
    "Warten Sie etwas und versuchen Sie es dann noch einmal.",
    "Attendez un peu, puis réessayez.",
  ],
  "There is a crowd right now": ["Gerade ist großer Andrang", "Il y a affluence en ce moment"],
  "Try again in a moment.": ["Versuchen Sie es gleich noch einmal.", "Réessayez dans un instant."],
  "The server cannot reach its database": [
    "Der Server erreicht seine Datenbank nicht",
    "Le serveur n'atteint pas sa base de données",
  ],
  "The server is starting": ["Der Server startet", "Le serveur démarre"],
  "The server failed": ["Der Server hat versagt", "Le serveur a échoué"],
  "Try again; if it stays, tell the operator.": [
    "Versuchen Sie es noch einmal; wenn es bleibt, sagen Sie es dem Betreiber.",
    "Réessayez ; si cela persiste, prévenez l'exploitant.",
  ],
  "There is no such thing any more": ["Das gibt es nicht mehr", "Cela n'existe plus"],
  "Somebody may have removed it. Reload the page.": [
    "Vielleicht hat es jemand entfernt. Laden Sie die Seite neu.",
    "Quelqu'un l'a peut-être retiré. Rechargez la page.",
  ],
  "You may not do this": ["Das dürfen Sie nicht", "Vous ne pouvez pas faire cela"],
  "Ask an administrator for the role.": [
    "Bitten Sie einen Administrator um die Rolle.",
    "Demandez le rôle à un administrateur.",
  ],
  "That is not right": ["Das stimmt nicht", "Ce n'est pas exact"],
  "Check the password, or try another way.": [
    "Prüfen Sie das Passwort oder versuchen Sie es anders.",
    "Vérifiez le mot de passe, ou essayez autrement.",
  ],
  "That code does not work": ["Dieser Code gilt nicht", "Ce code ne fonctionne pas"],
  "Use the one of the newest mail, or ask for another.": [
    "Nehmen Sie den aus der neuesten Mail oder fordern Sie einen anderen an.",
    "Prenez celui du dernier e-mail, ou demandez-en un autre.",
  ],
  "That user name is taken": ["Dieser Benutzername ist vergeben", "Ce nom d'utilisateur est pris"],
  "Choose another one.": ["Wählen Sie einen anderen.", "Choisissez-en un autre."],
  "That address has an account already": [
    "Diese Adresse hat schon ein Konto",
    "Cette adresse a déjà un compte",
  ],
  "Search for it in the list of users.": [
    "Suchen Sie es in der Liste der Benutzer.",
    "Cherchez-le dans la liste des utilisateurs.",
  ],
  "That password is too short": ["Dieses Passwort ist zu kurz", "Ce mot de passe est trop court"],
  "Use at least {n} characters; a sentence is fine.": [
    "Nehmen Sie mindestens {n} Zeichen; ein Satz ist gut.",
    "Prenez au moins {n} caractères ; une phrase convient.",
  ],
  "That password is too long": ["Dieses Passwort ist zu lang", "Ce mot de passe est trop long"],
  "Use a shorter one.": ["Nehmen Sie ein kürzeres.", "Prenez-en un plus court."],
  "That password is too common": [
    "Dieses Passwort ist zu verbreitet",
    "Ce mot de passe est trop répandu",
  ],
  "It is on lists that attackers try first, or is the account's own name.": [
    "Es steht auf Listen, die Angreifer zuerst probieren, oder ist der Name des Kontos.",
    "Il figure sur des listes que les attaquants essaient d'abord, ou c'est le nom du compte.",
  ],
  "That password is known from a data leak": [
    "Dieses Passwort ist aus einem Datenleck bekannt",
    "Ce mot de passe est connu d'une fuite de données",
  ],
  "Use another one, also wherever else you use it.": [
    "Nehmen Sie ein anderes, auch überall sonst, wo Sie es benutzen.",
    "Prenez-en un autre, partout où vous l'utilisez.",
  ],
  "That code is not right": ["Dieser Code stimmt nicht", "Ce code n'est pas exact"],
  "Type the one that the app shows now.": [
    "Tippen Sie den ein, den die App jetzt zeigt.",
    "Saisissez celui que l'application affiche maintenant.",
  ],
  "That code was used already": ["Dieser Code wurde schon benutzt", "Ce code a déjà servi"],
  "Wait for the app to show the next one.": [
    "Warten Sie, bis die App den nächsten zeigt.",
    "Attendez que l'application affiche le suivant.",
  ],
  "Setting up took too long": [
    "Das Einrichten dauerte zu lange",
    "La configuration a pris trop de temps",
  ],
  "Begin again and scan the new picture.": [
    "Beginnen Sie von vorn und scannen Sie das neue Bild.",
    "Recommencez et scannez la nouvelle image.",
  ],
  "This one is still needed": ["Das wird noch gebraucht", "Il est encore nécessaire"],
  "One of your roles asks for a second factor: add another one first.": [
    "Eine Ihrer Rollen verlangt einen zweiten Faktor: Fügen Sie zuerst einen anderen hinzu.",
    "L'un de vos rôles exige un second facteur : ajoutez-en d'abord un autre.",
  ],
  "The password is not enough for this": [
    "Das Passwort genügt dafür nicht",
    "Le mot de passe ne suffit pas",
  ],
  "Confirm with your second factor.": [
    "Bestätigen Sie mit Ihrem zweiten Faktor.",
    "Confirmez avec votre second facteur.",
  ],
  "That took too long": ["Das dauerte zu lange", "Cela a pris trop de temps"],
  "Try again.": ["Versuchen Sie es noch einmal.", "Réessayez."],
  "That passkey was not accepted": [
    "Dieser Passkey wurde nicht angenommen",
    "Cette clé d'accès n'a pas été acceptée",
  ],
  "Use another one, or another way.": [
    "Nehmen Sie einen anderen oder einen anderen Weg.",
    "Prenez-en une autre, ou une autre voie.",
  ],
  "The passkey did not check who used it": [
    "Der Passkey hat nicht geprüft, wer ihn benutzt",
    "La clé d'accès n'a pas vérifié qui l'utilise",
  ],
  "Set up a screen lock or a PIN on the device, then try again.": [
    "Richten Sie auf dem Gerät eine Bildschirmsperre oder PIN ein und versuchen Sie es noch einmal.",
    "Configurez un verrouillage d'écran ou un code PIN sur l'appareil, puis réessayez.",
  ],
  "This passkey is here already": [
    "Diesen Passkey gibt es hier schon",
    "Cette clé d'accès est déjà ici",
  ],
  "Use the one that is there.": ["Nehmen Sie den, der da ist.", "Utilisez celle qui existe."],
  "You have as many passkeys as one may have": [
    "Sie haben so viele Passkeys, wie man haben darf",
    "Vous avez autant de clés d'accès que permis",
  ],
  "Remove one that you do not use any more.": [
    "Entfernen Sie einen, den Sie nicht mehr benutzen.",
    "Retirez-en une que vous n'utilisez plus.",
  ],
  "Passkeys do not work at this address": [
    "Passkeys gehen unter dieser Adresse nicht",
    "Les clés d'accès ne marchent pas à cette adresse",
  ],
  "The server needs a name instead of a number; on this machine, localhost.": [
    "Der Server braucht einen Namen statt einer Nummer; auf diesem Rechner localhost.",
    "Le serveur a besoin d'un nom au lieu d'un numéro ; sur cette machine, localhost.",
  ],
  "There is a role with this name": [
    "Eine Rolle mit diesem Namen gibt es schon",
    "Un rôle porte déjà ce nom",
  ],
  "Change that one, or choose another name.": [
    "Ändern Sie jene, oder wählen Sie einen anderen Namen.",
    "Modifiez celui-là, ou choisissez un autre nom.",
  ],
  "That is more than a token can carry": [
    "Das ist mehr, als ein Token tragen kann",
    "C'est plus qu'un jeton ne peut porter",
  ],
  "Give fewer roles, or roles with fewer permissions.": [
    "Geben Sie weniger Rollen oder Rollen mit weniger Rechten.",
    "Donnez moins de rôles, ou des rôles avec moins de permissions.",
  ],
  "This is the last administrator": [
    "Das ist der letzte Administrator",
    "C'est le dernier administrateur",
  ],
  "Make somebody else an administrator first.": [
    "Machen Sie zuerst jemand anderen zum Administrator.",
    "Nommez d'abord un autre administrateur.",
  ],
};
