# L’appel : séances, lignes, codes.
demo-link-roll = Faire l’appel (Alain Garnier)
place-attendance = Appel et présences
job-close-rolls = Clore les appels oubliés
job-clean-scans = Effacer les traces des scans
roll-new = Nouvelle séance
roll-office = Suivi des absences
roll-own = Mes présences
roll-none-today = Aucune séance aujourd’hui
roll-none-today-help = Vos séances du jour apparaissent ici. Créez-en une pour faire l’appel tout de suite.
roll-open-ends = À terminer
roll-go-on = Continuer l’appel
roll-open = Ouvrir l’appel
roll-board = Afficher le code
roll-see = Voir la séance
roll-reload = Actualiser
roll-close = Clôturer l’appel
roll-validate = Confirmer les absences
roll-uncalled = Appel non fait
roll-uncalled-help = La séance est terminée et personne n’a fait l’appel. Aucun élève n’est compté absent.
roll-provisional-help = L’appel s’est clôturé tout seul après la séance. Les absences restent provisoires tant que personne ne les confirme.
roll-state-planned = Prévue
roll-state-open = Appel ouvert
roll-state-closed = Clôturée
roll-state-provisional = À confirmer
roll-state-locked = Verrouillée
roll-state-cancelled = Annulée
roll-counts =
    { $all ->
        [0] Appel pas encore ouvert
       *[other] { $there } sur { $all } présents
    }
roll-counts-closed =
    { $there } sur { $all } présents, { $missing ->
        [0] personne d’absent
        [one] 1 absent
       *[other] { $missing } absents
    }
roll-counted =
    { $count ->
        [one] 1 personne comptée dans la salle.
       *[other] { $count } personnes comptées dans la salle.
    }
roll-groups = Groupes
roll-subject = Matière
roll-kind = Type
roll-kind-cm = Cours magistral (CM)
roll-kind-td = Travaux dirigés (TD)
roll-kind-tp = Travaux pratiques (TP)
roll-kind-ex = Examen
roll-kind-re = Réunion
roll-kind-st = Atelier
roll-day = Jour
roll-from = De
roll-until = À
roll-room = Salle
roll-no-room = Sans salle
roll-make = Créer la séance
roll-make-and-open = Créer et ouvrir l’appel
roll-no-groups = Aucun groupe dans votre établissement
roll-no-groups-help = Les groupes et les matières s’importent d’une liste. Demandez-le à la personne qui administre les présences.
roll-wrong-groups = Choisissez au moins un groupe.
roll-wrong-subject = Choisissez une matière.
roll-wrong-kind = Choisissez un type de séance.
roll-wrong-school = Groupes, matière et salle doivent être du même établissement.
roll-wrong-times = La fin doit venir après le début, le même jour.
roll-not-yet = L’appel n’est pas ouvert
roll-not-yet-help = Ouvrez-le au début de la séance : la liste des élèves attendus apparaît ici.
roll-nobody = Personne n’est attendu
roll-nobody-help = Les groupes de cette séance n’ont pas de membres ce jour-là.
roll-search = Chercher un nom
roll-everyone =
    { $count ->
        [one] Marquer présent le dernier
       *[other] Marquer présents les { $count } restants
    }
roll-lines = Liste d’appel
roll-say = Marquer
roll-say-of = { $what } : { $name }
roll-keys-move = lignes
roll-keys-say = présent, retard, absent, dispensé, exclu
roll-refused = Scans refusés
roll-elsewhere = Attendu en ce moment en { $subject }
roll-reopen = Rouvrir l’appel
roll-cancel = Annuler la séance
roll-why = Motif
roll-why-help = Quelques mots, par exemple « appelé, absent ». Le motif reste visible.
roll-why-wrong = Écrivez au moins cinq lettres.
roll-correction = Corriger une ligne
roll-correct = Corriger
roll-leave-it = Laisser comme c’est
roll-from-to = { $from } → { $to }
roll-differs = { $headcount } personnes comptées, { $marked } marquées présentes. Vérifiez avant de clôturer.
roll-spot = Appelez ces personnes
roll-spot-help = Choisies au hasard parmi les présents.
roll-will-miss =
    { $count ->
        [one] Une personne sera absente :
       *[other] { $count } personnes seront absentes :
    }
roll-headcount = Combien de personnes sont dans la salle ?
roll-headcount-help = Facultatif. Le nombre est comparé aux présences marquées.
roll-close-so =
    { $count ->
        [0] Clôturer l’appel (aucun absent)
        [one] Clôturer l’appel (1 absent)
       *[other] Clôturer l’appel ({ $count } absents)
    }
