# The lookup: administration, set-up of a Nextcloud, what others find, the demonstration.
place-found = Ce que les autres trouvent sur moi
place-lookup = Collègues

lookup-lead = Les serveurs Nextcloud trouvent ici les collègues des autres serveurs.
lookup-off = La recherche de collègues est désactivée ([lookup] enabled).
lookup-rebuilding = L’index est reconstruit : { $done } fiches sur { $total }. Les recherches continuent dans l’ancien index s’il y en a un.
lookup-not-ready = L’index n’est pas prêt : les recherches reçoivent une erreur 503 et rien n’est perdu. Le journal du service dit pourquoi.
lookup-lags = L’index a { $seconds } s de retard ({ $changes } changements en attente). Les recherches montrent l’état d’avant.
lookup-found = { $count ->
    [one] collègue trouvable
   *[other] collègues trouvables
}
lookup-records = { $count ->
    [one] fiche en base
   *[other] fiches en base
}
lookup-servers = { $count ->
    [one] serveur
   *[other] serveurs
}
lookup-waiting = { $count ->
    [0] changement en attente
    [one] changement en attente, depuis { $seconds } s
   *[other] changements en attente, depuis { $seconds } s
}
lookup-mebibytes = { $count } Mio
lookup-on-disk = sur le disque
lookup-try = Essayer une recherche
lookup-words = Nom, adresse ou identifiant fédéré
lookup-as = Vu depuis
lookup-as-any = un serveur quelconque
lookup-search = Chercher
lookup-hits = { $count ->
    [one] { $count } collègue en { $millis } ms
   *[other] { $count } collègues en { $millis } ms
}
lookup-order = Résultats dans leur ordre
lookup-no-hit = Personne n’est trouvé
lookup-no-hit-help = La personne n’a pas de fiche, elle s’est masquée, ou son compte a disparu de son serveur.
lookup-ladder = Pourquoi cet ordre ?
lookup-ladder-help = Les étapes sont parcourues de haut en bas. À l’intérieur d’une étape, l’ordre est celui du nom, puis du prénom.
lookup-busy = Trop de recherches à la fois. Réessayez dans quelques secondes.
lookup-too-costly = Cette recherche est trop longue. Écrivez un nom plus précis.
lookup-by-server = Par serveur
lookup-by-source = Par origine
lookup-intakes = Derniers envois et imports
lookup-no-intake = Aucun envoi
lookup-no-intake-help = Le premier envoi d’un serveur ou le premier import apparaîtra ici.
lookup-try-short = Une recherche aussi courte ne trouve personne ([lookup] min_length).
lookup-try-exact = Ce serveur ne peut poser que des questions exactes (policy = exact) : une telle recherche ne lui rend personne.
lookup-none = Aucune fiche
lookup-none-help = Importez une liste avec aiguillage import, ou reliez un Nextcloud qui envoie ses utilisateurs.
lookup-conflicts = Deux serveurs, une personne
lookup-conflicts-lead = { $count ->
    [one] Une personne a un compte sur plusieurs serveurs. Un seul est montré.
   *[other] { $count } personnes ont un compte sur plusieurs serveurs. Un seul est montré.
}
lookup-no-conflict = Aucun conflit
lookup-no-conflict-help = Chaque personne n’a de compte que sur un serveur.
lookup-slow = Recherches les plus lentes
lookup-no-slow = Aucune recherche lente
lookup-no-slow-help = Les durées et les nombres apparaîtront ici, jamais ce qui a été cherché.
conflict-nobody = aucun
column-rank = Rang
column-name = Nom
column-account = Compte
column-mail = Adresse
column-step = Étape
column-hits = Résultats
column-millis = Durée (ms)
column-bytes = Taille (octets)
column-server = Serveur
column-records = Fiches
column-origin = Origine
column-changed = Nouvelles ou modifiées
column-refused = Refusées
column-asker = Demandeur
column-outcome = Réponse
column-wins = Compte montré
column-others = Comptes écartés
column-active = Dernière activité
step-exact = nom, compte ou adresse exacts
step-equal = tous les mots égaux
step-prefix = début des mots du nom
step-login = identifiant ou début d’adresse
step-domain = domaine de l’adresse
step-typo = à une faute près
outcome-answered = répondue
outcome-bad-request = incompréhensible
outcome-denied = refusée
outcome-too-many = trop de demandes
outcome-unavailable = indisponible
outcome-failed = en échec
origin-push = envoi du serveur
origin-signed = publication signée par la personne
origin-import = import « { $name } »
origin-source = annuaire « { $name } »
origin-replication = copie de { $name }
event-lookup-search = Recherches de collègues
event-lookup-harvest = Moisson de l’annuaire
event-lookup-refused = Recherche ou envoi refusés
event-lookup-people = Personnes d’un annuaire pour l’annuaire de partage
event-lookup-push = Envoi d’un serveur
event-lookup-signed = Publication signée
event-lookup-removed = Fiches retirées
event-lookup-hidden = Masqué dans la recherche
event-lookup-shown = De nouveau trouvable
event-import = Import de collègues

