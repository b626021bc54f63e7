//! Vouching for one person towards one partner: what it is told, the signed Response, the record.
use super::Mfa;
use super::facts::About;
use super::service::{Book, Dispatcher};
use super::shared::{Asking, AtPartner, school_at};
use super::standing::Standing;
use super::vouching::Vouching;
use crate::db::Db;
use crate::identity::session::Method;
use crate::identity::store::{self, SessionPartner};
use crate::identity::{Rne, SignedIn};
use crate::sso::Facts;
use crate::sso::pages::PostForm;
use crate::sso::saml::{
    Acs, Answer, Association, ContentCipher, MessageId, NameId, NameIdRule, Partner, PartnerKey,
    Pseudonym, Recipient, context_class, release,
};
use crate::web::page::Place;
use crate::web::{self, Client, Error, Frame};
use actix_web::HttpResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

/// One request at one moment.
pub(super) struct Answering<'a> {
    pub(super) frame: &'a Frame,
    pub(super) who: &'a SignedIn,
    pub(super) client: &'a Client,
    pub(super) db: &'a Db,
    pub(super) dispatcher: &'a Dispatcher,
    pub(super) vouching: &'a Vouching,
    pub(super) now: DateTime<Utc>,
}

/// What the partner wants to know, and where the answer goes.
pub(super) struct Question<'a> {
    pub(super) acs: &'a Acs,
    pub(super) relay_state: Option<&'a str>,
    /// `ID` of its request, if it made one.
    pub(super) request_id: Option<&'a str>,
}

impl Dispatcher {
    /// The school to name towards a partner (D19), for somebody who chose `last` before.
    pub(super) fn school(
        &self,
        snapshot: &Book,
        partner: &Partner,
        standing: &Standing,
        asked: Option<&Rne>,
        last: Option<&Rne>,
    ) -> AtPartner {
        let mut rows = partner.names().flat_map(|name| snapshot.schools.at(name)).peekable();
        let is_listed = rows.peek().is_some();
        if is_listed && !rows.any(|row| row.active) {
            return AtPartner::Closed;
        }
        let schools = standing.schools();
        let rows = schools.iter().filter_map(|rne| snapshot.schools.get(rne));
        let here = rows.filter(|row| row.active && row.is_at(partner.names()));
        let here: Vec<Rne> = here.map(|row| row.rne.clone()).collect();
        let only_own = self.rules.dispatch.refuse_foreign;
        school_at(&Asking { is_listed, schools: &schools, here: &here, asked, last, only_own })
    }
}