roll-whole-screen = Plein écran
roll-back = Retour à la liste
roll-not-open-now = L’appel n’est pas ouvert.
roll-scan-this = Scannez ce code avec votre téléphone.
roll-there = présents
roll-or-type = Sans appareil photo : tapez ces chiffres sur
roll-seconds-left = Nouveau code dans 0 s
roll-stale = Ce code n’est plus à jour : la connexion est coupée. Il revient tout seul.
roll-code-image = Code QR de la séance, renouvelé toutes les quelques secondes
roll-uncalled-list = Appels non faits
roll-uncalled-none = Tous les appels des trente derniers jours ont été faits.
roll-absences = Absences des trente derniers jours
roll-absences-none = Aucune absence
roll-absences-none-help = Les absences apparaissent ici dès qu’un appel est clôturé.
roll-seance = Séance
roll-confirm = Marquer ma présence
roll-sending = Envoi en cours…
roll-scanned = Code scanné à { $at }. C’est cette heure qui compte.
roll-as = Vous êtes { $name }.
roll-i-am-here = Je suis là
roll-data = Sont enregistrés : votre nom, la séance, l’heure, et si vous étiez sur le réseau de l’établissement. Ni position, ni photo.
roll-type = Taper le code
roll-type-help = Les six chiffres affichés dans la salle.
roll-digits = Six chiffres
roll-own-none = Aucune séance cette année
roll-own-none-help = Vos séances apparaissent ici dès qu’un appel où vous êtes attendu est ouvert.
roll-rate = d’assiduité
roll-absent-time = d’absence
roll-lates =
    { $count ->
        [one] retard
       *[other] retards
    }
roll-half-days = demi-journées avec absence
roll-percent = { $value } %
roll-hours = { $hours } h { $minutes }
roll-marked-at = marquée à { $at }
roll-late-by = { $minutes } min de retard
roll-told-present = Présence enregistrée à { $at } : { $title }.
roll-told-late = Arrivée enregistrée à { $at }, en retard : { $title }.
roll-told-again = Vous étiez déjà marqué à { $at } : { $title }.
roll-status-expected = Attendu
roll-status-present = Présent
roll-status-late = En retard
roll-status-absent-provisional = Absent, à confirmer
roll-status-absent = Absent
roll-status-excused = Absent, justifié
roll-status-exempt = Dispensé
roll-status-excluded = Exclu
roll-channel-qr = code QR
roll-channel-code = code tapé
roll-channel-card = carte
roll-channel-student-qr = code de l’élève
roll-channel-manual = à la main
roll-channel-import = import
roll-channel-remote = à distance
roll-flag-zone-out = Hors du réseau de la salle
roll-flag-device-shared = Téléphone déjà utilisé par un autre
roll-flag-late-ticket = Confirmé plus d’une minute après le scan
roll-flag-static-code = Code imprimé
roll-flag-spoken-code = Code tapé
roll-flag-offline = Lu hors réseau
roll-flag-uid-only = Numéro de puce seul
roll-flag-overlap = Présent aussi ailleurs
roll-flag-scanned-before-closing = Scanné avant la clôture
roll-done-open = L’appel est ouvert.
roll-done-close = L’appel est clôturé.
roll-done-validate = Les absences sont confirmées.
roll-done-reopen = L’appel est rouvert ; le code affiché a changé.
roll-done-cancel = La séance est annulée.
roll-done-lock = Appel verrouillé.
roll-lock = Verrouiller
roll-certificate = Certificat de présence (PDF)
roll-attestation = Attestation d’assiduité de l’année (PDF)
roll-attestation-of = Attestation d’assiduité de l’année, { $school } (PDF)
roll-sheet = Feuille d’émargement (PDF)
roll-lock-help = Plus rien ne change ensuite sur cet appel, corrections comprises.
event-roll-planned = Séance créée
event-roll-opened = Appel ouvert
event-roll-closed = Appel clôturé
event-roll-auto-closed = Appel clôturé par l’horloge
event-roll-validated = Absences confirmées
event-roll-reopened = Appel rouvert
event-roll-cancelled = Séance annulée
event-roll-locked = Séance verrouillée
event-roll-marked = Présence marquée
event-roll-ticked = Ligne d’appel remplie à la main
event-roll-corrected = Ligne d’appel corrigée
event-roll-all-present = Tous marqués présents
event-roll-imported = Groupes ou séances importés
event-roll-refused = Présence refusée

# Refus : ce qui s’est passé (.what), ce qui est sûr (.safe), que faire (.next).
e-roll-code = Ce code n’est pas reconnu.
    .what = L’adresse ouverte n’est pas celle d’un code affiché par nous, ou l’appel a été rouvert avec un autre code.
    .safe = Rien n’a été enregistré.
    .next = Scannez le code affiché dans la salle.