own-lead = Les collègues des autres serveurs Nextcloud peuvent vous trouver pour partager un document avec vous. Voici ce qu’ils voient.
own-off = La recherche de collègues n’est pas ouverte
own-off-help = Personne ne trouve rien sur vous.
own-now-shown = Vous pouvez être trouvé
own-now-shown-help = Si vous vous masquez, plus personne ne vous trouve, dès maintenant. Les partages qui existent déjà ne changent pas.
own-now-hidden = Vous êtes masqué
own-now-hidden-help = Personne ne vous trouve sur un autre serveur. Pour qu’un collègue partage avec vous, donnez-lui votre identifiant fédéré.
own-hide = Me masquer de la recherche
own-show = Me laisser trouver à nouveau
own-done-hidden = C’est fait : plus personne ne vous trouve.
own-done-shown = C’est fait : vos collègues vous trouvent à nouveau.
own-public-help = Tout le monde peut chercher ici. Hors des serveurs reliés, on ne trouve que ceux qui l’acceptent ; votre adresse n’est montrée qu’à qui la tape en entier.
own-public-show = Être trouvé par tous
own-how-public = Tout le monde peut chercher, sans compte : on ne trouve ainsi que ceux qui l’ont choisi sur cette page. Les utilisateurs des serveurs reliés trouvent tous ceux qui ne se masquent pas.
own-none = Aucun compte Nextcloud connu
own-none-help = Dès qu’un serveur annonce un compte à votre adresse, il apparaît ici avec tout ce que les autres en voient.
own-found = trouvable
own-hidden = masqué
own-stale = disparu de son serveur
own-elsewhere = un autre de vos comptes est montré
own-pupil = les élèves ne sont pas montrés
own-view-others = Tous les autres serveurs voient
own-view-servers = { $servers } voit
own-origin = Origine : { $origin }. Dernier changement : { $changed }.
own-how = Comment on vous trouve
own-how-who = Seuls les serveurs Nextcloud reliés à ce service peuvent chercher, pas le public. Leurs utilisateurs tapent un nom dans la fenêtre de partage.
own-how-words = On vous trouve par votre nom dans n’importe quel ordre, avec ou sans accents, par votre identifiant et par votre adresse.
own-how-change = Nom et adresse viennent de votre serveur ou de votre annuaire. Une correction se fait là-bas et se voit ici aussitôt reçue.
field-name = nom
field-email = adresse électronique
field-address = adresse postale
field-website = site web
field-twitter = Twitter
field-phone = téléphone
field-twitter-signature = preuve du compte Twitter
field-website-signature = preuve du site web
field-userid = identifiant

