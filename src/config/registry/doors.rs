//! Sign-on and dispatch, what is recorded, limits.
use super::{Setting, set};

pub(super) static SETTINGS: &[Setting] = &[
    set(
        "saml",
        "entity_id",
        "",
        "Our entityID; default: public_url + /saml/metadata. Set it to the old EoleSSO name to keep partners as they are.",
    ),
    set(
        "saml",
        "metadata_certificate",
        "",
        "PEM certificate that must have signed the files in metadata; empty trusts files by their place.",
    ),
    set(
        "saml",
        "require_signed_requests",
        "false",
        "Refuse unsigned AuthnRequests of every partner.",
    ),
    set(
        "saml",
        "clock_skew",
        "120s",
        "How far the clock of an identity provider may be apart from ours; at most 300s.",
    ),
    set(
        "cas",
        "unknown_service",
        "deny",
        "Applications that no file of app_filters describes: deny refuses them, default tells them what default.ini says.",
    ),
    set("cas", "ticket_life", "1m", "How long a ticket waits to be validated, 10s to 5m."),
    set("dispatch", "allow_http", "false", "Accept http portals and zone portals."),
    set(
        "dispatch",
        "auto_single",
        "strict",
        "strict goes straight on when the only school is usable; usable also when others are shown disabled.",
    ),
    set("dispatch", "arena_counts", "false", "The academic portal counts as a destination."),
    set(
        "dispatch",
        "merge_same_portal",
        "false",
        "Schools with the same portal and service provider are one tile.",
    ),
    set(
        "dispatch",
        "enforce_mfa",
        "false",
        "Refuse a portal whose zone (the academic one) or school requires a second factor that was not used.",
    ),
    set(
        "dispatch",
        "refuse_foreign",
        "true",
        "Refuse sign-on at a school's service provider to people of other schools.",
    ),
    set(
        "dispatch",
        "switch_slo",
        "false",
        "Whoever goes to another school is signed out of the portals of the one before first.",
    ),
    set("dispatch", "delegations", "off", "FrEduResDel: off, listed_apps or all."),
    set(
        "dispatch",
        "delegation_apps",
        "",
        "Applications whose delegations count with listed_apps, comma between.",
    ),
    set(
        "dispatch",
        "relaystate_allow",
        "",
        "Further origins that RelayState may name, comma between.",
    ),
    set(
        "dispatch",
        "reload_min_ratio",
        "0.5",
        "A new etabs.ini or portails.ini with fewer sections than this part of the running one is refused.",
    ),
    set("dispatch", "time_zone", "Europe/Paris", "Where dates of delegations begin and end."),
    set("audit", "privacy", "true", "Cut client addresses to /24 or /48 in audit records."),
    set(
        "limits",
        "known_networks",
        "",
        "Networks with the budget of a whole school, besides those of portails.ini, comma between.",
    ),
    set(
        "limits",
        "anonymous_burst",
        "6000",
        "Requests that one /24 or /48 may send at once without being signed in; known networks have 20 times as many.",
    ),
    set("limits", "anonymous_per_second", "200", "The same for each second afterwards."),
    set("log", "level", "info", "error, warn, info, debug or a tracing filter."),
    set("log", "format", "text", "text or json."),
];
