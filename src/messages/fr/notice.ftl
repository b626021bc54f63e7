# Rappels, alertes, lettres.
mail-about-reminder = Rappel d’un appel à faire
mail-about-uncalled = Liste des appels non faits
mail-about-alert = Alerte d’assiduité, à l’étudiant
mail-about-alert-others = Alerte d’assiduité, aux autres destinataires
mail-about-letter = Lettre d’absences, sur papier
mail-variable-title = le type et la matière de la séance
mail-variable-hours = les heures de la séance
mail-variable-room = la salle, ou rien
mail-variable-sessions = les séances, une par une
mail-variable-rule = le nom de la règle
mail-variable-value = ce qui a été atteint
mail-variable-days = la période
mail-variable-students = les étudiants et ce qu’ils ont atteint, un par un
mail-variable-number = le numéro d’étudiant, ou rien
mail-variable-programme = la formation, ou rien
mail-variable-school = l’établissement, ou rien
mail-variable-today = la date de la lettre
mail-variable-since = le premier jour de la période
mail-variable-until = le dernier jour de la période
mail-variable-absent = la durée d’absence
mail-variable-unexcused = la durée d’absence sans justification
mail-variable-absences = les absences, une par une
job-remind-teachers = Rappeler les appels à faire
job-tell-uncalled = Envoyer la liste des appels non faits
job-send-alerts = Envoyer les alertes d’assiduité
event-roll-reminded = Enseignant relancé pour un appel
event-roll-uncalled-told = Appels non faits signalés
event-roll-alert-sent = Alerte d’assiduité envoyée
event-roll-rule-changed = Règle d’alerte modifiée
event-roll-letters-made = Lettres d’absences produites
alerts = Alertes
alerts-lead = Chaque nuit, les règles actives signalent les étudiants qui atteignent un seuil. Seuls comptent les appels clos et confirmés.
alerts-none = Aucune règle
alerts-none-help = Créez une règle pour une formation ou un groupe que vous suivez.
alerts-sent = Alertes envoyées
alerts-sent-lead = À qui chaque alerte est partie, et qui n’a pas d’adresse connue.
alerts-sent-none = Aucune alerte envoyée
alerts-sent-none-help = Les alertes des règles actives apparaissent ici le lendemain matin.
alert-new = Nouvelle règle
alert-rule = Règle d’alerte
alert-change = Modifier la règle
alert-name = Nom
alert-whom = Qui est concerné
alert-scope = Étudiants et séances
alert-scope-all = Tout l’établissement
alert-kinds = Types de séances
alert-when = Quand
alert-metric = Ce qui est mesuré
alert-comparator = Comparaison
alert-at-least = atteint le seuil
alert-over = dépasse le seuil
alert-threshold = Seuil
alert-threshold-help = Un nombre, ou un pourcentage pour un taux, par exemple 12,5.
alert-span = Période
alert-span-week = semaine
alert-span-month = mois
alert-span-year = année universitaire ou scolaire
alert-week-of = semaine du { $day }
alert-per-subject = Compter chaque matière séparément
alert-per-subject-said = par matière
alert-after-days = Ancienneté en jours
alert-after-days-help = Pour les absences sans explication : depuis combien de jours au moins.
alert-after-sessions = Séances comptées au moins
alert-after-sessions-help = Rien n’est signalé avant autant de séances dans la période.
alert-repeat = Envois au plus par période
alert-repeat-help = Le premier envoi part au seuil, le deuxième au double, et ainsi de suite.
alert-told = Qui est prévenu
alert-told-who = Destinataires
alert-to = Prévient
alert-to-student = l’étudiant
alert-to-secretariat = le secrétariat
alert-to-teachers = les enseignants
alert-to-guardian = les responsables légaux
alert-to-employer = l’employeur
alert-to-fixed = adresse fixe
alert-addresses = Adresses fixes
alert-addresses-help = Dix au plus, séparées par des virgules. Elles reçoivent le nom des étudiants.
alert-active = Règle active
alert-keep = Enregistrer
alert-on = Active
alert-off = Inactive
alert-switch-on = Activer
alert-switch-off = Désactiver
alert-preview = Qui serait signalé
alert-preview-list = Qui serait signalé aujourd’hui
alert-preview-none = Personne aujourd’hui
alert-preview-none-help = Aucun étudiant n’atteint le seuil de cette règle.
alert-preview-fresh =
    { $count ->
        [0] Tous ont déjà été signalés.
        [one] 1 étudiant serait signalé cette nuit si la règle est active.
       *[other] { $count } étudiants seraient signalés cette nuit si la règle est active.
    }
