//! The card office.
use super::{Setting, set};

pub(super) static SETTINGS: &[Setting] = &[
    set(
        "card",
        "sources",
        "",
        "Sources whose people may have cards, comma between. Empty: there is no card office.",
    ),
    set(
        "card",
        "types",
        "student:E, faculty:P, teacher:P, researcher:P, staff:P, employee:P, *:I",
        "Affiliation (eduPersonPrimaryAffiliation, else eduPersonAffiliation) and type of card; the first that fits counts, * is everybody else. Rights of managers are given by type.",
    ),
    set(
        "card",
        "default_due",
        "2049-12-31",
        "Last day of cards of people whose source does not say it (schacExpiryDate).",
    ),
    set(
        "card",
        "warn_before",
        "",
        "How long before the end of a card that works its holder is written to: 30d; empty: never.",
    ),
    set(
        "card",
        "enable_auto",
        "false",
        "A card works as soon as its chip is written; else somebody enables it.",
    ),
    set(
        "card",
        "printer_role",
        "false",
        "Printing takes the role card_printer besides that of a manager.",
    ),
    set(
        "card",
        "applications",
        "",
        "What chips carry for whom, comma between: NAME:counter:BEGIN, NAME:by_type:BEGIN, NAME:normandy:BEGIN, NAME:csn_at:DOMAIN or NAME:barcode:LIBRARY; another colon and the hexadecimal digits of the file, else 64.",
    ),
    set(
        "card",
        "verso",
        "",
        "Attributes whose first values are the lines on the back of a card, comma between.",
    ),
    set(
        "card",
        "pic",
        "",
        "The institution's PIC, nine digits: cards then get a number of the European student card. Empty: none.",
    ),
    set(
        "card",
        "escn_prefix",
        "1",
        "Which server of the institution gives European numbers out, 0 to 999: another one for each.",
    ),
    set(
        "card",
        "european",
        "E",
        "Types of people whose cards get a European number, comma between. They need an INE (supannCodeINE).",
    ),
    set(
        "card",
        "qr",
        "escn",
        "What the code on a card says: escn, the address and the European number where there is one, or eppn.",
    ),
    set(
        "card",
        "qr_address",
        "http://esc.gg/",
        "What stands before the European number in the code of a card; http://pp.esc.gg/ for tries.",
    ),
];

/// `[print]`
pub(super) static PRINT: &[Setting] = &[
    set("print", "title", "", "Name of the institution on its cards."),
    set("print", "logo", "", "Its sign on cards: a PNG or JPEG file, light on a dark band."),
    set(
        "print",
        "kinds",
        "E:Étudiant:#1f4e79, P:Personnel:#7a2e3a, *:Invité:#3c5a3f",
        "What cards of a type are called, and the colour of their band, dark enough for white words: TYPE:name:#rrggbb, comma between; * is every other type.",
    ),
    set(
        "print",
        "recto",
        "supannEtuId:N° étudiant, supannEmpId:N° agent",
        "Lines of the front besides name, type and last day: an attribute, a colon and what stands before its first value, comma between. Lines of the back are those of [card] verso.",
    ),
    set(
        "print",
        "notice",
        "",
        "What stands on the back of every card: to whom it is brought back.",
    ),
    set("print", "orientation", "landscape", "How cards stand: landscape or portrait."),
];

/// `[payment]`
pub(super) static PAYMENT: &[Setting] = &[
    set(
        "payment",
        "site",
        "",
        "Number of the shop at Paybox (PBX_SITE). Empty: nothing is paid here.",
    ),
    set("payment", "rank", "", "Its rank (PBX_RANG). Required."),
    set("payment", "identifier", "", "The name that Paybox gave it (PBX_IDENTIFIANT). Required."),
    set(
        "payment",
        "key",
        "",
        "Key of the seal, hexadecimal digits, of Paybox's back office: file:/path, env:NAME or cred:name. Required.",
    ),
    set(
        "payment",
        "public_key",
        "",
        "Paybox's public key, by which its answers are known: the PEM file that it publishes. Required.",
    ),
    set(
        "payment",
        "addresses",
        "https://tpeweb.paybox.com/cgi/MYchoix_pagepaiement.cgi, https://tpeweb1.paybox.com/cgi/MYchoix_pagepaiement.cgi",
        "Where people pay, comma between: the first that answers. For tries: https://preprod-tpeweb.paybox.com/cgi/MYchoix_pagepaiement.cgi.",
    ),
    set(
        "payment",
        "first",
        "",
        "What a first card costs whoever is marked card_first_paid, in euros, by type: E:10.50, *:15; * is every other type, and who is not named cannot pay here.",
    ),
    set(
        "payment",
        "renewal",
        "",
        "The same for each further card, for whoever is marked card_renewal_paid.",
    ),
    set(
        "payment",
        "alert_to",
        "",
        "Mail addresses that hear of each payment, and of what Paybox said that fits no order, comma between.",
    ),
];
