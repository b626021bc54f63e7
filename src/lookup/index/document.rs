//! What the index holds of one record: the terms that find it, and the answer as it is sent.
use super::rank::Rank;
use super::schema::{Fields, Part};
use crate::identity::cloud::{Field, ListedRecord, Reach, RecordId};
use crate::lookup::words::{fold, name_words, sorted, words};
use openssl::sha::sha256;
use tantivy::TantivyDocument;
use uuid::Uuid;

/// Home of grown-ups who asked to be found by everybody.
pub(super) const OPEN: &str = "o:";
/// Home of everybody who is no pupil.
pub(super) const GROWN_UP: &str = "g:";
/// Bytes behind the user object: id and person.
const TAIL: usize = 24;

/// What is read back of a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) id: RecordId,
    pub(super) person_hash: u64,
    pub(super) json: Box<[u8]>,
}

impl Kept {
    /// Take apart what [`document`] stored.
    pub(super) fn read(mut bytes: Vec<u8>) -> Option<Self> {
        let tail: [u8; TAIL] = bytes.last_chunk().copied()?;
        let (id, person) = tail.split_at(16);
        let (id, person) = (id.try_into().ok()?, person.try_into().ok()?);
        bytes.truncate(bytes.len() - TAIL);
        Some(Self {
            id: RecordId(Uuid::from_bytes(id)),
            person_hash: u64::from_le_bytes(person),
            json: bytes.into_boxed_slice(),
        })
    }
}

/// The document of a record.
pub(super) fn document(record: &ListedRecord, fields: &Fields) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_bytes(fields.id, record.id.0.as_bytes());
    let names = names(record);
    document.add_text(fields.part(Part::Exact), exact(record));
    document.add_text(fields.part(Part::Word), &names);
    document.add_text(fields.part(Part::Edge), &names);
    document.add_text(fields.part(Part::Login), logins(record));
    document.add_text(fields.part(Part::Domain), domains(record));
    document.add_text(fields.part(Part::Home), homes(record));
    let rank = Rank::of(&record.fields);
    document.add_u64(fields.rank, rank.0);
    document.add_u64(fields.rank2, rank.1);
    document.add_u64(fields.tie, tie(record.id));
    document.add_bytes(fields.answer, &stored(record));
    document
}

/// Which kind of line [`Part::Exact`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// All words of the full name, in alphabetical order.
    Name,
    /// The login, folded.
    Userid,
    /// The mail address, folded.
    Email,
    /// The cloud id in its form for comparison.
    Cloud,
    /// The same, folded.
    FoldedCloud,
}

impl Line {
    /// The line as it stands in the index.
    pub(super) fn of(self, value: &str) -> String {
        let kind = match self {
            Self::Name => 'n',
            Self::Userid => 'u',
            Self::Email => 'm',
            Self::Cloud => 'c',
            Self::FoldedCloud => 'f',
        };
        format!("{kind}:{value}")
    }

    /// The line of a full name in whatever order its words stand.
    pub(super) fn of_name(name: &str) -> String {
        Self::Name.of(&sorted(words(name)).join(" "))
    }
}

/// Tells records apart where their names do not: the random half of the id.
pub(super) fn tie(id: RecordId) -> u64 {
    id.0.as_u64_pair().1
}

fn exact(record: &ListedRecord) -> String {
    let get = |field| record.fields.get(field);
    let key = record.cloud_id.key();
    let mut lines = vec![Line::FoldedCloud.of(&fold(&key)), Line::Cloud.of(&key)];
    lines.extend(get(Field::Name).map(Line::of_name));
    if let (Some(given), Some(surname)) = (get(Field::Given), get(Field::Surname)) {
        lines.push(Line::of_name(&format!("{given} {surname}")));
    }
    lines.extend(get(Field::Userid).map(|login| Line::Userid.of(&fold(login))));
    lines.extend(mails(record).map(|mail| Line::Email.of(&fold(mail))));
    sorted(lines).join("\n")
}

/// All addresses, the one that is sent first.
fn mails(record: &ListedRecord) -> impl Iterator<Item = &str> {
    let others = record.fields.get(Field::Mails).unwrap_or_default().lines();
    record.fields.get(Field::Email).into_iter().chain(others)
}

fn names(record: &ListedRecord) -> String {
    let named = [Field::Name, Field::Given, Field::Surname];
    let names = named.into_iter().filter_map(|field| record.fields.get(field));
    sorted(names.flat_map(name_words).collect()).join(" ")
}

fn logins(record: &ListedRecord) -> String {
    let login = record.fields.get(Field::Userid).unwrap_or_default();
    let local = parts_of_mail(record).map_or("", |(local, _)| local);
    let texts = [login, local, record.cloud_id.user()];
    sorted(texts.into_iter().flat_map(words).collect()).join(" ")
}

fn domains(record: &ListedRecord) -> String {
    let domain = parts_of_mail(record).map_or("", |(_, domain)| domain);
    let texts = [domain, record.instance.as_str()];
    sorted(texts.into_iter().flat_map(words).collect()).join(" ")
}

