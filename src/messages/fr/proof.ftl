# Preuve de présence : certificat, contrôle, vérification hors ligne.
proof-day = { $weekday } { $day }
proof-length = { $hours } h { $minutes }
proof-in-time = à l’heure
proof-late = en retard
proof-late-by = { $minutes ->
    [one] en retard d’une minute
   *[other] en retard de { $minutes } minutes
}
proof-title = Certificat de présence
proof-document-title = Certificat de présence { $serial }
proof-attached = Attestation signée (JWS, PS512), vérifiable sans connexion
proof-serial = N° { $serial }
proof-establishment = Établissement
proof-student = Étudiant
proof-number = N° étudiant
proof-programme = Formation
proof-subject = Matière
proof-of-group = groupe { $group }
proof-group = Groupe
proof-when = Séance
proof-date = Date
proof-hours = Horaires
proof-marked = Présence notée
proof-place = Salle
proof-teacher = Enseignant
proof-states = L’établissement certifie que la personne désignée ci-dessus a été enregistrée comme présente à la séance indiquée.
proof-states-late = { $minutes ->
    [one] Arrivée enregistrée à { $time }, soit une minute après l’heure prévue.
   *[other] Arrivée enregistrée à { $time }, soit { $minutes } minutes après l’heure prévue.
}
proof-states-open = Séance non encore clôturée : l’état définitif est celui affiché lors du contrôle.
proof-control = Contrôler ce certificat
proof-control-how = Scannez le code : le service dit si la présence tient toujours. Le fichier joint à ce PDF se vérifie aussi sans connexion.
proof-control-link = Contrôler en ligne
proof-control-type = Ou saisissez le numéro de série sur { $address } : il ne montre que les initiales.
proof-code-says = Code QR de contrôle. Sans appareil photo, saisissez le numéro de série sur { $address }.
proof-warning = Toute modification de ce document lui ôte sa valeur et expose son auteur à des poursuites disciplinaires et pénales (usage de faux).
proof-data = Données traitées pour le suivi de l’assiduité ; droits d’accès et de rectification auprès du délégué à la protection des données de l’établissement.
proof-data-dpo = Données traitées pour le suivi de l’assiduité ; droits d’accès et de rectification auprès du délégué à la protection des données : { $dpo }.
proof-ids = Séance { $session } · émis le { $issued } · clé de signature { $signature } · clé du jeton { $token }

# Contrôle.
proof-control-title = Contrôle d’un certificat de présence
proof-valid = Ce certificat est valable.
proof-open = Ce certificat est valable ; l’appel n’est pas encore clôturé.
proof-revoked = Ce certificat a été annulé.
proof-revoked-since = Annulé : { $since }.
proof-unknown = Ce jeton n’est pas reconnu. Le document a peut-être été modifié ; adressez-vous à la scolarité.
proof-corrections = Corrections
proof-corrections-none = Aucune correction.
proof-another = Contrôler un autre certificat
proof-compare = Comparez avec le document : le nom, la date et la matière doivent être les mêmes.
proof-type-title = Contrôler par le numéro de série
proof-type-lead = Le numéro commence par CP et se trouve sous le titre du certificat. Seules les initiales sont montrées ; le code QR montre le nom.
proof-type-serial = Numéro de série
proof-type-help = Par exemple CP-2026-0062999Z-0001842
proof-type-check = Contrôler
proof-type-file = Vérifier un fichier sans le transmettre
proof-here-title = Vérifier un certificat dans ce navigateur
proof-here-lead = Le fichier reste sur votre appareil. Enregistrée, cette page fonctionne aussi sans connexion, avec les clés et la liste des annulations de ce moment.
proof-here-file = Certificat (PDF) ou fichier certificat.jws
proof-here-script = Cette vérification a besoin de JavaScript. Sans lui, utilisez le numéro de série.
proof-here-valid = La signature est bonne et le certificat n’est pas annulé.
proof-here-changed = La signature n’est pas bonne : le contenu signé a été modifié, ou signé par quelqu’un d’autre.
proof-here-none = Ce fichier ne contient pas d’attestation signée. Si c’est un PDF réenregistré, extrayez-en certificat.jws et choisissez ce fichier.
proof-here-revoked = Ce certificat a été annulé.
proof-here-compare = Comparez chaque ligne avec le document : c’est ceci qui est signé.
proof-here-begins = Début prévu
proof-here-ends = Fin prévue
proof-here-at = Présence notée à
proof-here-status = État (P présent, R en retard)
job-proof-keys = Créer les clés des preuves de présence
event-certificate-issued = Certificat de présence établi
event-certificate-revoked = Certificat de présence annulé
event-proof-refused = Contrôle refusé
e-proof-shape = Ce n’est pas un code de certificat
    .what = L’adresse est incomplète ou a été modifiée : un code de contrôle a toujours la même longueur.
    .next = Scannez de nouveau le code, ou saisissez le numéro de série.
e-proof-over = Ce résultat n’est plus affiché
    .what = Le résultat d’un contrôle se regarde pendant cinq minutes.
    .next = Scannez de nouveau le code du certificat.
# Feuilles de présence et attestations d’assiduité.
sheet-title = Feuille de présence
sheet-name = Nom
sheet-state = État
sheet-at = Heure
sheet-signature = Signature
sheet-totals = Présents ou en retard : { $there } sur { $all }
sheet-teacher-signs = Signature de l’enseignant
sheet-digest = Empreinte des lignes : { $digest }
period-title = Attestation d’assiduité
period-days = du { $first } au { $last }
period-when = Période
period-expected = Heures prévues
period-attended = Heures suivies
period-justified = Absences justifiées
period-unjustified = Absences non justifiées
period-absences = Absences
period-none = Aucune absence sur la période.
period-length = Durée
period-reason = Motif
period-is-justified = justifiée
period-is-not = non justifiée
