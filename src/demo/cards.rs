//! Cards to look at: one in each state and a few requests, made by the acts that everybody uses.
use crate::card::portrait::SIZE;
use crate::card::services::crous::SmartCard;
use crate::card::services::crous::store::keep_zone;
use crate::card::state::{Actor, State};
use crate::card::stop::Why;
use crate::card::store::{self, holder_of_account, latest};
use crate::card::{Desk, Hand, Step, Wish};
use crate::db::Db;
use crate::identity::store::{account_by_source_id, insert_account, insert_person, note_change};
use crate::identity::{Account, Attributes, Person, PersonId};
use crate::rights::Reach;
use crate::uploads::picture::{Format, write};
use crate::web;
use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use image::{DynamicImage, Rgb, RgbImage};
use uuid::Uuid;

/// Where they are.
const SOURCE: &str = "university";
/// Who looks after their cards.
const MANAGER: &str = "nadia.perrin";
/// People of the demonstration whose cards are to be seen: login, and how far the card is.
const PEOPLE: [(&str, State); 4] = [
    ("maelle.legrand", State::Enabled),
    ("tom.girard", State::New),
    ("ines.robert", State::Rejected),
    ("alain.garnier", State::Printed),
];
/// People who are there for their cards only.
const OTHERS: [(&str, State); 16] = [
    ("Adèle Ferrand", State::New),
    ("Basile Quéré", State::New),
    ("Capucine Roussel", State::New),
    ("Driss El Amrani", State::RequestChecked),
    ("Élise Tanguy", State::RequestChecked),
    ("Fanny Delattre", State::InPrint),
    ("Gaspard Le Bihan", State::Printed),
    ("Hoang Nguyen", State::Printed),
    ("Iris Kowalski", State::InEncode),
    ("Joachim Bertin", State::Encoded),
    ("Khadija Sow", State::Renewed),
    ("Léonie Vasseur", State::Disabled),
    ("Malo Guéguen", State::Caduc),
    ("Naël Hadjadj", State::Destroyed),
    ("Ophélie Carpentier", State::Canceled),
    ("Pierrick d’Harcourt", State::Enabled),
];

/// Make what is not there yet; nothing where nobody looks after cards.
pub(super) async fn plan(db: &Db, desk: &Desk, now: DateTime<Utc>) -> Result<()> {
    let Some((manager, _)) = find(db, MANAGER).await? else { return Ok(()) };
    let mut told = Desk { rules: desk.rules.clone(), ..desk.clone() };
    // Each step is made by itself, so that cards stop where they should.
    told.rules.enable_auto = false;
    let office = Office { db, desk: &told, manager, now };
    for (number, (login, state)) in PEOPLE.into_iter().enumerate() {
        if let Some((person, account)) = find(db, login).await? {
            office.make(&person, account, (number, state)).await?;
        }
    }
    for (number, (name, state)) in OTHERS.into_iter().enumerate() {
        let (person, account) = newcomer(db, (number, name, state), now).await?;
        office.make(&person, account, (number + PEOPLE.len(), state)).await?;
    }
    Ok(())
}

async fn find(db: &Db, login: &str) -> sqlx::Result<Option<(Person, Uuid)>> {
    let mut tx = db.read().await?;
    let Some(account) = account_by_source_id(&mut tx, SOURCE, login).await? else {
        return Ok(None);
    };
    let person = crate::identity::store::find_person(&mut tx, account.person).await?;
    Ok(person.map(|person| (person, account.id)))
}

