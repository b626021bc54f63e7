//! A token: one program, what it may do, from where and until when.
use super::scope::Scope;
use crate::identity::Rne;
use crate::identity::token::{Token, hash};
use crate::web::client_ip::ClientAddress;
use chrono::{DateTime, Duration, Utc};
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::IpAddr;
use uuid::Uuid;

/// Before the random part, so that programs which look for leaked secrets know ours.
const MARK: &str = "aig_";
/// Letters of a name.
const LONGEST_NAME: usize = 60;

/// What a token allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// What administrators call the program.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// Only what belongs to these schools; empty: everything.
    pub rne: Vec<Rne>,
    /// The sources it may push people into; empty: all of that kind.
    pub sources: Vec<String>,
    /// Where it has to come from; empty: from anywhere.
    pub networks: Vec<IpNet>,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its name in tables and in the audit record.
    pub id: Uuid,
    /// What it allows.
    pub grant: Grant,
    /// A person, or `command`.
    pub made_by: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    pub used_at: Option<DateTime<Utc>>,
    /// Since when it does not work any more.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Why a token cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// Nobody would know what it is for.
    #[error("a name of 1 to 60 letters is needed")]
    Name,
    /// Another token that works has this name.
    #[error("another token has this name")]
    Taken,
    /// It could do nothing.
    #[error("it needs a scope at least")]
    NoScope,
    /// It is limited to schools, and this is not.
    #[error("{0} cannot be limited to schools")]
    NotBySchool(Scope),
    /// No such school code.
    #[error("{0} is no school code")]
    School(String),
    /// No such network.
    #[error("{0} is no network")]
    Network(String),
    /// No source of kind `push`.
    #[error("{0} is no source of kind push")]
    Source(String),
    /// It would end before it begins.
    #[error("it has to end in the future")]
    Over,
}

impl GrantError {
    /// Key of what the page says.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Name => "token-wrong-name",
            Self::Taken => "token-wrong-taken",
            Self::NoScope => "token-wrong-no-scope",
            Self::NotBySchool(_) => "token-wrong-by-school",
            Self::School(_) => "token-wrong-school",
            Self::Network(_) => "token-wrong-network",
            Self::Source(_) => "token-wrong-source",
            Self::Over => "token-wrong-over",
        }
    }
}

impl Grant {
    /// Whether it makes sense. `pushed`: the sources that are pushed.
    pub fn check(&self, pushed: &[&str], now: DateTime<Utc>) -> Result<(), GrantError> {
        let name = self.name.trim();
        if name.is_empty() || name != self.name || name.chars().count() > LONGEST_NAME {
            return Err(GrantError::Name);
        }
        if self.scopes.is_empty() {
            return Err(GrantError::NoScope);
        }
        let whole = self.scopes.iter().find(|scope| !scope.is_by_school());
        if let Some(scope) = whole.filter(|_| !self.rne.is_empty()) {
            return Err(GrantError::NotBySchool(*scope));
        }
        if let Some(source) = self.sources.iter().find(|one| !pushed.contains(&one.as_str())) {
            return Err(GrantError::Source(source.clone()));
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(GrantError::Over);
        }
        Ok(())
    }

    /// Read school codes and networks as people write them, comma or blank between.
    pub fn read_limits(&mut self, rne: &str, networks: &str) -> Result<(), GrantError> {
        let school = |word: &str| Rne::parse(word).map_err(|_| GrantError::School(word.into()));
        let network = |word: &str| {
            let address = || word.parse::<IpAddr>().ok().map(IpNet::from);
            let net = word.parse().ok().or_else(address);
            net.ok_or_else(|| GrantError::Network(word.to_owned()))
        };
        self.rne = words(rne).map(school).collect::<Result<_, _>>()?;
        self.networks = words(networks).map(network).collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Whether it may be used from there.
    pub fn lets_from(&self, address: ClientAddress) -> bool {
        let known = address.known();
        self.networks.is_empty()
            || known.is_some_and(|known| self.networks.iter().any(|net| net.contains(&known)))
    }

    /// Whether it may write people of this source.
    pub fn may_push(&self, source: &str) -> bool {
        self.sources.is_empty() || self.sources.iter().any(|one| one == source)
    }

    /// The schools it is limited to, when it is.
    pub fn schools(&self) -> Option<&[Rne]> {
        (!self.rne.is_empty()).then_some(self.rne.as_slice())
    }
}

/// Words with commas or blanks between.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ', '\n', '\t', '\r']).filter(|word| !word.is_empty())
}

impl ApiToken {
    /// Whether it works at this time.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.grant.expires_at.is_none_or(|end| end > now)
    }

    /// Whether its use is to be noted again.
    pub fn wants_touch(&self, now: DateTime<Utc>) -> bool {
        self.used_at.is_none_or(|used| used + Duration::minutes(1) <= now)
    }
}

/// A new token: the text for the program, and what is kept of it.
pub(super) fn fresh() -> (String, Vec<u8>) {
    let text = format!("{MARK}{}", Token::new().as_str());
    let kept = hash(&text);
    (text, kept)
}

/// What is kept of a token that came; `None`: it cannot be one of ours.
pub(super) fn recognise(text: &str) -> Option<Vec<u8>> {
    Token::parse(text.strip_prefix(MARK)?)?;
    Some(hash(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> Grant {
        Grant { name: "Restaurant".into(), scopes: [Scope::PeopleRead].into(), ..Grant::default() }
    }

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    #[test]
    fn what_could_do_nothing_or_too_much_is_not_made() {
        let check = |grant: Grant| grant.check(&["rh"], NOW);
        assert_eq!(check(grant()), Ok(()));
        assert_eq!(check(Grant { name: " ".into(), ..grant() }), Err(GrantError::Name));
        assert_eq!(check(Grant { name: "é".repeat(61), ..grant() }), Err(GrantError::Name));
        assert_eq!(check(Grant { scopes: [].into(), ..grant() }), Err(GrantError::NoScope));
        assert_eq!(check(Grant { expires_at: Some(NOW), ..grant() }), Err(GrantError::Over));
        let mut limited = grant();
        limited.read_limits("0750654D, 9740091f", "").expect("codes");
        assert_eq!(check(limited.clone()), Ok(()));
        limited.scopes.insert(Scope::JobsRead);
        assert_eq!(check(limited), Err(GrantError::NotBySchool(Scope::JobsRead)));
        let foreign = Grant { sources: vec!["agents".into()], ..grant() };
        assert_eq!(check(foreign), Err(GrantError::Source("agents".into())));
    }

    #[test]
    fn networks_and_single_addresses_limit_where_it_comes_from() {
        let mut grant = grant();
        grant.read_limits("", "10.0.0.0/8 2001:db8::1").expect("networks");
        let from = |text: &str| ClientAddress::Known(text.parse().expect("an address"));
        assert!(grant.lets_from(from("10.1.2.3")) && grant.lets_from(from("2001:db8::1")));
        assert!(!grant.lets_from(from("192.0.2.1")) && !grant.lets_from(ClientAddress::Unknown));
        assert!(self::grant().lets_from(ClientAddress::Unknown));
        assert_eq!(grant.read_limits("", "10.0.0"), Err(GrantError::Network("10.0.0".into())));
    }

    #[test]
    fn only_what_could_be_ours_is_looked_up() {
        let (text, kept) = fresh();
        assert_eq!(recognise(&text), Some(kept));
        for wrong in ["", "aig_", &text[4..], &text[..46], &format!("{text}=")] {
            assert_eq!(recognise(wrong), None, "{wrong}");
        }
    }
}
