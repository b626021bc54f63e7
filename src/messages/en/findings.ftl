# One text for each code of a finding: what is wrong, what we made of it, what to write instead.
# INI files
w-ini-quote = A quote is misplaced or never closed. Write the value between two quotes, or without any.
w-ini-line = This line is neither a section nor “key = value”: it is ignored.
w-ini-charset = The file is not UTF-8: it is read as Windows-1252. Save it as UTF-8.
w-ini-dupsection = This section exists already further up: both are merged, the last values count.
w-ini-dupkey = This key is written twice in the section: the last value counts.
w-ini-unknownkey = This key is not known: it is kept but has no effect. Check its spelling.
e-ini-size = The file is too large: it is not read.
e-ini-sections = The file has too many sections: it is not read.
e-ini-syntax = The file cannot be read.

w-ini-more = This file has more findings, which are not shown.

# etabs.ini
w-etab-scheme = The portal address has no “https://”: it is added.
w-etab-url = The portal address cannot be used: the school counts as “without a portal”.
w-etab-value = This value is not accepted for this key: the default applies.
w-etab-section = The name of this section is no school code: it is ignored.
w-etab-dup = This school code is written in two ways: only the first section counts.
w-etab-nosp = The metadata of the portal is missing: nobody can enter. Put the file into the metadata folder.
i-etab-origin = The portal is not on the same server as the address that receives the sign-in. That is possible, but check it.
i-etab-shared = Several schools have the same portal address.
w-uai-check = The check letter of this school code is wrong: the code is kept as it is. Check it.
w-uai-form = This code does not have the usual form (seven digits and a letter): it is kept as it is.

w-etab-relaystate = The portal is not on the server that receives the sign-in: that server may refuse to send people there. Allow the address on it.

# portails.ini
w-zone-hostbits = The network address goes beyond its mask: the whole network is taken.
w-zone-dup = This network is described further up already: only the first section counts.
w-zone-nomask = This section has no mask: it holds for this single address only.
w-zone-mask = The mask cannot be used, or contradicts the name of the section: the section is ignored.
w-zone-network = The name of this section is no network address: the section is ignored.
w-zone-portail = The academic portal of this network is missing or cannot be used: the section is ignored.
w-zone-value = This value is not accepted for this key: the default applies.
w-proxy-broad = This trusted proxy covers too many addresses, or overlaps a network of portails.ini: an address could be forged.

# Attributes of directories
w-vector = An identity vector is incomplete: it is ignored.
w-vector-mixed = The identity vectors mix parent and pupil: only those that are valid are kept.
w-struct-unresolved = The structure that the directory names has no school code: the membership is ignored.
w-composite = A composite value has a bracket that is never closed: it is not interpreted.
w-pupil-multi = A pupil belongs to several schools.
w-delegation = A delegation cannot be read: it is ignored.
w-attr-limit = The directory gives more values than we read: the others are ignored.
w-profile-section = This section of profiles.ini is not known: it is ignored.
w-profile-name = There is no such profile: the line is ignored.

# Directories
e-ldap-url = The address of the directory is missing or cannot be used.
e-ldap-plain = The connection to the directory is not encrypted. Use ldaps:// or StartTLS.
e-ldap-base = The search base of the directory is missing.
e-ldap-bind = The reading account has no password.
e-ldap-ca = The certificate of the authority cannot be read.
e-ldap-filter = The search filter cannot be used.
e-ldap-attribute = This attribute name is not valid.
e-ldap-secret = This attribute holds a secret: it may not be read.

# Metadata of partners
w-idp-twice = The same identity provider stands in two sections: whoever comes unasked enters by the first.
w-idp-weak = This identity provider may use a weak algorithm. Ask for a better one, then take the setting out.
w-fed-fetch = The metadata of this federation cannot be fetched: the last known ones are still used.
w-fed-file = The file that was fetched from this federation cannot be used: what was read before stays.
w-fed-none = Nothing was fetched from this federation yet. The service does so as soon as it runs; “aiguillage federation fetch” does it now.
w-fed-expired = The metadata of this federation has expired: neither its portals nor its identity providers are used any more.
w-fed-absent = This federation does not describe this identity provider, or not in a way that can be used: nobody can enter by it.
i-fed-faults = Partners of this federation have a description of which a part cannot be used.
w-meta-dup = Two files describe the same partner: only the first counts.
w-meta-expired = The metadata of this partner has expired: nobody can enter.
w-meta-expires = The metadata of this partner expires soon. Ask for a new file.
w-meta-alias = This short name cannot be used: it stands for another partner already, or for none. It is ignored.
w-meta-acs = One receiving address of this partner cannot be used: it is ignored.
w-meta-cert = A certificate of this partner is past its date; its key is still used.
w-meta-date = A date in the metadata cannot be read: it is ignored.
w-meta-key = A key of this partner cannot be read: it is ignored.
i-meta-role = This file describes a partner that is no service provider.
e-meta-read = This metadata file cannot be read.
e-meta-size = This metadata file is too large.
e-meta-entity = The partner has no usable identifier.
e-meta-acs = The partner has no address that could receive the sign-in.

# Attributes sent to partners
w-set-name = This attribute name cannot be used: the line is ignored.
w-set-source = The value to send cannot be read: the line is ignored.
w-set-secret = This attribute holds a secret: it is never passed on.
w-etab-noapp = This portal signs in by CAS, but no application of app_filters describes it: it will be refused.
w-app-value = This application cannot be used: a value needs to be put right.
w-app-filter = The filter of this application does not exist: only the login is passed on.
w-app-file = This file of applications cannot be read.
w-filter-name = This name cannot be used in XML: the line or section is ignored.
w-computed = This computed attribute cannot be read: the section is ignored.
w-filter-source = The value to send cannot be read: the line is ignored.
w-filter-secret = This attribute holds a secret: it is never passed on.
i-filter-user = This filter does not name “user”: the login is sent all the same.
w-assoc-key = This key is not known: it has no effect. Check its spelling.
w-assoc-value = This value is not accepted for this key: the default applies.
w-assoc-weak = Old cryptography is allowed for this partner. Ask it to move to a current algorithm.

# Theme
e-theme-folder = The theme folder does not exist: the default look is used.
w-theme-key = This key of theme.ini is not known: it is ignored.
w-theme-file = This file of the theme cannot be read or exceeds 256 KiB: it is ignored.
w-theme-css = theme.css may only change colours of :root: this is ignored.
w-theme-contrast = These two colours of the theme are not distinct enough to be read by everybody.
w-set-missing = There is no such attribute set in the folder.

# aiguillage.ini
e-conf-file = This file cannot be read.
e-conf-key = There is no such setting. Check its spelling.
e-conf-line = This line of the configuration is damaged or repeated.
e-conf-missing = This setting is required.
e-conf-secret = This secret cannot be had.
e-conf-section = There is no such section. Check its name.
e-conf-value = This value does not fit.
e-password = Wrong login or password
e-admin-network = Administrator outside the networks provided