/// Somebody without a password, who is there for a card only.
async fn newcomer(
    db: &Db,
    (number, name, state): (usize, &str, State),
    now: DateTime<Utc>,
) -> sqlx::Result<(Person, Uuid)> {
    let login = format!("carte{:02}", number + 1);
    if let Some(known) = find(db, &login).await? {
        return Ok(known);
    }
    let mut attributes = Attributes::default();
    attributes.add("displayName", name);
    attributes.add("eduPersonPrincipalName", format!("{login}@quais.example"));
    attributes.add("eduPersonAffiliation", if number % 5 == 4 { "staff" } else { "student" });
    // The CROUS knows nobody without an address; one in five has none, to see what becomes of them.
    if number % 5 != 3 {
        attributes.add("mail", format!("{login}@quais.example"));
    }
    attributes.add("supannCodeINE", format!("{:010}Z", 120_000_000 + number));
    // A card can only expire whose holder had rights once: they ended a month ago.
    if state == State::Caduc {
        let end = now - TimeDelta::days(30);
        attributes.add("schacExpiryDate", end.format("%Y%m%d%H%M%SZ").to_string());
    }
    let account =
        Account { source: SOURCE.to_owned(), source_id: login.clone(), login, attributes };
    let person = Person { id: PersonId::new(), display_name: name.to_owned(), mail: None };
    let mut tx = db.write().await?;
    insert_person(&mut tx, &person, now).await?;
    let id = insert_account(&mut tx, person.id, &account, 0, now).await?;
    note_change(&mut tx, person.id, "person", now).await?;
    tx.commit().await?;
    Ok((person, id))
}

/// Those who lead cards here.
struct Office<'a> {
    db: &'a Db,
    desk: &'a Desk,
    manager: Person,
    now: DateTime<Utc>,
}

