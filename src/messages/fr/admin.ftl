# The administration of dispatch.
admin-title = État du service
admin-generation = Version { $generation } des fichiers, lue { $loaded }
admin-reload = Relire les fichiers
admin-reloaded = { $findings ->
    [0] Fichiers relus, version { $generation }. Rien à signaler.
    [one] Fichiers relus, version { $generation }. { $findings } signalement.
   *[other] Fichiers relus, version { $generation }. { $findings } signalements.
}
admin-reload-refused = Les nouveaux fichiers sont refusés : { $reason }. La version { $generation } reste en service.
admin-not-in-order = Un fichier n’est pas en service dans sa dernière version. Le service continue avec la version précédente.
admin-schools = { $count ->
    [one] établissement
   *[other] établissements
}
admin-with-portal = dont { $count } avec un portail
admin-partners = { $count ->
    [one] partenaire SAML
   *[other] partenaires SAML
}
admin-zones = { $count ->
    [one] réseau
   *[other] réseaux
}
admin-findings = { $count ->
    [one] signalement
   *[other] signalements
}
admin-files = Fichiers
file-good = en service
file-refused = refusé
file-missing = illisible
column-file = Fichier
column-state = État
column-entries = Entrées
column-findings = Signalements
column-read = Lecture
column-severity = Gravité
column-finding = Constat
column-subject = Sujet
column-where = Emplacement
column-network = Réseau
column-portal = Portail académique
column-arena = Zone Arena
column-factor = Second facteur
column-memory = Choix mémorisé
column-line = Ligne
column-time = Date et heure
column-event = Événement
column-person = Personne
column-client = Adresse
column-target = Destination
column-reason = Motif

severity-error = erreur
severity-warning = avertissement
severity-info = information
lint-shown = { $count ->
    [0] Aucun signalement affiché sur { $total }
    [one] { $count } signalement affiché sur { $total }
   *[other] { $count } signalements affichés sur { $total }
}
lint-none = Rien à signaler
lint-none-help = Tous les fichiers sont lus sans remarque. Les prochains signalements apparaîtront ici.
lint-no-hit = Aucun signalement ne correspond
lint-no-hit-help = Élargissez la recherche ou retirez les filtres.

factor-never = jamais demandé
factor-optional = facultatif
factor-required = exigé
zones-lead = Le réseau d’où vient une personne décide du portail académique, jamais de l’établissement. Le réseau le plus étroit l’emporte.
zones-try = Essayer cette adresse
zones-address = Adresse IPv4 ou IPv6
zones-no-address = Ceci n’est pas une adresse IP. Exemple : 10.205.12.7
zones-hit = { $candidates ->
    [one] { $address } est dans { $network } : portail { $portal }.
   *[other] { $address } est dans { $network }, le plus étroit de { $candidates } réseaux : portail { $portal }.
}
zones-nowhere = { $address } n’est dans aucun réseau et il n’y a pas de section [default] : le portail académique n’est pas proposé.
zones-none = Aucun réseau
zones-none-help = Les sections de portails.ini apparaîtront ici.

explain-title = Pourquoi arrive-t-on là ?
explain-lead = La décision est rejouée pas à pas, sans rien exécuter et sans ouvrir de session.
explain-ask = Expliquer la décision
explain-ip = Adresse du client
explain-peer = Adresse du serveur mandataire
explain-service = Adresse d’une application, ou portail
explain-xff = En-tête X-Forwarded-For
explain-none = Une personne, une adresse
explain-none-help = Indiquez un identifiant, et au besoin d’où la personne se connecte.
explain-client = Adresse retenue
explain-zone = Réseau
explain-sources = Annuaires
explain-findings = Attributs à corriger
explain-affiliations = Rattachements
explain-received = Ce que ce service recevrait
explain-destinations = Portails
fact-peer = { $address } se connecte directement.
fact-header-ignored = L’en-tête « { $value } » est ignoré : le serveur qui l’envoie n’est pas de confiance.
fact-header = Un serveur de confiance annonce { $address }.
fact-address-unknown = L’en-tête ne désigne aucune adresse utilisable : l’adresse est inconnue, le réseau par défaut s’applique.
fact-zone = { $network } mène à { $portal }.
fact-no-zone = Aucun réseau ne convient et il n’y a pas de section [default].
fact-known = { $source } connaît cette personne.
fact-not-known = { $source } ne connaît pas cette personne.
fact-no-answer = { $source } ne répond pas.
fact-no-service = Aucun fichier ne décrit ce service.
fact-no-school = Aucun établissement n’a été trouvé.
fact-maybe-meant = { $code } a une lettre de contrôle fausse. Vouliez-vous écrire { $meant } ?
verdict-single = Entrée directe dans { $portal }.
verdict-remembered = Entrée directe dans { $portal }, choix mémorisé.
verdict-choice = { $count ->
    [one] Page de choix, { $count } établissement ouvert.
   *[other] Page de choix, { $count } établissements ouverts.
}
verdict-arena-only = Portail académique seulement.
verdict-refused = Page d’erreur { $code }.
verdict-nobody = Aucun annuaire ne connaît cet identifiant.

audit-shown = { $count ->
    [0] Aucune ligne
    [one] { $count } ligne
   *[other] { $count } lignes
}
audit-sealed = Scellé jusqu’au { $time }. Empreinte de la dernière ligne :
audit-not-sealed = Aucune ligne n’est encore scellée.
audit-check = Vérifier
audit-whole = { $count ->
    [one] La dernière ligne est intacte.
   *[other] Les { $count } dernières lignes sont intactes.
}
audit-broken = Le journal n’est pas intact : chaîne { $node }, ligne { $seq } { $what }. Conservez une copie de la base et lancez « aiguillage audit verify ».
audit-fault-changed = modifiée
audit-fault-removed = absente
audit-fault-inserted = ajoutée après coup
audit-fault-swapped = échangée avec la suivante
audit-fault-personal = dont la partie personnelle a été modifiée
audit-csv = Télécharger en CSV
audit-words = Personne, établissement ou référence
audit-none = Aucune ligne
audit-none-help = Aucun événement ne correspond à ces filtres.
event-signed-in = Connexion
event-refused = Connexion refusée
event-bruteforce = Essais répétés sur un compte
event-stuffing = Essais répétés sur de nombreux comptes
event-flood = Afflux de tentatives
event-decision = Aiguillage
event-choice = Choix de l’établissement
event-saml = Entrée dans un portail
event-cas = Ticket CAS
event-logout = Déconnexion
event-session-ended = Fin de session
event-reload = Relecture des fichiers
event-reload-refused = Relecture refusée
event-saml-request = Demande d’un portail
event-saml-refused = Demande d’un portail refusée
event-request-refused = Demande refusée
event-person = Personne modifiée
event-person-export = Données d’une personne remises
event-person-erase = Personne effacée
event-role = Rôle donné
event-role-revoked = Rôle retiré
event-role-refused = Rôle refusé
event-seen-as = Vu comme une autre personne
event-export = Export
event-audit-purged = Anciennes lignes du journal supprimées
event-audit-gap = Lacune dans le journal
event-audit-erased = Données personnelles du journal effacées
event-upstream-refused = Fournisseur d’identité refusé
event-cas-granting = Ticket de délégation CAS donné
event-cas-validated = Ticket CAS vérifié
event-cas-refused = Ticket CAS refusé
event-switched = Changement d’établissement
event-keys-created = Clé créée
event-keys-rotated = Clé remplacée
event-keys-retired = Clé retirée
event-start = Démarrage
event-stop = Arrêt
