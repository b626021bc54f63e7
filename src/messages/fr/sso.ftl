# Sign-in, sign-out, sessions.
sign-in = Se connecter
sign-in-title = Connectez-vous
sign-in-toward = Vous continuerez ensuite vers « { $portal } ».
sign-in-login = Identifiant
sign-in-password = Mot de passe
sign-in-wrong = Identifiant ou mot de passe incorrect
sign-in-expired = Cette page est restée ouverte trop longtemps. Votre identifiant est conservé, saisissez à nouveau votre mot de passe.
sign-in-flood = Trop de connexions arrivent en même temps. Votre mot de passe n’est pas en cause : réessayez dans quelques secondes.
sign-in-directory = Quel est votre compte ?
sign-in-directory-help = Cet identifiant existe dans plusieurs annuaires. Choisissez le vôtre, puis saisissez à nouveau votre mot de passe.
sign-in-cookie = Votre navigateur ne conserve pas le cookie nécessaire à la connexion. Autorisez les cookies pour ce site, ou quittez la navigation privée, puis rechargez la page.
sign-in-discovery = Choisir un autre établissement
sign-in-elsewhere = Votre compte est ailleurs ?
sign-in-idp-silent = « { $idp } » ne répond pas pour le moment. Réessayez dans quelques minutes, ou connectez-vous autrement.
sign-in-idp-cancelled = La connexion par « { $idp } » a été refusée ou abandonnée. Vous pouvez réessayer.
sign-in-idp-refused = La réponse de « { $idp } » n’a pas pu être vérifiée. Recommencez la connexion depuis cette page.
sign-in-demo = Vous découvrez la démonstration ?
sign-in-demo-link = Voir les comptes disponibles

offer-title = Est-ce bien vous ?
offer-who = Continuer en tant que « { $person } » ?
offer-lead = « { $idp } » vous a envoyé ici sans que vous l’ayez demandé depuis cette page. Ne continuez que si c’est bien vous.
offer-yes = Oui, continuer
offer-no = Non, me connecter autrement

leaving-title = Déconnexion en cours
leaving-lead = Votre session est terminée. Les portails que vous avez ouverts sont prévenus l’un après l’autre.
switching-title = Changement d’établissement
switching-lead = Le portail de l’établissement précédent est fermé avant que le suivant s’ouvre.
switching-button = Poursuivre
signed-out-title = Vous êtes déconnecté
signed-out-complete = Votre session est terminée, ainsi que celle des portails ouverts.
signed-out-partial = Votre session est terminée ici. Certains portails restent peut-être ouverts : fermez le navigateur pour en être sûr.
signed-out-done = déconnecté
signed-out-not-reached = sans réponse
signed-out-not-offered = à fermer vous-même
signed-out-upstream = Se déconnecter aussi de « { $idp } »
signed-out-again = Se connecter à nouveau

sessions-lead = Les appareils sur lesquels vous êtes connecté. Une session que vous ne reconnaissez pas ? Mettez-y fin, puis changez votre mot de passe.
sessions-this-one = cet appareil
sessions-started = Ouverte
sessions-last-used = Dernière activité
sessions-address = Adresse
sessions-accounts = Mes comptes
sessions-end = Terminer cette session
sessions-end-others = { $count ->
    [one] Terminer l’autre session
   *[other] Terminer les { $count } autres sessions
}

accounts-title = Mes comptes
accounts-lead = Les comptes par lesquels vous êtes connu ici. Ensemble, ils ouvrent tous vos établissements, quel que soit celui avec lequel vous vous connectez.
accounts-this-one = connexion en cours
accounts-add-lead = Vous avez aussi un compte ailleurs, comme parent ou dans un autre annuaire ? Connectez-vous avec lui : les deux seront réunis.
accounts-add = J’ai un autre compte
accounts-part = Séparer ce compte
accounts-role = Votre compte a des droits d’administration : il reste séparé des autres.
accounts-joined = Vos comptes sont réunis.
accounts-parted = Le compte est de nouveau séparé.
accounts-fresh = Vous venez de prouver votre identité. Vous pouvez maintenant ajouter votre autre compte.
accounts-same = Ce compte est déjà l’un des vôtres.

join-title = Ces comptes sont‑ils tous les vôtres ?
join-lead = Une fois réunis, chacun d’eux ouvre tout ce que les autres ouvrent. Vous pourrez les séparer.
join-yes = Oui, les réunir
join-no = Non, ne rien changer

post-title = Ouverture du portail « { $portal } »
post-lead = Si rien ne se passe, utilisez le bouton.
post-button = Continuer vers { $portal }
post-farewell = Déconnexion du portail « { $portal } »
post-farewell-button = Poursuivre la déconnexion

stale-title = Cette demande n’est plus valable
stale-what = La demande de connexion au portail « { $portal } » est trop ancienne ou a déjà servi. Vous n’avez rien perdu.
stale-again = Recommencer vers { $portal }

sign-out-title = Se déconnecter
sign-out-lead = Votre session se termine sur cet appareil. Les portails déjà ouverts gardent la leur : fermez le navigateur pour les quitter tous.
sign-out-forget = Oublier aussi l’établissement retenu sur cet appareil
