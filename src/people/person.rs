//! `/admin/people/ID`: what is known of one person.
use super::act::Act;
use super::joining::ended;
use super::pages::{
    self, AccountRow, BelongsRow, GrantRow, LinkRow, PersonPage, RecordRow, SessionRow,
};
use super::store::is_of_schools;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::dispatch::Dispatcher;
use crate::identity::joining::{self, BY_HAND};
use crate::identity::session::Session;
use crate::identity::sources::Directories;
use crate::identity::store::{self, LinkRow as Link, StoredAccount, StoredGrant};
use crate::identity::{Person, PersonId, SignedIn};
use crate::rights::{Permission, Reach, Scope};
use crate::sso::{self, SignInSettings};
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

/// What the page says first, by a field of its address.
const NOTICES: [(&str, &str); 3] =
    [("joined", "person-joined"), ("parted", "person-parted"), ("ended", "person-ended")];

/// What these pages are made with.
pub(super) type Parts = (Data<Db>, Data<Clock>, Data<Dispatcher>, Data<SignInSettings>);

/// All of it.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    id: Path<Uuid>,
    (db, clock, dispatcher, _): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let person = known(&mut tx, PersonId(*id)).await?;
    must_reach(&mut tx, person.id, &reach, clock.now()).await?;
    let notice = NOTICES.iter().find(|(field, _)| query.is_on(field)).map(|(_, key)| *key);
    let shell = who.shell(&frame, Place::People);
    let page = PersonPage {
        shell,
        notice,
        unknown: query.get("unknown").map(str::to_owned),
        acts: acts(&who, person.id),
        ..Reader { tx: &mut tx, dispatcher: &dispatcher, lang: frame.lang, now: clock.now() }
            .read(person, &reach)
            .await?
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Somebody of another school does not exist for those who look after one (SEC-98).
async fn must_reach(
    tx: &mut Tx,
    id: PersonId,
    reach: &Reach,
    now: DateTime<Utc>,
) -> web::Result<()> {
    let Some(schools) = reach.schools() else { return Ok(()) };
    let is_theirs = is_of_schools(tx, id, (&schools, now)).await?;
    is_theirs.then_some(()).ok_or(Error::NotFound)
}

/// What somebody may do with a person; some acts on oneself would be a way around the rules.
fn acts(who: &SignedIn, id: PersonId) -> Vec<Permission> {
    let with_anybody = [Permission::JoinPeople, Permission::EndSessions, Permission::ExportPerson];
    let with_others = [Permission::GrantRoles, Permission::SeeAs, Permission::ErasePerson];
    let others = with_others.into_iter().filter(|_| who.id() != id);
    with_anybody.into_iter().chain(others).filter(|act| who.grants.may(*act)).collect()
}

/// Who that is.
pub(super) async fn known(tx: &mut Tx, id: PersonId) -> web::Result<Person> {
    store::find_person(tx, id).await?.ok_or(Error::NotFound)
}

/// End one session of somebody, or all of them.
pub(super) async fn end_sessions(
    body: String,
    who: SignedIn,
    client: Client,
    id: Path<Uuid>,
    (db, clock, _, settings): Parts,
) -> web::Result<HttpResponse> {
    let Act { fields, who, here, trace, now, mut tx } =
        Act::begin(who, &body, &client, *id, (&db, &clock)).await?;
    let only = match fields.get("session") {
        Some(_) => Some(fields.id("session").ok_or(Error::NotFound)?),
        None => None,
    };
    let is_meant = |session: &Session| only.is_none_or(|only| session.id == only);
    let event = |session: &Session| ended(&who, session, here.id);
    let sweep = sso::end_sessions(&mut tx, here.id, is_meant, event, (&trace, now)).await?;
    tx.commit().await?;
    sweep.tell(&settings.outbound, now);
    Ok(see_other(&format!("/admin/people/{}?ended=1", here.id)))
}

/// Reads what is known, as text in one language.
pub(super) struct Reader<'a> {
    pub(super) tx: &'a mut Tx,
    pub(super) dispatcher: &'a Dispatcher,
    pub(super) lang: Lang,
    pub(super) now: DateTime<Utc>,
}

