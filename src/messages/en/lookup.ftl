# The lookup: administration, set-up of a Nextcloud, what others find, the demonstration.
place-found = What others find about me
place-lookup = Colleagues

lookup-lead = Nextcloud servers find the colleagues of other servers here.
lookup-off = The search for colleagues is switched off ([lookup] enabled).
lookup-rebuilding = The index is being rebuilt: { $done } of { $total } records. Searches go on in the old index if there is one.
lookup-not-ready = The index is not ready: searches get an error 503 and nothing is lost. The log of the service says why.
lookup-lags = The index is { $seconds } s behind ({ $changes } changes waiting). Searches show the state before them.
lookup-found = { $count ->
    [one] colleague can be found
   *[other] colleagues can be found
}
lookup-records = { $count ->
    [one] record in the database
   *[other] records in the database
}
lookup-servers = { $count ->
    [one] server
   *[other] servers
}
lookup-waiting = { $count ->
    [0] changes waiting
    [one] change waiting, for { $seconds } s
   *[other] changes waiting, for { $seconds } s
}
lookup-mebibytes = { $count } MiB
lookup-on-disk = on the disk
lookup-try = Try a search
lookup-words = Name, address or federated id
lookup-as = Seen from
lookup-as-any = any server
lookup-search = Search
lookup-hits = { $count ->
    [one] { $count } colleague in { $millis } ms
   *[other] { $count } colleagues in { $millis } ms
}
lookup-order = Hits in their order
lookup-no-hit = Nobody is found
lookup-no-hit-help = The person has no record, chose to hide, or their account has gone from its server.
lookup-ladder = Why this order?
lookup-ladder-help = The steps are walked from top to bottom. Within a step the order is that of surname, then given name.
lookup-busy = Too many searches at once. Try again in a few seconds.
lookup-too-costly = This search takes too long. Write a more precise name.
lookup-by-server = By server
lookup-by-source = By origin
lookup-intakes = Latest pushes and imports
lookup-no-intake = No push yet
lookup-no-intake-help = The first push of a server or the first import will appear here.
lookup-try-short = Searches this short are answered with nobody ([lookup] min_length).
lookup-try-exact = This server may ask exact questions only (policy = exact): it gets nobody from a search like this.
lookup-none = No record yet
lookup-none-help = Import a list with aiguillage import, or connect a Nextcloud that pushes its users.
lookup-conflicts = Two servers, one person
lookup-conflicts-lead = { $count ->
    [one] One person has an account on several servers. Only one of them is shown.
   *[other] { $count } people have an account on several servers. Only one of them is shown.
}
lookup-no-conflict = No conflict
lookup-no-conflict-help = Everybody has an account on one server only.
lookup-slow = Slowest searches
lookup-no-slow = No slow search
lookup-no-slow-help = Times and counts will appear here, never what was searched.
conflict-nobody = none of them
column-rank = Rank
column-name = Name
column-account = Account
column-mail = Address
column-step = Step
column-hits = Hits
column-millis = Time (ms)
column-bytes = Size (bytes)
column-server = Server
column-records = Records
column-origin = Origin
column-changed = New or changed
column-refused = Refused
column-asker = Asked by
column-outcome = Answer
column-wins = Account that is shown
column-others = Accounts that are not
column-active = Last active
step-exact = exact name, account or address
step-equal = all words equal
step-prefix = beginning of the words of the name
step-login = login or beginning of the address
step-domain = domain of the address
step-typo = one typing error
outcome-answered = answered
outcome-bad-request = makes no sense
outcome-denied = refused
outcome-too-many = too many requests
outcome-unavailable = unavailable
outcome-failed = failed
origin-push = push of the server
origin-signed = published and signed by the person
origin-import = import “{ $name }”
origin-source = directory “{ $name }”
origin-replication = copy from { $name }
event-lookup-search = Searches for colleagues
event-lookup-harvest = Harvest of the directory
event-lookup-refused = Search or push refused
event-lookup-people = People of a directory for the lookup
event-lookup-push = Push of a server
event-lookup-signed = Signed publication
event-lookup-removed = Records removed
event-lookup-hidden = Hidden from the search
event-lookup-shown = Can be found again
event-import = Import of colleagues

