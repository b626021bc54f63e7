//! What every handler of dispatch works with, and the view of one person at one moment.
use super::partners::PartnerBook;
use super::remembered::Memory;
use super::standing::Standing;
use super::{
    Choice, Decision, Destination, Files, Mfa, PortalUrl, School, Settings, Situation, Snapshot,
    Zone, decide,
};
use crate::config::DispatchSingle;
use crate::db::Db;
use crate::identity::arrival::ArrivalRules;
use crate::identity::sources::Directories;
use crate::identity::{PersonId, Profile, Rne, SignedIn};
use crate::sso::saml::Partner;
use crate::web::client_ip::ClientAddress;
use crate::web::redirect::Origins;
use crate::web::{self, Refusal};
use actix_web::http::StatusCode;
use arc_swap::ArcSwapOption;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::sync::Arc;

/// The parts of dispatch; one for the whole service.
#[derive(Clone)]
pub struct Dispatcher {
    /// Schools, zones, partners.
    pub files: Arc<Files<PartnerBook>>,
    /// All sources.
    pub directories: Directories,
    /// How attributes are read, and `[dispatch]`.
    pub rules: ArrivalRules,
    /// Signs remembered choices.
    pub memory: Memory,
    /// Origins of all portals, with the generation they are of.
    pub portals: Arc<ArcSwapOption<(u64, Arc<Origins>)>>,
}

/// What somebody asked for.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// `?rne=`
    pub rne: Option<Rne>,
    /// `?profile=`
    pub profile: Option<Profile>,
    /// `?choose=1`
    pub choose: bool,
    /// What the browser remembers.
    pub remembered: Option<Choice>,
}

/// One person at one moment.
pub struct View {
    /// The files in use.
    pub snapshot: Arc<Snapshot<PartnerBook>>,
    /// The zone of the client.
    pub zone: Option<Zone>,
    /// How the person stands.
    pub standing: Standing,
    /// Where the person may go, in order.
    pub destinations: Vec<Destination>,
    /// What happens.
    pub decision: Decision,
}

impl View {
    /// Whether a choice may be remembered where the client is.
    pub fn may_remember(&self) -> bool {
        self.zone.as_ref().is_none_or(|zone| zone.remember)
    }
}

impl Dispatcher {
    /// Where a client is.
    pub fn zone(&self, client: ClientAddress) -> Option<Zone> {
        self.files.snapshot().zones.find(client).cloned()
    }

    /// Decide for a person.
    pub async fn view(
        &self,
        db: &Db,
        person: PersonId,
        client: ClientAddress,
        wish: &Wish,
        now: DateTime<Utc>,
    ) -> sqlx::Result<View> {
        let mut tx = db.read().await?;
        let standing = Standing::read(&mut tx, &self.directories, person, now).await?;
        drop(tx);
        Ok(self.look(standing, client, wish, now))
    }

    /// Decide for a standing that is known already.
    pub fn look(
        &self,
        standing: Standing,
        client: ClientAddress,
        wish: &Wish,
        now: DateTime<Utc>,
    ) -> View {
        let snapshot = self.files.snapshot();
        let zone = snapshot.zones.find(client).cloned();
        let may_remember = zone.as_ref().is_none_or(|zone| zone.remember);
        let remembered = wish.remembered.clone().filter(|_| may_remember);
        let settings = self.settings();
        let order = super::Order { remembered: remembered.clone(), ..standing.order.clone() };
        let destinations = snapshot.destinations(&standing.affiliations, &order, &settings, now);
        let decision = decide(&Situation {
            destinations: &destinations,
            arena: standing.is_agent && zone.is_some(),
            asked: wish.rne.as_ref(),
            profile: wish.profile,
            choose: wish.choose,
            remembered: remembered.as_ref(),
            settings: &settings,
        });
        View { snapshot, zone, standing, destinations, decision }
    }

    /// Refuse somebody without a second factor where one is required, if that is enforced (D26).
    pub fn must_be_proved(&self, mfa: Mfa, who: &SignedIn) -> web::Result<()> {
        let must = self.rules.dispatch.enforce_mfa && mfa == Mfa::Required;
        if must && !who.session.method.is_two_factor() {
            let refusal = Refusal::new("E-MFA", StatusCode::FORBIDDEN, "dispatch.decision");
            return Err(refusal.into());
        }
        Ok(())
    }

    /// Origins of every portal and zone portal, worked out once for each reading of the files.
    pub fn portal_origins(&self, snapshot: &Snapshot<PartnerBook>) -> Arc<Origins> {
        let cached = self.portals.load();
        if let Some((generation, origins)) = cached.as_deref()
            && *generation == snapshot.generation
        {
            return Arc::clone(origins);
        }
        let http = self.rules.dispatch.allow_http;
        let mut origins = Origins::default();
        let of_schools = snapshot.schools.iter().flat_map(School::portals);
        let of_zones = snapshot.zones.iter().map(|zone| &zone.portal);
        // Whoever asks first after a reload waits for this: big portals are looked at once.
        let distinct: HashSet<&str> = of_schools.chain(of_zones).map(PortalUrl::origin).collect();
        for origin in distinct {
            origins.allow(origin, http);
        }
        let origins = Arc::new(origins);
        self.portals.store(Some(Arc::new((snapshot.generation, Arc::clone(&origins)))));
        origins
    }

    /// Origins of a partner's own addresses and the configured list.
    pub fn partner_origins(&self, partner: &Partner) -> Origins {
        let mut origins = Origins::default();
        let listed = &self.rules.dispatch.relaystate_allow;
        for origin in partner.acs_origins().iter().chain(listed) {
            origins.allow(origin, self.rules.dispatch.allow_http);
        }
        origins
    }

    fn settings(&self) -> Settings {
        let dispatch = &self.rules.dispatch;
        Settings {
            merge_same_portal: dispatch.merge_same_portal,
            auto_single: dispatch.auto_single == DispatchSingle::Usable,
            arena_counts: dispatch.arena_counts,
            ..Settings::default()
        }
    }
}

/// The files as dispatch reads them.
pub type Book = Snapshot<PartnerBook>;
