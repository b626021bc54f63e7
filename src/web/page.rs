//! A template as an answer, and the frame that every page stands in.
use super::frame::Offers;
use super::lang::Lang;
use super::theme::Theme;
use crate::rights::Permission;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use std::sync::Arc;

/// An askama template as an HTML answer. Another status: [`Page::with`] or actix' `customize()`.
#[derive(Debug)]
pub struct Page<T>(pub T);

impl<T: Template> Page<T> {
    /// The answer with this status.
    pub fn with(&self, status: StatusCode) -> HttpResponse {
        match self.0.render() {
            Ok(html) => {
                HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html)
            }
            Err(error) => {
                tracing::error!(%error, "a page could not be written");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

impl<T: Template> Responder for Page<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        self.with(StatusCode::OK)
    }
}

/// What the frame of a page has to know.
#[derive(Debug, Clone, Default)]
pub struct Shell {
    /// Language of the page.
    pub lang: Lang,
    /// Path and query of the page, where the language switch comes back to.
    pub here: String,
    /// Name of the person who is signed in.
    pub person: Option<String>,
    /// Places of the administration that this person may go to.
    pub office: Vec<Place>,
    /// Whether this person has to do with rolls.
    pub is_called_up: bool,
    /// What there is for everybody.
    pub offers: Offers,
    /// Whether somebody else looks at the service as that person.
    pub is_seen: bool,
    /// Token for the forms of the frame and the page.
    pub csrf: String,
    /// Which entry of the lists of places is the current one.
    pub place: Place,
    /// Something to say above the page.
    pub banner: Option<Banner>,
    /// Name, logo and colours of the organisation.
    pub theme: Arc<Theme>,
}

impl Shell {
    /// The text under `key`.
    pub fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }

    /// The text under `key` with values put in.
    pub fn t_with(
        &self,
        key: &str,
        arguments: &[(&'static str, &dyn super::lang::Argument)],
    ) -> String {
        self.lang.t_with(key, arguments)
    }

    /// Address of a built-in file, as in [`super::assets::asset`].
    pub fn asset(&self, name: &str) -> &'static str {
        super::assets::asset(name)
    }

    /// Whom to ask for help, when the organisation told.
    pub fn support(&self) -> Option<&str> {
        self.theme.support(self.lang)
    }

    /// The places of the person who is signed in; the last one leads to the administration.
    pub fn own_places(&self) -> Vec<Place> {
        let attendance = Some(Place::Attendance).filter(|_| self.is_called_up);
        let cards = Some(Place::Cards).filter(|_| self.offers.cards);
        let own =
            [Some(Place::Choice), attendance, cards, Some(Place::Found), Some(Place::Sessions)];
        own.into_iter().flatten().chain(self.office.first().copied()).collect()
    }

    /// Whether the page is the current one of its list.
    pub fn is_at(&self, place: &Place) -> bool {
        self.place == *place
    }
}

/// The places that have an entry in a list of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// None of them.
    #[default]
    Elsewhere,
    /// The choice of the school.
    Choice,
    /// Rolls, or own presences.
    Attendance,
    /// My cards.
    Cards,
    /// What others find about me.
    Found,
    /// My sessions.
    Sessions,
    /// Administration: state of the files.
    Home,
    /// Administration: findings.
    Lint,
    /// Administration: networks.
    Zones,
    /// Administration: why somebody lands where they land.
    Explain,
    /// Administration: the card office.
    CardOffice,
    /// Administration: handing cards out.
    Deliver,
    /// Administration: people.
    People,
    /// Administration: who may do what.
    Roles,
    /// Administration: the search for colleagues.
    Lookup,
    /// Administration: work in the background.
    Jobs,
    /// Administration: mail.
    Mail,
    /// Administration: sources that are kept in step.
    Sources,
    /// Administration: the settings in force.
    Settings,
    /// Administration: whether everything works.
    Health,
    /// Administration: tokens of other programs.
    Tokens,
    /// Administration: the audit trail.
    Audit,
}

impl Place {
    /// The side list of the administration, in its order.
    pub const OFFICE: [Self; 16] = [
        Self::Home,
        Self::Lint,
        Self::Zones,
        Self::Explain,
        Self::People,
        Self::Roles,
        Self::CardOffice,
        Self::Deliver,
        Self::Sources,
        Self::Lookup,
        Self::Mail,
        Self::Jobs,
        Self::Settings,
        Self::Health,
        Self::Tokens,
        Self::Audit,
    ];

