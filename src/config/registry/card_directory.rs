//! Values about cards that are written into directories.
use super::{Setting, set};

pub(super) static SETTINGS: &[Setting] = &[
    set(
        "card_directory:*",
        "source",
        "",
        "The [source:NAME] of kind ldap into whose directory values are written: its servers, its base of people and its account count where nothing else stands here.",
    ),
    set(
        "card_directory:*",
        "url",
        "",
        "Or servers of its own, in the order in which they are asked, comma between: ldaps://, ldap:// with starttls, or ldapi://. Servers that take changes.",
    ),
    set("card_directory:*", "base", "", "Where entries are searched, with all that is below."),
    set("card_directory:*", "bind_dn", "", "Account that may write these attributes, and no more."),
    set(
        "card_directory:*",
        "bind_password",
        "",
        "Its password: file:/path, env:NAME or cred:name.",
    ),
    set(
        "card_directory:*",
        "starttls",
        "",
        "Encrypt ldap:// before anything else: true or false. Empty: false, or as at the source.",
    ),
    set(
        "card_directory:*",
        "ca_file",
        "",
        "The only authorities to believe, PEM. Empty: those of the machine.",
    ),
    set(
        "card_directory:*",
        "connect_timeout",
        "",
        "Connecting and encrypting. Empty: 2s, or as at the source.",
    ),
    set(
        "card_directory:*",
        "operation_timeout",
        "",
        "One question or one change. Empty: 3s, or as at the source.",
    ),
    set(
        "card_directory:*",
        "filter",
        "(eduPersonPrincipalName={eppn})",
        "What finds the entry of a holder; {eppn} is escaped.",
    ),
    set(
        "card_directory:*",
        "add.*",
        "",
        "Values that are added to an attribute and removed again, comma between; those of others stay: add.supannRefId = {ISO15693}%csn%. %csn%, %reverse_csn%, %csn_dec%, %reverse_csn_dec%, %eppn%, %secondary_id%, %escn%, %esi%, %enabled_date%, %due_date%, %etat_date%, %etat%, and the name of an application on chips; what is unknown stays empty.",
    ),
    set(
        "card_directory:*",
        "set.*",
        "",
        "The only value of an attribute, replaced and removed: set.pager = %csn%. The same, and %photo% alone: the photo as JPEG of who lets others see it.",
    ),
    set(
        "card_directory:*",
        "number_attributes",
        "supannEmpId, supannEtuId",
        "Attributes with the number of a holder, %secondary_id%, comma between; the first that says one counts.",
    ),
    set(
        "card_directory:*",
        "takes_over",
        "false",
        "Values of add.… that the directory has already count as ours, and go with the card: for who wrote them with another system before.",
    ),
    set(
        "card_directory:*",
        "eppn",
        "",
        "Only holders whose eppn is all of this regular expression.",
    ),
    set("card_directory:*", "external_cards", "false", "It is told of cards made elsewhere, too."),
    set(
        "card_directory:*",
        "per_second",
        "10",
        "Visits in a second at most; 0: as many as there are.",
    ),
    set("card_directory:*", "parallel", "2", "Visits at the same time at most."),
];
