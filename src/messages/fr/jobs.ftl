# Le travail en arrière-plan.
place-jobs = Travaux
jobs-lead = Ce que le service fait en arrière-plan, une fois ou à heures fixes.
jobs-need-a-look = { $count ->
    [one] { $count } travail n’a pas abouti et attend votre décision.
   *[other] { $count } travaux n’ont pas abouti et attendent votre décision.
}
jobs-running = En cours
jobs-progress = { $done } sur { $total }
jobs-no-progress = commencé
jobs-trouble = À examiner
jobs-trouble-lead = « abandonné » : les essais ont tous échoué. « incertain » : il a peut-être eu lieu, le refaire pourrait le doubler. « en attente » : personne ne le fera, sauf une autre version ou d’autres réglages.
jobs-nobody = Ce service ne fait pas ce genre de travail.
jobs-retry = Réessayer
jobs-drop = Oublier…
jobs-drop-help = Le travail ne sera jamais fait, et il ne sera plus possible de le réessayer.
jobs-drop-really = Oublier ce travail
jobs-timetable = Horaire
jobs-every = { $minutes ->
    [1] toutes les minutes
    [60] toutes les heures
   *[other] toutes les { $minutes } minutes
}
jobs-nightly = chaque nuit à { $time }
jobs-run = Lancer maintenant
jobs-all = Tous les travaux
jobs-none = Aucun travail
jobs-none-help = Rien n’a été demandé, ou le filtre ne laisse rien passer.
column-job = Travail
column-progress = Avancement
column-node = Nœud
column-act = Action
column-rhythm = Rythme
column-last = Dernière fois
column-next = Prochaine fois
column-asked = Demandé
column-tries = Essais
job-waiting = en attente
job-running = en cours
job-done = fait
job-given-up = abandonné
job-uncertain = incertain
job-ask-again = Redemander aux fournisseurs d’identité qui est connecté
job-clean-jobs = Oublier les anciens travaux
job-tidy-audit = Tenir le journal dans ses limites
job-clean-sessions = Oublier les anciennes sessions
job-erase-person = Effacement d’une personne
job-erase-departed = Effacement des personnes parties
job-clean-tombstones = Oubli des effacements anciens
job-give-roles = Rôles selon les annuaires
job-clean-sign-in = Oublier les connexions inachevées
job-bring-people = Porter les personnes des annuaires dans l’annuaire de partage
job-sweep-records = Entretenir les fiches de collègues
event-job-given-up = Travail abandonné
event-job-uncertain = Travail incertain
event-job-retried = Travail réessayé
event-job-dropped = Travail oublié
event-job-started = Travail lancé à la main
event-cleaned = Données effacées à leur terme