own-lead = Colleagues on other Nextcloud servers can find you to share a document with you. This is what they see.
own-off = The search for colleagues is not open
own-off-help = Nobody finds anything about you.
own-now-shown = You can be found
own-now-shown-help = If you hide, nobody finds you any more, from this moment on. Shares that exist already do not change.
own-now-hidden = You are hidden
own-now-hidden-help = Nobody finds you on another server. For a colleague to share with you, give them your federated id.
own-hide = Hide me from the search
own-show = Let me be found again
own-done-hidden = Done: nobody finds you any more.
own-done-shown = Done: your colleagues find you again.
own-public-help = Everybody may search here. Only who agrees is found by people without an account on a linked server; your mail address is shown to those who type it whole.
own-public-show = Be found by everybody
own-how-public = Anyone may search, without an account: who they find chose it on this page. Users of linked servers find everybody who does not hide.
own-none = No Nextcloud account known
own-none-help = As soon as a server announces an account with your address, it appears here with all that others see of it.
own-found = can be found
own-hidden = hidden
own-stale = gone from its server
own-elsewhere = another account of yours is shown
own-pupil = pupils are not shown
own-view-others = All other servers see
own-view-servers = { $servers } sees
own-origin = Origin: { $origin }. Last changed: { $changed }.
own-how = How others find you
own-how-who = Only Nextcloud servers that are connected to this service can search, not the public. Their users type a name in the sharing dialogue.
own-how-words = You are found by your name in any order, with or without accents, by your login and by your address.
own-how-change = Name and address come from your server or your directory. Corrections are made there and show here as soon as they arrive.
field-name = name
field-email = mail address
field-address = postal address
field-website = web site
field-twitter = Twitter
field-phone = telephone
field-twitter-signature = proof of the Twitter account
field-website-signature = proof of the web site
field-userid = login

setup-title = Connect a Nextcloud
setup-lead = Three lines in the configuration of a Nextcloud are enough for its users to find their colleagues on other servers.
setup-lines = The three lines
setup-lines-help = To be written in config/config.php of the Nextcloud server. They take effect at once.
setup-private = This service is at a private address: without the last line Nextcloud does not ask it, and does not say so.
setup-occ = The same on the command line
setup-test = Check it
setup-test-help = Run this on the Nextcloud machine: the answer says which address we see and whether a search would be answered.
setup-search-help = Then the very search that Nextcloud makes:
setup-here = Seen from your browser
setup-address = Address
setup-address-unknown = unknown
setup-between = Between us
setup-between-nothing = nothing that we know of
setup-between-proxy = a trusted proxy
setup-between-stranger = a proxy that is not declared ([http] trusted_proxies): its address proves nothing
setup-verdict = Search
setup-answered = answered
setup-refused = refused
setup-verdict-open = The search is open to everybody.
setup-verdict-network = This address is known.
setup-verdict-unknown = This address is not known. Add it to [lookup] networks or to the section of the server, or use a token.
setup-verdict-off = The search for colleagues is switched off.
setup-token = With a token
setup-token-help = When the address of the server changes or is shared with others, the administrator of Aiguillage gives it a token. Only the second line changes:
setup-token-word = YOUR-TOKEN
setup-gss = With Global Site Selector
setup-gss-help = A Nextcloud with the app globalsiteselector pushes its users too. It needs the shared key, 32 characters at least, the same on both sides.
setup-gss-word = SHARED-KEY
setup-gss-closed = No shared key is configured here ([lookup] keys, or key of a section): pushes would be refused.
setup-gss-fields = Of these pushes we keep only the fields of [lookup] fields. With ignore_properties = 1 Nextcloud sends no mail address: people are then found by name and login only.
setup-trouble = If nobody is found
setup-trouble-nothing = Nextcloud keeps silent about errors of a search. The two commands above show them.
setup-trouble-private = Nextcloud silently refuses private addresses unless allow_local_remote_servers is true.
setup-trouble-proxy = Behind an outgoing proxy we see the address of the proxy: that is the one to declare.

demo-search-title = Find a colleague
demo-search-lead = This is what a Nextcloud sees in its sharing dialogue. Type a name: accents, the order of words and a typing error do not matter.
demo-search-words = Name of a colleague
demo-search-button = Search
demo-search-ideas = Some ideas
demo-search-filling = { $count ->
    [0] Made-up colleagues are on their way. Try again in a second.
   *[other] { $count } made-up colleagues are here, more are on their way.
}
demo-search-there = { $count ->
    [one] { $count } made-up colleague.
   *[other] { $count } made-up colleagues on some fifteen servers.
}
demo-search-no-hit-help = Try another word, or one of the ideas above.
demo-search-same = What Nextcloud asks
demo-search-same-help = The same search on the command line, by the real protocol:
demo-search-story = Find a colleague
demo-search-story-lead = Any Nextcloud finds the colleagues of other servers while the name is typed.
demo-link-setup = Connect a Nextcloud
