//! Another school in the same session (`dispatch.md` 3.8): with `[dispatch] switch_slo` the portals
//! of the school before are left first. Our own session goes on.
use super::departure::{Departure, Onward, State};
use super::exit::{Exit, KIND, PATIENCE};
use crate::audit::Event;
use crate::dispatch::{Destination, Schools};
use crate::identity::store::{self, SessionPartner};
use crate::identity::{Rne, SignedIn};
use crate::sso::saml::Partner;
use crate::sso::store::insert_flow_as;
use crate::web::redirect::see_other;
use crate::web::{self, Error};
use actix_web::HttpResponse;
use uuid::Uuid;

/// The way by the portals of the school before; `None`: none of them has to hear.
pub(in crate::dispatch) async fn leave_school(
    exit: &Exit,
    who: &SignedIn,
    (destination, rne): (&Destination, &Rne),
    to: &str,
) -> web::Result<Option<HttpResponse>> {
    let before = who.session.chosen_rne.as_deref().and_then(|rne| Rne::parse(rne).ok());
    let Some(before) = before.filter(|before| before != rne) else { return Ok(None) };
    let mut tx = exit.db.read().await?;
    let mut partners = store::partners_of(&mut tx, who.session.id).await?;
    drop(tx);
    partners.retain(|known| exit.is_left(known, &before, destination));
    let hops = partners.into_iter().map(|known| exit.portal_hop(known));
    let hops: Vec<_> = hops.filter(|hop| hop.state == State::Waiting).collect();
    if hops.is_empty() {
        return Ok(None);
    }
    let (id, count) = (Uuid::new_v4(), hops.len());
    let departure = Departure {
        hops,
        visits: Vec::new(),
        applications: Vec::new(),
        onward: Onward::School { session: who.session.id, address: to.to_owned() },
        source: None,
        upstream: None,
    };
    let mut tx = exit.db.write().await?;
    let payload = serde_json::to_value(&departure).map_err(Error::internal)?;
    insert_flow_as(&mut tx, (id, KIND), &payload, exit.now, exit.now + PATIENCE).await?;
    let event: Event = who.event("dispatch.switched").field("from", before.as_str());
    let event = event.field("to", rne.as_str()).field("partners", count);
    event.record(&mut tx, &exit.client.trace(), exit.now).await?;
    tx.commit().await?;
    Ok(Some(see_other(&format!("/logout/{id}"))))
}

impl Exit {
    /// Whether a portal is of the school before and not the one that is entered now.
    fn is_left(&self, known: &SessionPartner, before: &Rne, destination: &Destination) -> bool {
        let partner = self.snapshot.partners.partners.by_entity_id(&known.entity_id);
        let Some(partner) = partner else { return false };
        let next = self.snapshot.partners.partners.find(&destination.sp);
        let is_next = next.is_some_and(|next| next.entity_id == partner.entity_id);
        !is_next && is_at(&self.snapshot.schools, partner, before)
    }
}

fn is_at(schools: &Schools, partner: &Partner, rne: &Rne) -> bool {
    partner.names().flat_map(|name| schools.at(name)).any(|school| school.rne == *rne)
}