impl Office<'_> {
    /// Make a card, as far as it should be; nothing for those who have one.
    async fn make(
        &self,
        person: &Person,
        account: Uuid,
        (number, state): (usize, State),
    ) -> web::Result<()> {
        let begun = self.now - TimeDelta::days(if state == State::Caduc { 90 } else { 12 });
        let begun = begun + TimeDelta::minutes(i64::try_from(number).unwrap_or(0) * 53);
        let mut tx = self.db.read().await?;
        if holder_of_account(&mut tx, account).await?.is_some() {
            return Ok(());
        }
        drop(tx);
        let face = draw(number);
        let own = |now| hand(person.id, now);
        self.desk.keep_photo(self.db, person.id, face, &own(begun)).await?;
        let mut tx = self.db.write().await?;
        let holder = holder_of_account(&mut tx, account).await?;
        let holder = holder.ok_or(web::Error::NotFound)?;
        let photo = latest(&mut tx, holder.id, begun).await?.ok_or(web::Error::NotFound)?;
        let wish = Wish { photo: photo.id, shows_photo: number.is_multiple_of(2) };
        let card = self.desk.request(&mut tx, person, &wish, &own(begun)).await?;
        tx.commit().await?;
        self.lead_to(card, state, begun).await?;
        if state == State::Caduc {
            let mut tx = self.db.write().await?;
            self.desk.follow(&mut tx, &holder, self.now).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Step by step to where the card should be.
    async fn lead_to(&self, card: Uuid, goal: State, begun: DateTime<Utc>) -> web::Result<()> {
        for (at, to) in way(goal).iter().copied().enumerate() {
            let now = begun + TimeDelta::hours(7 * (i64::try_from(at).unwrap_or(0) + 1));
            let mut tx = self.db.write().await?;
            match to {
                State::Encoded => {
                    let csn = csn().map_err(web::Error::internal)?;
                    keep_zone(&mut tx, &zone(&csn, now)).await?;
                    self.desk.encode(&mut tx, card, &csn, &Hand::of_nobody(now)).await?;
                }
                State::InEncode => {
                    let step = (Actor::Station, to);
                    let (said, hand) = (Step::default(), Hand::of_nobody(now));
                    self.desk.lead(&mut tx, card, step, &said, &hand).await?;
                }
                State::InPrint if goal == to => {
                    let seen = store::card(&mut tx, card).await?.map_or(0, |card| card.version);
                    let hand = hand(self.manager.id, now);
                    let step = Step { may_print: true, ..Step::default() };
                    let how = (&Reach::All, &step);
                    self.desk.make_batch(&mut tx, &[(card, seen)], how, &hand).await?;
                }
                _ => {
                    let hand = hand(self.manager.id, now);
                    let step = (Actor::Manager, to);
                    self.desk.lead(&mut tx, card, step, &said(to), &hand).await?;
                }
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

fn hand(by: PersonId, now: DateTime<Utc>) -> Hand {
    Hand { by: Some((by, String::new())), now, ..Hand::default() }
}

fn said(to: State) -> Step {
    let note = match to {
        State::Rejected => "Le visage est dans l’ombre : reprenez la photo face à une fenêtre.",
        State::Canceled => "Demande faite deux fois.",
        _ => "",
    };
    let why = (to == State::Disabled).then_some(Why::Lost);
    Step { note: note.to_owned(), why, may_print: true, ..Step::default() }
}

/// The way of a card from its request on.
fn way(goal: State) -> &'static [State] {
    use State::{Disabled, Enabled, Encoded, InEncode, InPrint, Printed, RequestChecked};
    match goal {
        State::New => &[],
        RequestChecked => &[RequestChecked],
        InPrint => &[RequestChecked, InPrint],
        Printed => &[RequestChecked, InPrint, Printed],
        InEncode => &[RequestChecked, InPrint, Printed, InEncode],
        Encoded => &[RequestChecked, InPrint, Printed, Encoded],
        Enabled | State::Caduc => &[RequestChecked, InPrint, Printed, Encoded, Enabled],
        State::Renewed => &[RequestChecked, InPrint, Printed, Encoded, Enabled, State::Renewed],
        Disabled => &[RequestChecked, InPrint, Printed, Encoded, Enabled, Disabled],
        State::Destroyed => &[RequestChecked, InPrint, Printed, Encoded, State::Destroyed],
        State::Rejected => &[State::Rejected],
        State::Canceled => &[State::Canceled],
    }
}

/// A number as chips of one maker have it.
pub(super) fn csn() -> Result<String, openssl::error::ErrorStack> {
    let mut bytes = [0; 7];
    openssl::rand::rand_bytes(&mut bytes)?;
    bytes[0] = 0x04;
    Ok(crate::hex::hex(&bytes))
}

/// The zone of the CROUS that the maker of a chip wrote.
pub(super) fn zone(csn: &str, now: DateTime<Utc>) -> SmartCard {
    SmartCard {
        uid: csn.to_uppercase(),
        id_zdc: i64::from_str_radix(&csn[csn.len() - 8..], 16).unwrap_or_default(),
        id_transmitter: Some(500),
        id_mapping: Some(2),
        created_on: now.date_naive().to_string(),
        pix_ss: "250".to_owned(),
        pix_nn: "01".to_owned(),
        appl: "A0000000".to_owned(),
        rid: "0000000000012345".to_owned(),
    }
}

/// A face that belongs to nobody.
fn draw(number: usize) -> Vec<u8> {
    const GROUND: [[u8; 3]; 4] =
        [[214, 226, 230], [231, 225, 211], [222, 230, 215], [232, 219, 222]];
    const SKIN: [[u8; 3]; 5] =
        [[236, 198, 168], [198, 146, 108], [141, 92, 62], [224, 178, 142], [104, 66, 46]];
    const HAIR: [[u8; 3]; 4] = [[58, 42, 34], [24, 22, 26], [150, 104, 58], [96, 60, 40]];
    const COAT: [[u8; 3]; 5] =
        [[38, 84, 104], [120, 56, 62], [66, 96, 66], [92, 82, 120], [176, 118, 54]];
    let (width, height) = SIZE;
    let within = |x: u32, y: u32, (cx, cy): (f32, f32), (rx, ry): (f32, f32)| {
        let along = |at: u32, side: u32| f32::from(u16::try_from(at * 1000 / side).unwrap_or(0));
        let (dx, dy) = ((along(x, width) - cx) / rx, (along(y, height) - cy) / ry);
        dx * dx + dy * dy < 1.0
    };
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb(if within(x, y, (500.0, 430.0), (205.0, 210.0)) {
            SKIN[number % 5]
        } else if within(x, y, (500.0, 360.0), (250.0, 220.0)) {
            HAIR[number % 4]
        } else if within(x, y, (500.0, 640.0), (90.0, 90.0)) {
            SKIN[number % 5]
        } else if within(x, y, (500.0, 1020.0), (420.0, 330.0)) {
            COAT[number * 3 % 5]
        } else {
            GROUND[number % 4]
        })
    });
    write(Format::Jpeg, &DynamicImage::ImageRgb8(picture)).unwrap_or_default()
}
