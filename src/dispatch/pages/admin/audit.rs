//! The audit trail, to read and to take away.
use crate::web::lang::Lang;
use crate::web::page::Shell;
use askama::Template;

/// Events that have a name; others show their code.
pub const EVENTS: [(&str, &str); 34] = [
    ("auth.login", "event-signed-in"),
    ("auth.refused", "event-refused"),
    ("auth.bruteforce", "event-bruteforce"),
    ("auth.stuffing", "event-stuffing"),
    ("auth.flood", "event-flood"),
    ("dispatch.decision", "event-decision"),
    ("dispatch.choice", "event-choice"),
    ("saml.response", "event-saml"),
    ("cas.ticket", "event-cas"),
    ("auth.logout", "event-logout"),
    ("session.ended", "event-session-ended"),
    ("config.reload", "event-reload"),
    ("config.reload_refused", "event-reload-refused"),
    ("saml.request", "event-saml-request"),
    ("saml.refused", "event-saml-refused"),
    ("request.refused", "event-request-refused"),
    ("person.changed", "event-person"),
    ("role.granted", "event-role"),
    ("export.made", "event-export"),
    ("lookup.search", "event-lookup-search"),
    ("lookup.harvest", "event-lookup-harvest"),
    ("lookup.refused", "event-lookup-refused"),
    ("lookup.push", "event-lookup-push"),
    ("lookup.signed", "event-lookup-signed"),
    ("lookup.removed", "event-lookup-removed"),
    ("lookup.hidden", "event-lookup-hidden"),
    ("lookup.shown", "event-lookup-shown"),
    ("import.done", "event-import"),
    ("sync.done", "event-sync-done"),
    ("sync.tried", "event-sync-tried"),
    ("sync.refused", "event-sync-refused"),
    ("sync.asked", "event-sync-asked"),
    ("service.start", "event-start"),
    ("service.stop", "event-stop"),
];

/// What an event is called.
pub fn event_label(event: &str, lang: Lang) -> String {
    match EVENTS.iter().find(|(code, _)| *code == event) {
        Some((_, key)) => lang.t(key),
        None => event.to_owned(),
    }
}

/// Rows of the audit trail. Filters by `/admin/audit?event=&from=&until=&q=`.
#[derive(Debug, Default, Template)]
#[template(path = "dispatch/pages/admin/audit.html")]
pub struct AdminAudit {
    /// The frame.
    pub shell: Shell,
    /// The rows of this page, newest first.
    pub rows: Vec<AuditRow>,
    /// How many rows the filter lets through.
    pub total: u64,
    /// The filter.
    pub filter: AuditFilter,
    /// Address of the same rows as CSV.
    pub csv: String,
    /// Address of the page with newer rows.
    pub newer: Option<String>,
    /// Address of the page with older rows.
    pub older: Option<String>,
}

/// What to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// An event or empty.
    pub event: String,
    /// First day, `2026-11-24` or empty.
    pub from: String,
    /// Last day.
    pub until: String,
    /// Person, school or reference.
    pub words: String,
}

/// One row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditRow {
    /// When, to the second, in the zone of the organisation.
    pub time: String,
    /// Code of the event.
    pub event: String,
    /// Name of the person, or the number when the name is erased; empty for none.
    pub person: String,
    /// Address of the client, as the settings allow.
    pub client: String,
    /// Zone of the client.
    pub zone: String,
    /// School or service it went to.
    pub target: String,
    /// Why.
    pub reason: String,
    /// What error pages show.
    pub reference: String,
}

impl AdminAudit {
    fn events(&self) -> Vec<(&'static str, String)> {
        EVENTS.iter().map(|(code, key)| (*code, self.shell.t(key))).collect()
    }

    fn is_event(&self, code: &str) -> bool {
        self.filter.event == code
    }
}