e-roll-expired = Ce code a expiré.
    .what = Le code change toutes les quelques secondes.
    .safe = Rien n’a été enregistré.
    .next = Scannez à nouveau le code affiché dans la salle.
e-roll-not-open = L’appel n’est pas ouvert.
    .what = L’appel de cette séance n’a pas encore commencé.
    .safe = Rien n’a été enregistré.
    .next = Attendez que le code soit affiché, puis scannez-le.
e-roll-closed = L’appel est clôturé.
    .what = La présence ne peut plus être marquée par le code.
    .safe = Si vous avez scanné avant la clôture, votre enseignant le voit sur sa liste.
    .next = Adressez-vous à votre enseignant.
e-roll-too-late = Il est trop tard pour se marquer soi-même.
    .what = La séance a commencé depuis trop longtemps.
    .safe = Votre enseignant voit que vous avez scanné.
    .next = Demandez à votre enseignant de vous marquer.
e-roll-zone = Ce code se scanne depuis le réseau de l’établissement.
    .what = Votre téléphone n’est pas sur le réseau de la salle.
    .safe = Rien n’a été enregistré.
    .next = Connectez-vous au Wi-Fi de l’établissement et scannez à nouveau, ou demandez à votre enseignant.
e-roll-not-expected = Vous n’êtes pas attendu à cette séance.
    .what = Votre nom ne figure pas sur la liste d’appel.
    .safe = Votre enseignant voit que vous avez scanné.
    .next = Vérifiez la salle et l’heure, ou parlez-en à votre enseignant.
e-roll-device = Ce téléphone a déjà servi à quelqu’un d’autre.
    .what = Pour cette séance, un téléphone marque une seule personne.
    .safe = Rien n’a été enregistré.
    .next = Demandez à votre enseignant de vous marquer.
e-roll-used = Ce scan a déjà servi.
    .what = Un scan marque une seule personne, une seule fois.
    .safe = Rien n’a été enregistré.
    .next = Scannez à nouveau le code affiché.
e-roll-ticket = Le scan est trop ancien.
    .what = Plus de cinq minutes ont passé depuis le scan, ou aucun code n’a été scanné avec ce navigateur.
    .safe = Rien n’a été enregistré.
    .next = Scannez à nouveau le code affiché dans la salle.
e-roll-digits = Ces chiffres ne sont pas les bons.
    .what = Ils changent toutes les trente secondes.
    .safe = Rien n’a été enregistré.
    .next = Retapez ceux qui sont affichés maintenant.
e-roll-tries = Trop d’essais.
    .what = Trop de codes faux ont été tapés pour cette séance.
    .safe = Rien n’a été enregistré.
    .next = Scannez le code affiché, ou demandez à votre enseignant.
e-roll-state = Ce n’est pas possible maintenant.
    .what = La séance ou la ligne n’est plus dans l’état affiché : quelqu’un l’a peut-être changée.
    .safe = Rien n’a été modifié.
    .next = Revenez à la liste d’appel et regardez où elle en est.
e-roll-hours = Ce n’est pas le moment.
    .what = Un appel s’ouvre du quart d’heure avant le début au quart d’heure après la fin. Après sept jours, les corrections reviennent au secrétariat.
    .safe = Rien n’a été modifié.
    .next = Revenez à l’heure, ou adressez-vous au secrétariat.
e-roll-in-use = Cette ligne sert encore.
    .what = Des séances, des groupes ou des salles en dépendent.
    .safe = Rien n’a été supprimé.
    .next = Supprimez d’abord ce qui en dépend, ou renommez la ligne.
e-roll-school = Ce code d’établissement n’existe pas.
    .what = Le code a sept chiffres et une lettre.
    .safe = Rien n’a été enregistré.
    .next = Revenez en arrière et corrigez le code.
e-roll-version = Quelqu’un a changé cette ligne entre-temps.
    .what = Ce que vous corrigiez n’est plus ce qui est enregistré.
    .safe = Rien n’a été modifié.
    .next = Revenez à la liste d’appel et recommencez.
e-roll-schools = Il y a plusieurs établissements dans cette période.
    .what = Une attestation est celle d’un seul établissement.
    .safe = Rien n’a été modifié.
    .next = Choisissez l’établissement en bas de la page « Mes présences ».
e-roll-period = Cette période est trop longue pour une attestation.
    .what = Elle contient plus de 2 000 séances, et une attestation n’en laisse aucune de côté.
    .safe = Rien n’a été modifié.
    .next = Demandez une période plus courte, une année par exemple.