impl Answering<'_> {
    /// How the person stands.
    pub(super) async fn standing(&self) -> sqlx::Result<Standing> {
        let mut tx = self.db.read().await?;
        Standing::read(&mut tx, &self.dispatcher.directories, self.who.id(), self.now).await
    }

    /// The school to name towards the partner (D19).
    pub(super) fn school(
        &self,
        snapshot: &Book,
        partner: &Partner,
        standing: &Standing,
        asked: Option<&Rne>,
    ) -> AtPartner {
        let last = self.who.session.chosen_rne.as_deref().and_then(|rne| Rne::parse(rne).ok());
        self.dispatcher.school(snapshot, partner, standing, asked, last.as_ref())
    }

    /// Write the Response, record it, and only then let it leave.
    pub(super) async fn answer(
        &self,
        snapshot: &Book,
        partner: &Partner,
        standing: &Standing,
        rne: Option<&Rne>,
        question: &Question<'_>,
    ) -> web::Result<HttpResponse> {
        let school = rne.and_then(|rne| snapshot.schools.get(rne));
        self.dispatcher.must_be_proved(school.map_or(Mfa::default(), |it| it.mfa), self.who)?;
        let facts = self.facts(snapshot, standing, rne);
        let association = snapshot.partners.association(partner);
        let id = self.who.id().to_string();
        let pseudonym = Pseudonym {
            secret: &self.vouching.pseudonym_secret,
            person: &id,
            partner: &partner.entity_id,
        };
        let name = match self.name_in_session(partner, &association.name_id).await? {
            Some(known) => Some(known),
            None => association.name_id.name(&facts, pseudonym).map_err(Error::internal)?,
        };
        let name = name.ok_or_else(|| Error::internal("the person has no value for the NameID"))?;
        let session_index = format!("_{}", self.who.session.id.simple());
        let random = || MessageId::random().map_err(Error::internal);
        let answer = Answer {
            ids: [random()?, random()?],
            issuer: &self.vouching.entity_id,
            to: Recipient {
                audience: &partner.entity_id,
                acs_url: &question.acs.url,
                in_response_to: question.request_id,
            },
            now: self.now,
            name_id: NameId { value: &name, format: association.name_id.format() },
            session_index: &session_index,
            session_ends: self.who.session.expires_at,
            signed_in: self.who.session.authenticated_at,
            context_class: self.context_class(),
            attributes: &release(snapshot.partners.set(partner), &facts),
            sign_response: association.sign_response,
            encrypt_for: encryption(partner, association),
        };
        let draft = answer.draft().map_err(Error::internal)?;
        let keys = self.vouching.keys.now();
        // Beside the worker: requests of others are in the middle of their transactions.
        let signed = actix_web::web::block(move || draft.sign(&keys.signer)).await;
        let response = signed.map_err(Error::internal)?.map_err(Error::internal)?;
        let told =
            SessionPartner { entity_id: partner.entity_id.clone(), session_index, name_id: name };
        self.record(&told, rne, question).await?;
        Ok(self.form(partner, &response, question))
    }

    /// A transient name lasts for the session: a partner with several hosts signs out by any of them.
    async fn name_in_session(
        &self,
        partner: &Partner,
        rule: &NameIdRule,
    ) -> sqlx::Result<Option<String>> {
        if *rule != NameIdRule::Transient {
            return Ok(None);
        }
        let mut tx = self.db.read().await?;
        let known = store::partners_of(&mut tx, self.who.session.id).await?;
        let mut here = known.into_iter().filter(|it| it.entity_id == partner.entity_id);
        Ok(here.next().map(|it| it.name_id))
    }

    /// What the partner may be told.
    fn facts(&self, snapshot: &Book, standing: &Standing, rne: Option<&Rne>) -> Facts {
        let zone = self.dispatcher.zone(self.client.address);
        About {
            dispatcher: self.dispatcher,
            snapshot,
            standing,
            account: Some(self.who.session.account),
            method: self.who.session.method,
            person: &self.who.person,
            rne,
            arena: zone.and_then(|zone| zone.arena),
        }
        .facts()
    }

    /// How the person proved who they are, as partners call it.
    pub(super) fn context_class(&self) -> &'static str {
        match self.who.session.method {
            Method::Password => context_class::PASSWORD,
            Method::Otp => context_class::MULTI_FACTOR,
            // Somebody else knows how.
            Method::Federation => context_class::UNSPECIFIED,
        }
    }

    async fn record(
        &self,
        told: &SessionPartner,
        rne: Option<&Rne>,
        question: &Question<'_>,
    ) -> sqlx::Result<()> {
        let origin = question.relay_state.and_then(|text| url::Url::parse(text).ok());
        let origin = origin.map(|url| url.origin().ascii_serialization());
        let mut tx = self.db.write().await?;
        store::note_partner(&mut tx, self.who.session.id, told, self.now).await?;
        if let Some(rne) = rne {
            store::choose_school(&mut tx, self.who.session.id, rne.as_str(), None).await?;
            store::set_last_choice(&mut tx, self.who.id(), rne.as_str(), self.now).await?;
        }
        let asked = if question.request_id.is_some() { "asked" } else { "unasked" };
        self.who
            .event("saml.response")
            .reason(asked)
            .field("sp", &told.entity_id)
            .field("chosen", rne)
            .field("relay_origin", origin)
            .field("mfa_level", i32::from(self.who.session.method.is_two_factor()) + 1)
            .record(&mut tx, &self.client.trace(), self.now)
            .await?;
        tx.commit().await
    }

    fn form(&self, partner: &Partner, response: &str, question: &Question<'_>) -> HttpResponse {
        let mut fields = vec![("SAMLResponse".to_owned(), STANDARD.encode(response))];
        fields
            .extend(question.relay_state.map(|state| ("RelayState".to_owned(), state.to_owned())));
        let page = PostForm {
            shell: self.who.shell(self.frame, Place::Elsewhere),
            action: question.acs.url.clone(),
            portal: partner.name.clone().unwrap_or_else(|| host(&question.acs.url)),
            fields,
            is_farewell: false,
        };
        page.answer()
    }
}

/// The key to encrypt for a partner that wants it.
fn encryption<'p>(
    partner: &'p Partner,
    association: &Association,
) -> Option<(&'p PartnerKey, ContentCipher)> {
    let cipher = if association.allow_cbc { ContentCipher::Cbc } else { ContentCipher::Gcm };
    partner.encryption_keys.first().filter(|_| association.encrypt).map(|key| (key, cipher))
}

fn host(url: &str) -> String {
    let parsed = url::Url::parse(url).ok();
    parsed.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}