/// Server and mail domain, and who may find them.
fn homes(record: &ListedRecord) -> String {
    let mut lines = vec![format!("i:{}", record.instance)];
    lines.extend(parts_of_mail(record).map(|(_, domain)| format!("d:{}", fold(domain))));
    let Reach { is_open, is_pupil, .. } = record.reach;
    lines.extend((is_open && !is_pupil).then(|| OPEN.to_owned()));
    lines.extend((!is_pupil).then(|| GROWN_UP.to_owned()));
    lines.join("\n")
}

fn parts_of_mail(record: &ListedRecord) -> Option<(&str, &str)> {
    record.fields.get(Field::Email)?.rsplit_once('@')
}

/// The user object with every field that may be sent, then id and person.
pub(super) fn stored(record: &ListedRecord) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(320);
    bytes.extend_from_slice(b"{\"federationId\":");
    push_string(&mut bytes, record.cloud_id.as_str());
    for field in Field::SENT {
        let Some(value) = record.fields.get(field) else { continue };
        bytes.extend_from_slice(b",\"");
        bytes.extend_from_slice(field.name().as_bytes());
        bytes.extend_from_slice(b"\":{\"value\":");
        push_string(&mut bytes, value);
        let verified: &[u8] = if record.reach.is_own_word {
            b",\"verified\":\"0\"}"
        } else {
            b",\"verified\":\"1\"}"
        };
        bytes.extend_from_slice(verified);
    }
    bytes.push(b'}');
    bytes.extend_from_slice(record.id.0.as_bytes());
    bytes.extend_from_slice(&person_hash(record).to_le_bytes());
    bytes
}

fn push_string(bytes: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(bytes, text).expect("memory takes every text");
}

/// Equal for all records of one person, spread evenly over all numbers.
fn person_hash(record: &ListedRecord) -> u64 {
    let who = record.person.map_or(record.id.0, |person| person.0);
    let digest = sha256(who.as_bytes());
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::PersonId;
    use crate::identity::cloud::CloudId;

    fn record(pairs: &[(Field, &str)]) -> ListedRecord {
        ListedRecord {
            id: RecordId(Uuid::from_u128(7)),
            cloud_id: CloudId::parse("AMartin@https://Nuage-B.example.test").unwrap(),
            instance: "nuage-b.example.test".to_owned(),
            person: None,
            fields: pairs.iter().copied().collect(),
            reach: Reach::default(),
        }
    }

    #[test]
    fn the_answer_is_the_user_object_of_the_protocol() {
        let record = record(&[
            (Field::Userid, "amartin"),
            (Field::Name, "Agnès \"A\" Martin"),
            (Field::Given, "Agnès"),
        ]);
        let kept = Kept::read(stored(&record)).unwrap();
        assert_eq!(
            std::str::from_utf8(&kept.json).unwrap(),
            "{\"federationId\":\"AMartin@https://Nuage-B.example.test\",\
             \"name\":{\"value\":\"Agnès \\\"A\\\" Martin\",\"verified\":\"1\"},\
             \"userid\":{\"value\":\"amartin\",\"verified\":\"1\"}}"
        );
        assert_eq!(kept.id, record.id);
        assert!(Kept::read(vec![0; 23]).is_none());
    }

    #[test]
    fn records_of_one_person_have_one_hash() {
        let (mut one, mut other) = (record(&[]), record(&[]));
        other.id = RecordId(Uuid::from_u128(8));
        assert_ne!(person_hash(&one), person_hash(&other));
        one.person = Some(PersonId(Uuid::from_u128(9)));
        other.person = one.person;
        assert_eq!(person_hash(&one), person_hash(&other));
    }

    #[test]
    fn what_users_say_of_themselves_is_not_verified_and_pupils_are_no_grown_ups() {
        let mut record =
            record(&[(Field::Name, "Agnès Martin"), (Field::Mails, "b@x.test\nc@x.test")]);
        record.reach = Reach { is_open: true, is_pupil: true, is_own_word: true };
        let kept = Kept::read(stored(&record)).unwrap();
        let json = std::str::from_utf8(&kept.json).unwrap();
        assert!(
            json.ends_with("\"name\":{\"value\":\"Agnès Martin\",\"verified\":\"0\"}}"),
            "{json}"
        );
        assert_eq!(homes(&record), "i:nuage-b.example.test");
        assert!(exact(&record).contains("m:b@x.test\nm:c@x.test"));
    }

    #[test]
    fn every_part_has_its_terms() {
        let record = record(&[
            (Field::Name, "Agnès Martin"),
            (Field::Userid, "AMartin"),
            (Field::Email, "Agnes.M@AC-B.example.test"),
        ]);
        assert_eq!(
            exact(&record),
            "c:AMartin@nuage-b.example.test\nf:amartin@nuage-b.example.test\n\
             m:agnes.m@ac-b.example.test\nn:agnes martin\nu:amartin"
        );
        assert_eq!(names(&record), "agnes martin");
        assert_eq!(logins(&record), "agnes amartin m");
        assert_eq!(domains(&record), "ac b example nuage test");
        assert_eq!(homes(&record), "i:nuage-b.example.test\nd:ac-b.example.test\ng:");
    }
}
