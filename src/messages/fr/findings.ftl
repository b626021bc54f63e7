# One text for each code of a finding: what is wrong, what we made of it, what to write instead.
# INI files
w-ini-quote = Un guillemet est mal placé ou n’est pas refermé. Écrivez la valeur entre deux guillemets, ou sans guillemets.
w-ini-line = Cette ligne n’est ni une section ni « clé = valeur » : elle est ignorée.
w-ini-charset = Le fichier n’est pas en UTF-8 : il est lu en Windows-1252. Enregistrez-le en UTF-8.
w-ini-dupsection = Cette section existe déjà plus haut : les deux sont réunies, les dernières valeurs comptent.
w-ini-dupkey = Cette clé est écrite deux fois dans la section : la dernière valeur compte.
w-ini-unknownkey = Cette clé n’est pas connue : elle est conservée mais n’a aucun effet. Vérifiez son orthographe.
e-ini-size = Le fichier est trop volumineux : il n’est pas lu.
e-ini-sections = Le fichier a trop de sections : il n’est pas lu.
e-ini-syntax = Le fichier ne peut pas être lu.

w-ini-more = Ce fichier a encore d’autres signalements, qui ne sont pas affichés.

# etabs.ini
w-etab-scheme = L’adresse du portail n’a pas de « https:// » : il est ajouté.
w-etab-url = L’adresse du portail n’est pas utilisable : l’établissement compte comme « sans portail ».
w-etab-value = Cette valeur n’est pas acceptée pour cette clé : la valeur par défaut s’applique.
w-etab-section = Le nom de cette section n’est pas un code d’établissement : elle est ignorée.
w-etab-dup = Ce code d’établissement est écrit de deux façons : seule la première section compte.
w-etab-nosp = Les métadonnées du portail manquent : personne ne peut y entrer. Déposez le fichier dans le dossier des métadonnées.
i-etab-origin = Le portail n’est pas sur le même serveur que l’adresse qui reçoit la connexion. C’est possible, mais vérifiez.
i-etab-shared = Plusieurs établissements ont la même adresse de portail.
w-uai-check = La lettre de contrôle de ce code d’établissement est fausse : le code est gardé tel quel. Vérifiez-le.
w-uai-form = Ce code n’a pas la forme habituelle (sept chiffres et une lettre) : il est gardé tel quel.

w-etab-relaystate = Le portail n’est pas sur le serveur qui reçoit la connexion : ce serveur refuse peut-être d’y renvoyer. Autorisez l’adresse chez lui.

# portails.ini
w-zone-hostbits = L’adresse du réseau dépasse son masque : le réseau entier est retenu.
w-zone-dup = Ce réseau est déjà décrit plus haut : seule la première section compte.
w-zone-nomask = Cette section n’a pas de masque : elle ne vaut que pour cette seule adresse.
w-zone-mask = Le masque n’est pas utilisable, ou contredit le nom de la section : la section est ignorée.
w-zone-network = Le nom de cette section n’est pas une adresse de réseau : la section est ignorée.
w-zone-portail = Le portail académique de ce réseau manque ou n’est pas utilisable : la section est ignorée.
w-zone-value = Cette valeur n’est pas acceptée pour cette clé : la valeur par défaut s’applique.
w-proxy-broad = Ce serveur mandataire de confiance couvre trop d’adresses, ou recouvre un réseau de portails.ini : une adresse pourrait être usurpée.

# Attributes of directories
w-vector = Un vecteur d’identité est incomplet : il est ignoré.
w-vector-mixed = Les vecteurs d’identité mélangent parent et élève : seuls ceux qui sont valables sont gardés.
w-struct-unresolved = La structure nommée par l’annuaire n’a pas de code d’établissement : le rattachement est ignoré.
w-composite = Une valeur composée a un crochet qui n’est pas refermé : elle n’est pas interprétée.
w-pupil-multi = Un élève est rattaché à plusieurs établissements.
w-delegation = Une délégation n’est pas lisible : elle est ignorée.
w-attr-limit = L’annuaire donne plus de valeurs que nous n’en lisons : les suivantes sont ignorées.
w-profile-section = Cette section de profiles.ini n’est pas connue : elle est ignorée.
w-profile-name = Ce profil n’existe pas : la ligne est ignorée.

# Directories
e-ldap-url = L’adresse de l’annuaire manque ou n’est pas utilisable.
e-ldap-plain = La connexion à l’annuaire n’est pas chiffrée. Utilisez ldaps:// ou StartTLS.
e-ldap-base = La base de recherche de l’annuaire manque.
e-ldap-bind = Le compte de lecture n’a pas de mot de passe.
e-ldap-ca = Le certificat de l’autorité n’est pas lisible.
e-ldap-filter = Le filtre de recherche n’est pas utilisable.
e-ldap-attribute = Ce nom d’attribut n’est pas valable.
e-ldap-secret = Cet attribut contient un secret : il ne peut pas être lu.

