//! The start page: who can be tried, and from where.
use super::pages::{DemoAccount, DemoPlace, DemoStart, Plot, Story};
use super::people::DemoPerson;
use super::stage::Stage;
use crate::dispatch::{Dispatcher, Zone};
use crate::identity::MaybeSignedIn;
use crate::web::client::PRETEND_COOKIE;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::pages::Link;
use crate::web::query::Fields;
use crate::web::{self, Client, Frame, cookies};
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use ipnet::IpNet;
use std::net::IpAddr;

/// Show who can be tried. On the portals' site there is nothing to see: over to ours.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: MaybeSignedIn,
    client: Client,
    (stage, dispatcher): (Data<Stage>, Data<Dispatcher>),
) -> HttpResponse {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| stage.is_portal_site(host)) {
        let home = (header::LOCATION, stage.origin.clone());
        return HttpResponse::Found().insert_header(home).finish();
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if !accept.is_some_and(|accept| accept.contains("text/html")) {
        return HttpResponse::Ok().insert_header(("X-Version", env!("CARGO_PKG_VERSION"))).finish();
    }
    let here = dispatcher.zone(client.address).map(|zone| zone.name);
    let page = DemoStart {
        shell: match &who.0 {
            Some(who) => who.shell(&frame, Place::Elsewhere),
            None => frame.shell(""),
        },
        is_lan: stage.certificate.is_some(),
        stories: stories(&stage.people, frame.lang),
        places: dispatcher
            .files
            .snapshot()
            .zones
            .iter()
            .map(|zone| place(zone, here.as_deref()))
            .collect(),
        list: stage.list.to_string(),
        links: vec![
            Link::new(frame.lang.t("demo-link-metadata"), "/saml/metadata"),
            Link::new(
                frame.lang.t("demo-link-application"),
                format!("{}/application", stage.portal_origin),
            ),
            Link::new(
                frame.lang.t("demo-link-roll"),
                "/login?login=alain.garnier&next=/attendance",
            ),
            Link::new(
                frame.lang.t("demo-link-cards"),
                "/login?login=nadia.perrin&next=/cards/office",
            ),
            Link::new(frame.lang.t("demo-encoder-title"), "/demo/encoder"),
            Link::new(frame.lang.t("demo-services-title"), "/demo/services"),
            Link::new(frame.lang.t("demo-link-setup"), "/lookup/setup"),
            Link::new(frame.lang.t("demo-inbox-title"), "/demo/mail"),
            Link::new(frame.lang.t("demo-link-admin"), "/login?login=admin&next=/admin"),
        ],
    };
    Page(page).with(StatusCode::OK)
}

/// Pretend to be in a zone, by an address of it.
pub(super) async fn pretend(
    body: String,
    dispatcher: Data<Dispatcher>,
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    let snapshot = dispatcher.files.snapshot();
    let wanted = fields.get("zone").unwrap_or_default();
    let zone = snapshot.zones.iter().find(|zone| zone.name == wanted);
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((header::LOCATION, "/"));
    answer.cookie(match zone.and_then(|zone| zone.network) {
        Some(network) => cookies::session(PRETEND_COOKIE, inside(network).to_string()),
        None => cookies::forget(PRETEND_COOKIE),
    });
    Ok(answer.finish())
}

/// An address of a network that no narrower network is likely to hold: the first usable one.
fn inside(network: IpNet) -> IpAddr {
    network.hosts().next().unwrap_or_else(|| network.addr())
}

fn place(zone: &Zone, here: Option<&str>) -> DemoPlace {
    DemoPlace {
        id: zone.name.clone(),
        label: zone.label.clone().unwrap_or_else(|| zone.name.clone()),
        is_here: here == Some(zone.name.as_str()),
    }
}

fn stories(people: &[DemoPerson], lang: Lang) -> Vec<Story> {
    let plots = [Plot::Choice, Plot::Straight, Plot::Family, Plot::Office, Plot::Trouble];
    let of = |plot: Plot| {
        let accounts = people.iter().filter(|person| plot_of(&person.story) == plot);
        Story { plot, accounts: accounts.map(|person| account(person, lang)).collect() }
    };
    plots.into_iter().map(of).filter(|story| !story.accounts.is_empty()).collect()
}

fn plot_of(story: &str) -> Plot {
    match story {
        "choice" => Plot::Choice,
        "family" => Plot::Family,
        "office" => Plot::Office,
        "trouble" => Plot::Trouble,
        _ => Plot::Straight,
    }
}

fn account(person: &DemoPerson, lang: Lang) -> DemoAccount {
    DemoAccount {
        login: person.login.clone(),
        name: person.name.clone(),
        about: person.about_in(lang).to_owned(),
    }
}