e-roll-reason = Un motif est nécessaire.
    .what = Cette modification va contre ce qui est enregistré.
    .safe = Rien n’a été modifié.
    .next = Revenez en arrière et écrivez pourquoi, en quelques mots.

tap-present = Présent
tap-late = En retard
tap-already = Déjà noté
tap-not-expected = Pas attendu ici
tap-no-session = Aucun appel ouvert
tap-unknown-card = Carte inconnue ici
tap-closed = Appel clos

event-roll-set-up = Appel : réglage
setup-lists = Listes
setup-programmes = Formations
setup-programmes-help = Un diplôme ou un niveau, pour une année. Ses groupes ont des séances.
setup-groups = Groupes
setup-groups-help = Les étudiants d’une formation qui sont appelés ensemble. TD 1 et TP 1 sont deux groupes. Les membres viennent par « aiguillage roll members ».
setup-subjects = Matières
setup-subjects-help = Ce qui est enseigné.
setup-rooms = Salles
setup-rooms-help = Le nom est celui que disent l’emploi du temps et les lecteurs de cartes.
setup-zones = Réseaux des salles
setup-zones-help = Les adresses depuis lesquelles un téléphone est dans la salle. Les autres présences portent un signe.
setup-school = Établissement (UAI)
setup-code = Code
setup-name = Nom
setup-year = Année (2026-2027)
setup-group-kind = Type
setup-campus = Site
setup-networks = Réseaux (10.3.0.0/16, 2001:db8::/32)
setup-programme = Formation
setup-zone = Réseau
setup-none = —
setup-used-groups = Groupes
setup-used-sessions = Séances
setup-used-rooms = Salles
setup-add = Ajouter
setup-change = Modifier
setup-remove = Supprimer
setup-keep = Enregistrer
setup-leave = Annuler
setup-empty = Rien pour l’instant
setup-empty-help = Ajoutez une première ligne, ou importez un emploi du temps : « aiguillage roll sessions ».
setup-done-add = Ajouté.
setup-done-change = Modifié.
setup-done-remove = Supprimé.
setup-wrong-code = Le code a 1 à 64 lettres, chiffres, espaces, points, tirets ou barres.
setup-wrong-name = Le nom a 1 à 200 lettres.
setup-wrong-year = L’année s’écrit 2026-2027.
setup-wrong-kind = Le type est CM, TD, TP ou free.
setup-wrong-programme = Choisissez une formation.
setup-wrong-networks = Écrivez des adresses ou des réseaux, séparés par des virgules.
setup-wrong-taken = L’établissement a déjà une ligne de ce nom, ou celle-ci n’existe plus.
roll-of-others = Séances des autres aujourd’hui

# Chiffres de l’assiduité.
event-roll-exported = Émargements exportés
figures = Chiffres de l’assiduité
figures-lead = Ce qui est clôturé, confirmé et obligatoire. Un taux est un rapport de durées : minutes d’absence sur minutes prévues.
figures-find = Afficher
figures-by = Par
figures-by-all = Ensemble
figures-by-student = Élève
figures-by-group = Groupe
figures-by-subject = Matière
figures-by-programme = Formation
figures-by-teacher = Enseignant
figures-by-month = Mois
figures-from = Du
figures-until = Au
figures-every-programme = Toutes les formations
figures-every-subject = Toutes les matières
figures-every-kind = Tous les types
figures-programme = Formation
figures-attendance = Assiduité
figures-absence = Taux d’absence
figures-unjustified = Taux non justifié
figures-expected = Prévu
figures-absent = Absence
figures-absent-unjustified = Non justifié
figures-attended = Suivi, retards déduits
figures-lates = Retards
figures-minutes-late = Minutes de retard
figures-half-days = Demi-journées
figures-half-days-unjustified = Demi-journées non justifiées
figures-half-days-computed = Demi-journées au prorata
figures-uncalled = Appels non faits
figures-uncalled-rate = Part des appels non faits
figures-delay = Délai médian de l’appel (min)
figures-whole = Ensemble
figures-chart = Taux d’absence
figures-chart-help = Une barre par ligne du tableau, de 0 à 100 %. La partie foncée n’est pas justifiée. Les valeurs sont dans le tableau.
figures-legend-unjustified = non justifié
figures-legend-justified = justifié
figures-none = Rien à compter
figures-none-help = Les chiffres apparaissent dès qu’un appel de la période est clôturé et confirmé.
figures-table = Tableau à emporter
figures-records = Émargements à emporter
figures-take = { $what } ({ $format })
