# Services autour des cartes.
job-tell-service = Informer un service (carte européenne, CROUS) d’une carte
job-compare-services = Comparer les services de cartes avec ce qu’ils savent
job-read-fares = Lire les tarifs du CROUS
job-say-farewell = Effacer auprès des services de cartes les personnes effacées
event-card-fares-read = Tarifs du CROUS changés
