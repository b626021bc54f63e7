//! What an application or a portal would be told about somebody, without telling it.
use super::facts::About;
use super::service::{Book, Dispatcher};
use super::shared::AtPartner;
use super::standing::Standing;
use crate::identity::session::Method;
use crate::identity::{Person, Rne};
use crate::sso::Facts;
use crate::sso::applications::ServiceUrl;
use crate::sso::saml::release;
use serde::Serialize;

/// What one service would receive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReceivedStep {
    /// Its name: the section of an application, the entityID of a portal; `None`: nobody knows it.
    pub service: Option<String>,
    /// The file and line that describe an application.
    pub described: Option<String>,
    /// `filter` of an application or `set` of a portal, when it names one.
    pub by: Option<String>,
    /// The shape of an application's answers: `standard`, `eole`, `dual`.
    pub mode: Option<&'static str>,
    /// Names and values in their order.
    pub told: Vec<Told>,
}

impl ReceivedStep {
    /// File and line, filter or set, and shape, as far as there are any.
    pub fn by(&self) -> String {
        let by = [self.described.as_deref(), self.by.as_deref(), self.mode];
        by.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// One name with its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Told {
    /// Section of the filter; portals have none.
    pub section: Option<String>,
    /// The name that is sent.
    pub name: String,
    /// At least one value.
    pub values: Vec<String>,
}

impl Told {
    /// The name behind its section.
    pub fn label(&self) -> String {
        let section = self.section.as_ref().map(|section| format!("[{section}] "));
        format!("{}{}", section.unwrap_or_default(), self.name)
    }
}

/// Ask for `service`: the address of an application, or what `/saml` takes as `sp_ident`.
pub(super) fn received(
    dispatcher: &Dispatcher,
    snapshot: &Book,
    standing: &Standing,
    person: &Person,
    arena: Option<String>,
    service: &str,
) -> ReceivedStep {
    let account = standing.accounts.first().map(|account| account.id);
    let facts = |rne: Option<&Rne>| {
        let method = Method::Password;
        About { dispatcher, snapshot, standing, account, method, person, rne, arena }.facts()
    };
    let Some(partner) = snapshot.partners.partners.find(service) else {
        let schools = standing.schools();
        let only = (schools.len() == 1).then(|| &schools[0]);
        return application(snapshot, &facts(only), service);
    };
    let told = match dispatcher.school(snapshot, partner, standing, None, None) {
        AtPartner::NotYours | AtPartner::Closed => Vec::new(),
        AtPartner::School(rne) => release(snapshot.partners.set(partner), &facts(Some(&rne))),
        AtPartner::Choose(_) | AtPartner::Unlisted(_) => {
            release(snapshot.partners.set(partner), &facts(None))
        }
    };
    let told = told.into_iter().map(|it| Told { section: None, name: it.name, values: it.values });
    ReceivedStep {
        service: Some(partner.entity_id.clone()),
        described: partner.stem.as_ref().map(|stem| format!("{stem}.xml")),
        by: snapshot.partners.named_set(partner).0.map(str::to_owned),
        mode: None,
        told: told.collect(),
    }
}

fn application(snapshot: &Book, facts: &Facts, service: &str) -> ReceivedStep {
    let applications = &snapshot.partners.applications;
    let parsed = ServiceUrl::parse(service).ok();
    let Some(application) = parsed.and_then(|service| applications.find(&service)) else {
        return ReceivedStep {
            service: None,
            described: None,
            by: None,
            mode: None,
            told: Vec::new(),
        };
    };
    let groups = applications.filter_of(Some(application)).apply(facts).into_iter();
    let told = groups.flat_map(|group| {
        let section = group.name;
        let told = move |(name, values)| Told { section: Some(section.clone()), name, values };
        group.values.into_iter().map(told)
    });
    ReceivedStep {
        service: Some(application.name.clone()),
        described: Some(format!("{}:{}", application.file, application.line)),
        by: application.filter.clone(),
        mode: Some(application.mode.as_str()),
        told: told.collect(),
    }
}