# Metadata of partners
w-idp-twice = Le même fournisseur d’identité figure dans deux sections : qui vient sans être demandé passe par la première.
w-idp-weak = Ce fournisseur d’identité a le droit d’employer un algorithme faible. Demandez-lui d’en changer, puis retirez le réglage.
w-fed-fetch = Les métadonnées de cette fédération ne peuvent pas être rapportées : les dernières connues servent encore.
w-fed-file = Le fichier rapporté de cette fédération ne peut pas servir : ce qui avait été lu avant lui reste en place.
w-fed-none = Rien n’a encore été rapporté de cette fédération. Le service s’en charge dès qu’il tourne ; « aiguillage federation fetch » le fait tout de suite.
w-fed-expired = Les métadonnées de cette fédération ont expiré : ni ses portails ni ses fournisseurs d’identité ne servent plus.
w-fed-absent = Cette fédération ne décrit pas ce fournisseur d’identité, ou pas de façon utilisable : personne ne peut entrer par lui.
i-fed-faults = Des partenaires de cette fédération ont une description dont une partie ne peut pas servir.
w-meta-dup = Deux fichiers décrivent le même partenaire : seul le premier compte.
w-meta-expired = Les métadonnées de ce partenaire ont expiré : personne ne peut y entrer.
w-meta-expires = Les métadonnées de ce partenaire expirent bientôt. Demandez-lui un nouveau fichier.
w-meta-alias = Ce nom court ne peut pas servir : il désigne déjà un autre partenaire, ou n’en désigne aucun. Il est ignoré.
w-meta-acs = Une adresse de réception de ce partenaire n’est pas utilisable : elle est ignorée.
w-meta-cert = Un certificat de ce partenaire a dépassé sa date ; sa clé est encore utilisée.
w-meta-date = Une date des métadonnées n’est pas lisible : elle est ignorée.
w-meta-key = Une clé de ce partenaire n’est pas lisible : elle est ignorée.
i-meta-role = Ce fichier décrit un partenaire qui n’est pas un fournisseur de service.
e-meta-read = Ce fichier de métadonnées ne peut pas être lu.
e-meta-size = Ce fichier de métadonnées est trop volumineux.
e-meta-entity = Le partenaire n’a pas d’identifiant utilisable.
e-meta-acs = Le partenaire n’a aucune adresse qui puisse recevoir la connexion.

# Attributes sent to partners
w-set-name = Ce nom d’attribut n’est pas utilisable : la ligne est ignorée.
w-set-source = La valeur à envoyer n’est pas lisible : la ligne est ignorée.
w-set-secret = Cet attribut contient un secret : il n’est jamais transmis.
w-etab-noapp = Ce portail se connecte par CAS, mais aucune application de app_filters ne le décrit : il sera refusé.
w-app-value = Cette application ne peut pas être utilisée : une valeur est à corriger.
w-app-filter = Le filtre de cette application n’existe pas : seul l’identifiant lui est transmis.
w-app-file = Ce fichier d’application n’est pas lisible.
w-filter-name = Ce nom n’est pas utilisable en XML : la ligne ou la section est ignorée.
w-computed = Cet attribut calculé ne peut pas être lu : la section est ignorée.
w-filter-source = La valeur à envoyer n’est pas lisible : la ligne est ignorée.
w-filter-secret = Cet attribut contient un secret : il n’est jamais transmis.
i-filter-user = Ce filtre ne nomme pas « user » : l’identifiant est envoyé quand même.
w-assoc-key = Cette clé n’est pas connue : elle n’a aucun effet. Vérifiez son orthographe.
w-assoc-value = Cette valeur n’est pas acceptée pour cette clé : la valeur par défaut s’applique.
w-assoc-weak = Une cryptographie ancienne est autorisée pour ce partenaire. Demandez-lui de passer à un algorithme actuel.

# Theme
e-theme-folder = Le dossier du thème n’existe pas : l’apparence par défaut est utilisée.
w-theme-key = Cette clé de theme.ini n’est pas connue : elle est ignorée.
w-theme-file = Ce fichier du thème n’est pas lisible ou dépasse 256 Kio : il est ignoré.
w-theme-css = theme.css ne peut changer que les couleurs de :root : ceci est ignoré.
w-theme-contrast = Ces deux couleurs du thème ne se distinguent pas assez pour être lues par tous.
w-set-missing = Ce jeu d’attributs n’existe pas dans le dossier.

# aiguillage.ini
e-conf-file = Ce fichier ne peut pas être lu.
e-conf-key = Ce réglage n’existe pas. Vérifiez son orthographe.
e-conf-line = Cette ligne de la configuration est abîmée ou répétée.
e-conf-missing = Ce réglage est obligatoire.
e-conf-secret = Ce secret ne peut pas être obtenu.
e-conf-section = Cette section n’existe pas. Vérifiez son nom.
e-conf-value = Cette valeur ne convient pas.
e-password = Identifiant ou mot de passe incorrect
e-admin-network = Connexion d’administration hors des réseaux prévus
