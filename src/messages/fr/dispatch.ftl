# The choice of the school.
choice-title = Choisissez votre établissement
choice-search = Nom, commune ou code
choice-result = { $count ->
    [0] Aucun établissement trouvé
    [one] { $count } établissement trouvé
   *[other] { $count } établissements trouvés
}
choice-result-many = { $count } établissements trouvés
choice-none = Aucun établissement ne correspond
choice-none-help = Essayez une partie du nom, la commune ou le code.
choice-all = Voir tous mes établissements
choice-current = actuel
choice-remember = Se souvenir de mon choix sur cet appareil
choice-remember-until = Jusqu’au { $day }. À éviter sur un ordinateur partagé.
choice-remembered = Votre choix est mémorisé sur cet appareil.
choice-forget = Oublier ce choix
choice-lost = « { $school } » ne fait plus partie de vos établissements. Votre choix mémorisé a été effacé.
choice-sources-missing = Un annuaire ne répond pas ({ $names }). Il manque peut-être des établissements ; réessayez dans quelques minutes.
choice-limited = Le portail « { $portal } » est commun à plusieurs établissements. Pour lequel souhaitez-vous y entrer ?

profile-pupil = Élève
profile-parent = { $children ->
    [0] Parent
    [one] Parent ({ $children } enfant)
   *[other] Parent ({ $children } enfants)
}
profile-family = Parent
profile-teacher = Enseignant
profile-head = Direction
profile-school-life = Vie scolaire
profile-staff = Personnel
profile-other = Autre

state-open = Portail ouvert
state-unknown = Aucun portail connu pour cet établissement
state-no-portal = Aucun portail trouvé
state-not-reachable = Portail injoignable pour le moment
state-inactive = Fermé pour le moment
state-denied = Accès non autorisé

academic = Portail académique (Arena)
academic-heading = Académie
second-factor-asked = Une seconde vérification vous sera demandée

no-portal-what = { $count ->
    [one] Votre compte est bien rattaché à cet établissement, mais aucun portail n’est ouvert pour lui.
   *[other] Votre compte est bien rattaché à ces { $count } établissements, mais aucun portail n’est ouvert pour eux.
}
arena-only-title = Votre portail
arena-only-what = Aucun établissement n’est associé à votre compte. Le portail académique vous est ouvert.
sources-asked = { $count ->
    [one] Annuaire consulté :
   *[other] Annuaires consultés :
}