impl Reader<'_> {
    async fn read(&mut self, person: Person, reach: &Reach) -> sqlx::Result<PersonPage> {
        let id = person.id;
        let accounts = store::accounts_of(self.tx, id).await?;
        let links = store::links_of(self.tx, id).await?;
        let link = |link: &Link| self.link(link, id, &accounts);
        let links = links.iter().filter(|link| link.undone_at.is_none()).map(link).collect();
        Ok(PersonPage {
            id: id.to_string(),
            roles: self.roles(id).await?,
            belongs: self.belongs(id, reach).await?,
            sessions: self.sessions(id).await?,
            records: self.records(id).await?,
            is_hidden: store::cloud::is_hidden(self.tx, id).await? == Some(true),
            accounts: accounts.iter().map(|account| self.account(account)).collect(),
            links,
            name: person.display_name,
            mail: person.mail.unwrap_or_default(),
            ..PersonPage::default()
        })
    }

    /// One of two people who may become one.
    pub(super) async fn side(&mut self, person: Person) -> sqlx::Result<pages::Side> {
        let accounts = store::accounts_of(self.tx, person.id).await?;
        Ok(pages::Side {
            id: person.id.to_string(),
            accounts: accounts.iter().map(|account| self.account(account)).collect(),
            has_role: store::has_any_role(self.tx, person.id).await?,
            name: person.display_name,
            mail: person.mail.unwrap_or_default(),
        })
    }

    fn account(&self, account: &StoredAccount) -> AccountRow {
        AccountRow {
            label: self.label(&account.source),
            source: account.source.clone(),
            login: account.login.clone(),
            name: account.clone().into_account().display_name(),
            read: self.moment(account.read_at),
        }
    }

    /// An account that moved here may go back, whoever joined it: by rules it would come again.
    fn link(&self, link: &Link, here: PersonId, accounts: &[StoredAccount]) -> LinkRow {
        let account = accounts.iter().find(|account| account.id == link.account);
        let name = |it: &StoredAccount| format!("{}, {}", self.label(&it.source), it.login);
        let by_hand = BY_HAND.contains(&link.rule.as_str());
        let is_here = joining::is_open(link, here, accounts);
        LinkRow {
            account: account.map_or_else(|| link.account.to_string(), name),
            rule: link.rule.clone(),
            at: self.moment(link.linked_at),
            part: (is_here && by_hand).then(|| link.id.to_string()),
        }
    }

    async fn roles(&mut self, id: PersonId) -> sqlx::Result<Vec<GrantRow>> {
        let grants = store::grants_of(self.tx, id).await?;
        let row = |stored: &StoredGrant| GrantRow {
            role: stored.grant.role.label().to_owned(),
            scope: stored.grant.scope.what().to_owned(),
            rule: stored.rule.clone(),
            since: self.moment(stored.granted_at),
        };
        Ok(grants.iter().map(row).collect())
    }

    async fn belongs(&mut self, id: PersonId, reach: &Reach) -> sqlx::Result<Vec<BelongsRow>> {
        let mut affiliations = store::affiliations_of(self.tx, id, self.now).await?;
        affiliations.retain(|it| reach.covers(&Scope::School(it.rne.clone())));
        let snapshot = self.dispatcher.files.snapshot();
        let name = |rne: &crate::identity::Rne| {
            snapshot.schools.get(rne).map(|school| school.label.clone())
        };
        let row = |it: &crate::identity::Affiliation| BelongsRow {
            rne: it.rne.to_string(),
            school: name(&it.rne).unwrap_or_default(),
            profile: format!("profile-{}", it.profile.as_str().replace('_', "-")),
            label: it.sources.iter().map(|it| self.label(it)).collect::<Vec<_>>().join(", "),
        };
        Ok(affiliations.iter().map(row).collect())
    }

    async fn sessions(&mut self, id: PersonId) -> sqlx::Result<Vec<SessionRow>> {
        let sessions = store::live_sessions(self.tx, id, self.now).await?;
        let row = |session: &Session| SessionRow {
            id: session.id.to_string(),
            browser: session.browser.clone(),
            started: self.moment(session.authenticated_at),
            used: self.moment(session.last_seen),
            network: session.network.clone(),
        };
        Ok(sessions.iter().map(row).collect())
    }

    async fn records(&mut self, id: PersonId) -> sqlx::Result<Vec<RecordRow>> {
        let records = store::own_records(self.tx, id).await?;
        let row = |record: &store::OwnRecord| RecordRow {
            cloud_id: record.cloud_id.clone(),
            origin: record.origin.clone(),
            changed: self.moment(record.changed_at),
        };
        Ok(records.iter().map(row).collect())
    }

    fn label(&self, source: &str) -> String {
        let directories: &Directories = &self.dispatcher.directories;
        directories.get(source).map_or(source, |it| &it.label).to_owned()
    }

    fn moment(&self, at: DateTime<Utc>) -> String {
        let zone: Tz = self.dispatcher.rules.dispatch.time_zone;
        self.lang.moment(at.with_timezone(&zone).naive_local())
    }
}
