//! The audit trail, to read and to take away.
use crate::audit::Kind;
use crate::web::lang::{Argument, Lang};
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

/// Events that have a name; others show their code.
pub const EVENTS: &[(&str, &str)] = &[
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
    ("session.admin_ended", "event-session-admin-ended"),
    ("config.reload", "event-reload"),
    ("config.reload_refused", "event-reload-refused"),
    ("saml.request", "event-saml-request"),
    ("saml.refused", "event-saml-refused"),
    ("request.refused", "event-request-refused"),
    ("person.changed", "event-person"),
    ("person.export", "event-person-export"),
    ("person.erase", "event-person-erase"),
    ("role.granted", "event-role"),
    ("role.revoked", "event-role-revoked"),
    ("role.refused", "event-role-refused"),
    ("admin.impersonate", "event-seen-as"),
    ("export.made", "event-export"),
    ("lookup.search", "event-lookup-search"),
    ("lookup.harvest", "event-lookup-harvest"),
    ("lookup.refused", "event-lookup-refused"),
    ("lookup.push", "event-lookup-push"),
    ("lookup.people", "event-lookup-people"),
    ("lookup.signed", "event-lookup-signed"),
    ("lookup.removed", "event-lookup-removed"),
    ("lookup.hidden", "event-lookup-hidden"),
    ("lookup.shown", "event-lookup-shown"),
    ("import.done", "event-import"),
    ("audit.purged", "event-audit-purged"),
    ("audit.gap", "event-audit-gap"),
    ("audit.erased", "event-audit-erased"),
    ("job.given_up", "event-job-given-up"),
    ("job.uncertain", "event-job-uncertain"),
    ("job.retried", "event-job-retried"),
    ("job.dropped", "event-job-dropped"),
    ("job.started", "event-job-started"),
    ("mail.account_changed", "event-mail-account"),
    ("mail.connected", "event-mail-connected"),
    ("mail.account_stopped", "event-mail-stopped"),
    ("mail.tested", "event-mail-tested"),
    ("mail.sent_again", "event-mail-again"),
    ("mail.unsuppressed", "event-mail-unsuppressed"),
    ("mail.wording_changed", "event-mail-wording"),
    ("retention.cleaned", "event-cleaned"),
    ("sync.done", "event-sync-done"),
    ("sync.tried", "event-sync-tried"),
    ("sync.refused", "event-sync-refused"),
    ("sync.asked", "event-sync-asked"),
    ("token.made", "event-token-made"),
    ("token.revoked", "event-token-revoked"),
    ("api.refused", "event-api-refused"),
    ("upstream.refused", "event-upstream-refused"),
    ("cas.granting", "event-cas-granting"),
    ("cas.validated", "event-cas-validated"),
    ("cas.refused", "event-cas-refused"),
    ("dispatch.switched", "event-switched"),
    ("keys.created", "event-keys-created"),
    ("keys.rotated", "event-keys-rotated"),
    ("keys.retired", "event-keys-retired"),
    ("roll.set_up", "event-roll-set-up"),
    ("roll.planned", "event-roll-planned"),
    ("roll.opened", "event-roll-opened"),
    ("roll.closed", "event-roll-closed"),
    ("roll.auto_closed", "event-roll-auto-closed"),
    ("roll.validated", "event-roll-validated"),
    ("roll.reopened", "event-roll-reopened"),
    ("roll.cancelled", "event-roll-cancelled"),
    ("roll.locked", "event-roll-locked"),
    ("roll.marked", "event-roll-marked"),
    ("roll.ticked", "event-roll-ticked"),
    ("roll.corrected", "event-roll-corrected"),
    ("roll.all_present", "event-roll-all-present"),
    ("roll.imported", "event-roll-imported"),
    ("roll.looked_at", "event-roll-looked-at"),
    ("roll.justify_submitted", "event-roll-justify-submitted"),
    ("roll.justify_withdrawn", "event-roll-justify-withdrawn"),
    ("roll.justify_decided", "event-roll-justify-decided"),
    ("roll.file_added", "event-roll-file-added"),
    ("roll.file_read", "event-roll-file-read"),
    ("roll.file_infected", "event-roll-file-infected"),
    ("roll.exempted", "event-roll-exempted"),
    ("roll.reason_changed", "event-roll-reason-changed"),
    ("roll.exported", "event-roll-exported"),
    ("roll.faces_shown", "event-roll-faces-shown"),
    ("roll.member_changed", "event-roll-member-changed"),
    ("roll.group_read", "event-roll-group-read"),
    ("roll.group_directory", "event-roll-group-directory"),
    ("roll.reminded", "event-roll-reminded"),
    ("roll.uncalled_told", "event-roll-uncalled-told"),
    ("roll.alert_sent", "event-roll-alert-sent"),
    ("roll.rule_changed", "event-roll-rule-changed"),
    ("roll.letters_made", "event-roll-letters-made"),
    ("roll.refused", "event-roll-refused"),
    ("card.changed", "event-card-changed"),
    ("card.refused", "event-card-refused"),
    ("card.photo_added", "event-card-photo-added"),
    ("card.photo_read", "event-card-photo-read"),
    ("card.photo_infected", "event-card-photo-infected"),
    ("card.consent", "event-card-consent"),
    ("card.pay_ordered", "event-card-pay-ordered"),
    ("card.paid", "event-card-paid"),
    ("card.pay_refused", "event-card-pay-refused"),
    ("card.pay_used", "event-card-pay-used"),
    ("card.pay_freed", "event-card-pay-freed"),
    ("card.pay_refunded", "event-card-pay-refunded"),
    ("card.delivered", "event-card-delivered"),
    ("card.batch_made", "event-card-batch-made"),
    ("card.batch_settled", "event-card-batch-settled"),
    ("card.batch_taken", "event-card-batch-taken"),
    ("card.verso_read", "event-card-verso-read"),
    ("card.warned", "event-card-warned"),
    ("card.holder_synced", "event-card-holder-synced"),
    ("card.told_again", "event-card-told-again"),
    ("card.crous_off", "event-card-crous-off"),
    ("card.crous_on", "event-card-crous-on"),
    ("card.crous_reopened", "event-card-crous-reopened"),
    ("card.names_listed", "event-card-names-listed"),
    ("card.names_sent", "event-card-names-sent"),
    ("card.names_forgotten", "event-card-names-forgotten"),
    ("card.zones_read", "event-card-zones-read"),
    ("card.fares_read", "event-card-fares-read"),
    ("card.router_purged", "event-card-router-purged"),
    ("certificate.issued", "event-certificate-issued"),
    ("certificate.revoked", "event-certificate-revoked"),
    ("proof.refused", "event-proof-refused"),
    ("service.start", "event-start"),
    ("service.stop", "event-stop"),
];