    /// Those of them that somebody may see.
    pub fn office(may: impl Fn(Permission) -> bool) -> Vec<Self> {
        let is_open = |place: &Self| place.permission().is_some_and(&may);
        Self::OFFICE.into_iter().filter(is_open).collect()
    }

    /// What it takes to see a place of the administration.
    fn permission(self) -> Option<Permission> {
        Some(match self {
            Self::Elsewhere
            | Self::Choice
            | Self::Attendance
            | Self::Cards
            | Self::Found
            | Self::Sessions => return None,
            Self::CardOffice => Permission::ListCards,
            Self::Deliver => Permission::DeliverCards,
            Self::Home | Self::Settings | Self::Health => Permission::SeeState,
            Self::Lint | Self::Zones | Self::Explain => Permission::SeeDispatch,
            Self::People => Permission::SeePeople,
            Self::Roles => Permission::SeeRoles,
            Self::Lookup => Permission::SeeLookup,
            Self::Jobs => Permission::SeeJobs,
            Self::Mail => Permission::SeeMail,
            Self::Sources => Permission::SeeSources,
            Self::Tokens => Permission::ManageTokens,
            Self::Audit => Permission::SeeAudit,
        })
    }

    /// Where it is.
    pub fn path(self) -> &'static str {
        match self {
            Self::Elsewhere => "/",
            Self::Choice => "/dispatch?choose=1",
            Self::Attendance => "/attendance",
            Self::Cards => "/cards",
            Self::CardOffice => "/cards/office",
            Self::Deliver => "/cards/office/deliver",
            Self::Found => "/lookup/me",
            Self::Sessions => "/sessions",
            Self::Home => "/admin",
            Self::Lint => "/admin/lint",
            Self::Zones => "/admin/zones",
            Self::Explain => "/admin/explain",
            Self::People => "/admin/people",
            Self::Roles => "/admin/roles",
            Self::Lookup => "/admin/lookup",
            Self::Jobs => "/admin/jobs",
            Self::Mail => "/admin/mail",
            Self::Sources => "/admin/sources",
            Self::Settings => "/admin/settings",
            Self::Health => "/admin/health",
            Self::Tokens => "/admin/tokens",
            Self::Audit => "/admin/audit",
        }
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Elsewhere => "place-start",
            Self::Choice => "place-choice",
            Self::Attendance => "place-attendance",
            Self::Cards => "place-cards",
            Self::CardOffice => "place-card-office",
            Self::Deliver => "place-deliver",
            Self::Found => "place-found",
            Self::Sessions => "place-sessions",
            Self::Home => "place-admin",
            Self::Lint => "place-lint",
            Self::Zones => "place-zones",
            Self::Explain => "place-explain",
            Self::People => "place-people",
            Self::Roles => "place-roles",
            Self::Lookup => "place-lookup",
            Self::Jobs => "place-jobs",
            Self::Mail => "place-mail",
            Self::Sources => "place-sources",
            Self::Settings => "place-settings",
            Self::Health => "place-health",
            Self::Tokens => "place-tokens",
            Self::Audit => "place-audit",
        }
    }

    /// Its picture.
    pub fn picture(self) -> &'static str {
        match self {
            Self::Elsewhere | Self::Choice | Self::Settings => "points",
            Self::Found | Self::People => "person",
            Self::Cards | Self::CardOffice | Self::Deliver => "card",
            Self::Sessions => "screen",
            Self::Home | Self::Health => "gauge",
            Self::Lint => "flag",
            Self::Zones => "network",
            Self::Explain => "question",
            Self::Roles | Self::Tokens => "lock",
            Self::Lookup => "search",
            Self::Jobs => "reload",
            Self::Mail => "letter",
            Self::Sources => "middle",
            Self::Attendance => "ok",
            Self::Audit => "list",
        }
    }

    /// Key of its name inside the administration, where the first place is one among others.
    pub fn office_label(self) -> &'static str {
        if self == Self::Home { "place-home" } else { self.label() }
    }
}

/// How much a banner matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// It went as wished.
    Done,
    /// Look at this.
    Warning,
    /// Something does not work.
    Trouble,
}

impl Tone {
    /// Class in the stylesheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Done => "ok",
            Self::Warning => "warn",
            Self::Trouble => "danger",
        }
    }
}

/// One sentence above a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// How much it matters.
    pub tone: Tone,
    /// The sentence, in the language of the page.
    pub text: String,
}

impl Banner {
    /// A banner of this tone.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}
