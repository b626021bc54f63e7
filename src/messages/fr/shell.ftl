# The frame of every page, words that many pages share, dates.
language-name = Français
skip = Aller au contenu
menu = Mon menu
places = Administration
need-help = Besoin d’aide ?
sign-out = Se déconnecter
trouble-title = Erreur :
number = { $count }
yes = oui
no = non
never = jamais
pages = Pages
page-newer = Lignes plus récentes
page-older = Lignes plus anciennes
filter = Filtrer
filter-all = Tout
filter-drop = Retirer les filtres
filter-words = Mots à chercher
filter-from = Du
filter-until = Au
table-csv = Télécharger en CSV
table-sort = Ordre
sort-name = Par nom
sort-new = Les plus récents d’abord
sort-old = Les plus anciens d’abord
sort-configured = Ordre de la configuration
key-search = chercher
key-rows = ligne suivante, précédente

place-start = Accueil
place-choice = Mes établissements
place-sessions = Mes sessions
place-admin = Administration
place-home = État
place-lint = Signalements
place-zones = Réseaux
place-explain = Pourquoi ?
place-audit = Journal

date-day = { $day ->
    [1] 1er { $month } { $year }
   *[other] { $day } { $month } { $year }
}
date-moment = { $day ->
    [1] { $weekday } 1er { $month }, { $hour } h { $minute }
   *[other] { $weekday } { $day } { $month }, { $hour } h { $minute }
}
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
error-back = Revenir à l’accueil