/// What is wrong with a row.
fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Changed | Kind::Head | Kind::Rewritten => "audit-fault-changed",
        Kind::Removed | Kind::Checkpoint => "audit-fault-removed",
        Kind::Inserted => "audit-fault-inserted",
        Kind::Swapped => "audit-fault-swapped",
        Kind::Personal => "audit-fault-personal",
    }
}

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
    /// How far the chains go: head, and when its row was sealed.
    pub heads: Vec<ChainHead>,
    /// Whether the person may walk along the chains.
    pub may_check: bool,
    /// What a check found, if one was asked for.
    pub checked: Option<Checked>,
    /// Address of the same rows as CSV.
    pub csv: String,
    /// Address of the page with newer rows.
    pub newer: Option<String>,
    /// Address of the page with older rows.
    pub older: Option<String>,
}

/// How far one chain goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChainHead {
    /// `NODE:SEQ:HASH`, as in the log.
    pub head: String,
    /// When its last row was sealed, to the second, in the zone of the organisation.
    pub sealed: String,
}

/// What a check of the last rows found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// So many rows are what they were.
    Whole(usize),
    /// The first row that is not, and its chain.
    Broken {
        /// Number of the chain.
        node: i64,
        /// Number of the row.
        seq: i64,
        /// What is wrong with it.
        kind: Kind,
    },
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

    fn check_banner(&self) -> Option<Banner> {
        Some(match self.checked? {
            Checked::Whole(rows) => {
                Banner::new(Tone::Done, self.shell.t_with("audit-whole", &[("count", &rows)]))
            }
            Checked::Broken { node, seq, kind } => {
                let (node, seq) = (node.to_string(), seq.to_string());
                let what = self.shell.t(kind_key(kind));
                let said: [(_, &dyn Argument); 3] =
                    [("node", &node), ("seq", &seq), ("what", &what)];
                Banner::new(Tone::Trouble, self.shell.t_with("audit-broken", &said))
            }
        })
    }

    fn is_event(&self, code: &str) -> bool {
        self.filter.event == code
    }
}
