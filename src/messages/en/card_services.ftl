# Services around cards.
job-tell-service = Tell a service (European card, CROUS) of a card
job-compare-services = Compare services of cards with what they know
job-read-fares = Read the fares of the CROUS
job-say-farewell = Erase at services of cards whoever was erased
event-card-fares-read = Fares of the CROUS changed