setup-title = Relier un Nextcloud
setup-lead = Trois lignes dans la configuration d’un Nextcloud suffisent pour que ses utilisateurs trouvent leurs collègues des autres serveurs.
setup-lines = Les trois lignes
setup-lines-help = À écrire dans config/config.php du serveur Nextcloud. Elles prennent effet aussitôt.
setup-private = Ce service est à une adresse privée : sans la dernière ligne, Nextcloud ne l’interroge pas et ne le dit pas.
setup-occ = La même chose en ligne de commande
setup-test = Vérifier
setup-test-help = Lancez ceci sur la machine du Nextcloud : la réponse dit quelle adresse nous voyons et si une recherche serait répondue.
setup-search-help = Puis la recherche même que fait Nextcloud :
setup-here = Vu depuis votre navigateur
setup-address = Adresse
setup-address-unknown = inconnue
setup-between = Entre nous
setup-between-nothing = rien que nous connaissions
setup-between-proxy = un serveur mandataire de confiance
setup-between-stranger = un serveur mandataire qui n’est pas déclaré ([http] trusted_proxies) : son adresse ne prouve rien
setup-verdict = Recherche
setup-answered = répondue
setup-refused = refusée
setup-verdict-open = La recherche est ouverte à tous.
setup-verdict-network = Cette adresse est connue.
setup-verdict-unknown = Cette adresse n’est pas connue. Il faut l’ajouter à [lookup] networks ou à la section du serveur, ou utiliser un jeton.
setup-verdict-off = La recherche de collègues est désactivée.
setup-token = Avec un jeton
setup-token-help = Quand l’adresse du serveur change ou sert à d’autres, l’administrateur d’Aiguillage lui donne un jeton. Seule la deuxième ligne change :
setup-token-word = VOTRE-JETON
setup-gss = Avec Global Site Selector
setup-gss-help = Un Nextcloud avec l’application globalsiteselector envoie aussi ses utilisateurs. Il lui faut la clé partagée, 32 caractères au moins, la même des deux côtés.
setup-gss-word = CLE-PARTAGEE
setup-gss-closed = Aucune clé partagée n’est configurée ici ([lookup] keys ou key d’une section) : les envois seraient refusés.
setup-gss-fields = De ces envois, nous ne gardons que les champs de [lookup] fields. Avec ignore_properties = 1, Nextcloud n’envoie pas l’adresse électronique : on ne cherche alors que par nom et identifiant.
setup-trouble = Si personne n’est trouvé
setup-trouble-nothing = Nextcloud tait les erreurs de recherche. Les deux commandes ci-dessus les montrent.
setup-trouble-private = Nextcloud refuse en silence les adresses privées tant que allow_local_remote_servers ne vaut pas true.
setup-trouble-proxy = Derrière un mandataire sortant, nous voyons l’adresse du mandataire : c’est elle qu’il faut déclarer.

demo-search-title = Chercher un collègue
demo-search-lead = C’est ce que voit un Nextcloud dans sa fenêtre de partage. Tapez un nom : les accents, l’ordre des mots et une faute de frappe ne gênent pas.
demo-search-words = Nom d’un collègue
demo-search-button = Chercher
demo-search-ideas = Quelques idées
demo-search-filling = { $count ->
    [0] Des collègues inventés arrivent. Réessayez dans une seconde.
   *[other] { $count } collègues inventés sont là, d’autres arrivent encore.
}
demo-search-there = { $count ->
    [one] { $count } collègue inventé.
   *[other] { $count } collègues inventés, sur une quinzaine de serveurs.
}
demo-search-no-hit-help = Essayez un autre mot, ou l’une des idées ci-dessus.
demo-search-same = Ce que Nextcloud demande
demo-search-same-help = La même recherche en ligne de commande, par le vrai protocole :
demo-search-story = Trouver un collègue
demo-search-story-lead = Tout Nextcloud trouve les collègues des autres serveurs pendant que le nom est tapé.
demo-link-setup = Relier un Nextcloud
