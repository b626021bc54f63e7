# The administration of dispatch.
admin-title = State of the service
admin-generation = Version { $generation } of the files, read { $loaded }
admin-reload = Read the files again
admin-reloaded = { $findings ->
    [0] Files read again, version { $generation }. Nothing to report.
    [one] Files read again, version { $generation }. { $findings } finding.
   *[other] Files read again, version { $generation }. { $findings } findings.
}
admin-reload-refused = The new files are refused: { $reason }. Version { $generation } stays in use.
admin-not-in-order = The newest version of a file is not in use. The service goes on with the version before.
admin-schools = { $count ->
    [one] school
   *[other] schools
}
admin-with-portal = { $count } of them with a portal
admin-partners = { $count ->
    [one] SAML partner
   *[other] SAML partners
}
admin-zones = { $count ->
    [one] network
   *[other] networks
}
admin-findings = { $count ->
    [one] finding
   *[other] findings
}
admin-files = Files
file-good = in use
file-refused = refused
file-missing = unreadable
column-file = File
column-state = State
column-entries = Entries
column-findings = Findings
column-read = Read
column-severity = Severity
column-finding = Finding
column-subject = Subject
column-where = Where
column-network = Network
column-portal = Academic portal
column-arena = Arena zone
column-factor = Second factor
column-memory = Remembered choice
column-line = Line
column-time = Date and time
column-event = Event
column-person = Person
column-client = Address
column-target = Destination
column-reason = Reason

severity-error = error
severity-warning = warning
severity-info = information
lint-shown = { $count ->
    [0] No finding shown of { $total }
    [one] { $count } finding shown of { $total }
   *[other] { $count } findings shown of { $total }
}
lint-none = Nothing to report
lint-none-help = All files were read without remark. Findings will appear here.
lint-no-hit = No finding matches
lint-no-hit-help = Search for less, or clear the filters.

factor-never = never asked
factor-optional = optional
factor-required = required
zones-lead = The network a person comes from decides about the academic portal, never about the school. The narrowest network wins.
zones-try = Try this address
zones-address = IPv4 or IPv6 address
zones-no-address = This is not an IP address. Example: 10.205.12.7
zones-hit = { $candidates ->
    [one] { $address } is in { $network }: portal { $portal }.
   *[other] { $address } is in { $network }, the narrowest of { $candidates } networks: portal { $portal }.
}
zones-nowhere = { $address } is in no network and there is no section [default]: the academic portal is not offered.
zones-none = No network
zones-none-help = The sections of portails.ini will appear here.

explain-title = Why does somebody land there?
explain-lead = The decision is replayed step by step. Nothing is executed and no session is opened.
explain-ask = Explain the decision
explain-ip = Address of the client
explain-peer = Address of the proxy
explain-service = Address of an application, or a portal
explain-xff = Header X-Forwarded-For
explain-none = A person, an address
explain-none-help = Give a login and, if it matters, where the person connects from.
explain-client = Address that counts
explain-zone = Network
explain-sources = Directories
explain-findings = Attributes to correct
explain-affiliations = Memberships
explain-received = What this service would receive
explain-destinations = Portals
fact-peer = { $address } connects directly.
fact-header-ignored = The header “{ $value }” is ignored: the server that sends it is not trusted.
fact-header = A trusted server names { $address }.
fact-address-unknown = The header names no usable address: the address is unknown, the default network applies.
fact-zone = { $network } leads to { $portal }.
fact-no-zone = No network fits and there is no section [default].
fact-known = { $source } knows this person.
fact-not-known = { $source } does not know this person.
fact-no-answer = { $source } does not answer.
fact-no-service = No file describes this service.
fact-no-school = No school was found.
fact-maybe-meant = { $code } has a wrong check letter. Did you mean { $meant }?
verdict-single = Straight into { $portal }.
verdict-remembered = Straight into { $portal }, the remembered choice.
verdict-choice = { $count ->
    [one] Choice page, { $count } school open.
   *[other] Choice page, { $count } schools open.
}
verdict-arena-only = Academic portal only.
verdict-refused = Error page { $code }.
verdict-nobody = No directory knows this login.

audit-shown = { $count ->
    [0] No row
    [one] { $count } row
   *[other] { $count } rows
}
audit-sealed = Sealed until { $time }. Hash of the last row:
audit-not-sealed = No row is sealed yet.
audit-check = Check
audit-whole = { $count ->
    [one] The last row is as it was.
   *[other] The last { $count } rows are as they were.
}
audit-broken = The record is not whole: chain { $node }, row { $seq } { $what }. Keep a copy of the database and run “aiguillage audit verify”.
audit-fault-changed = was changed
audit-fault-removed = is missing
audit-fault-inserted = was inserted
audit-fault-swapped = was swapped with the next one
audit-fault-personal = has another personal part
audit-csv = Download as CSV
audit-words = Person, school or reference
audit-none = No row
audit-none-help = No event matches these filters.
event-signed-in = Sign-in
event-refused = Sign-in refused
event-bruteforce = Many tries on one account
event-stuffing = Many tries on many accounts
event-flood = Flood of tries
event-decision = Dispatch
event-choice = Choice of the school
event-saml = Entry into a portal
event-cas = CAS ticket
event-logout = Sign-out
event-session-ended = Session ended
event-reload = Files read again
event-reload-refused = Reading again refused
event-saml-request = Request of a portal
event-saml-refused = Request of a portal refused
event-request-refused = Request refused
event-person = Person changed
event-person-export = Data of a person handed out
event-person-erase = Person erased
event-role = Role granted
event-role-revoked = Role revoked
event-role-refused = Role refused
event-seen-as = Seen as somebody else
event-export = Export
event-audit-purged = Old audit rows removed
event-audit-gap = Gap in the audit
event-audit-erased = Personal data erased from the audit
event-upstream-refused = Identity provider refused
event-cas-granting = CAS granting ticket given
event-cas-validated = CAS ticket checked
event-cas-refused = CAS ticket refused
event-switched = School changed
event-keys-created = Key made
event-keys-rotated = Key replaced
event-keys-retired = Key retired
event-start = Start
event-stop = Stop