alert-preview-more =
    { $count ->
        [one] Et 1 autre.
       *[other] Et { $count } autres.
    }
alert-value = Mesure
alert-fresh = À signaler
alert-told-before = Déjà signalé
alert-no-address = Sans adresse
alert-forgotten = Message effacé
alert-wording =
    { $number ->
        [0] texte d’origine
       *[other] texte, version { $number }
    }
alert-letter-made =
    { $number ->
        [0] Lettre produite le { $at }, texte d’origine
       *[other] Lettre produite le { $at }, texte version { $number }
    }
alert-metric-absence-rate = Taux d’absence
alert-metric-unjustified-rate = Taux d’absence sans justification
alert-metric-half-days = Demi-journées d’absence sans justification
alert-metric-unjustified = Absences sans justification
alert-metric-consecutive = Absences à la suite
alert-metric-unexplained = Absences sans explication
alert-metric-lates = Retards
alert-metric-absences = Absences, justifiées ou non
alert-what-at-least = { $metric } : { $value } ou plus, par { $span }
alert-what-over = { $metric } : plus de { $value }, par { $span }
alert-said-rate = { $rate } %
alert-said-half-days =
    { $count ->
        [one] 1 demi-journée
       *[other] { $count } demi-journées
    }
alert-said-lates =
    { $count ->
        [one] 1 retard
       *[other] { $count } retards
    }
alert-said-consecutive =
    { $count ->
        [one] 1 absence
       *[other] { $count } absences à la suite
    }
alert-said-absences =
    { $count ->
        [one] 1 absence
       *[other] { $count } absences
    }
alert-said-unjustified =
    { $count ->
        [one] 1 absence sans justification
       *[other] { $count } absences sans justification
    }
alert-said-of = { $name } : { $value } ({ $days })
alert-said-session = { $at } : { $title }
alert-seed-month = Quatre demi-journées sans justification dans le mois
alert-seed-subject = Trois absences sans justification en TD ou TP d’une matière
alert-seed-apprentice = Apprentis : absence sans justification
alert-seed-first = Première absence
alert-wrong-name = Donnez un nom à la règle.
alert-wrong-scope = Choisissez qui est concerné.
alert-wrong-threshold = Le seuil doit être un nombre à partir de 1, ou un pourcentage jusqu’à 100.
alert-wrong-number = Un des nombres est trop petit ou trop grand.
alert-wrong-address = Une des adresses n’en est pas une, ou il y en a plus de dix.
alert-wrong-nobody = Choisissez au moins un destinataire.
e-alert-version = Quelqu’un d’autre a modifié cette règle entre-temps.
e-alert-scope = Cette règle dépasse ce que vous suivez.
letters = Lettres
letters-lead = Un fichier PDF à imprimer, une lettre par étudiant, par code postal puis par nom. La lettre dit quand, jamais pourquoi.
letters-whom = Étudiants absents
letters-none = Aucune absence confirmée dans cette période
letters-none-help = Choisissez d’autres jours ou une autre formation.
letter-lang = Langue des lettres
letter-make = Produire les lettres (PDF)
letter-preview = Aperçu de la première
letter-text-help = Le texte se modifie dans les textes des courriels de l’administration : « Lettre d’absences, sur papier ». Chaque lettre produite est consignée avec la version de son texte.
letter-write = Lettre
letter-count =
    { $count ->
        [one] 1 lettre.
       *[other] { $count } lettres.
    }
letter-no-address =
    { $count ->
        [0] Toutes ont une adresse postale.
        [one] 1 est sans adresse postale et sort à la fin.
       *[other] { $count } sont sans adresse postale et sortent à la fin.
    }
letter-file = Lettres d’absences
letter-absence = { $at } : { $title } ({ $length })
letter-absence-excused = { $at } : { $title } ({ $length }), justifiée
letter-more =
    { $count ->
        [one] Un autre étudiant n’est pas dans cette liste : choisissez une formation ou une période plus courte.
       *[other] { $count } autres étudiants ne sont pas dans cette liste : choisissez une formation ou une période plus courte.
    }
letter-wrong-nobody = Cochez au moins un étudiant.
