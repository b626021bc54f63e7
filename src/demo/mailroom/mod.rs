//! A mail provider inside the demonstration: it gives tokens to who types a code ([`provider`]), takes
//! mail from whoever shows one ([`sink`]), and shows what came ([`inbox`]). An account is prepared for
//! it ([`account`]), so that connecting one can be tried.
mod account;
mod inbox;
mod letter;
pub(super) mod provider;
mod sink;

pub(super) use account::prepare;
pub(super) use inbox::show;
pub(super) use letter::Letter;
pub(super) use sink::open;

use crate::identity::token::Token;
use chrono::{DateTime, Duration, Utc};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Letters that are kept; older ones go.
const MOST_LETTERS: usize = 50;
/// How long a code waits to be typed.
const OPEN: Duration = Duration::minutes(10);
/// How long an access token is good for.
pub(super) const LIFE: Duration = Duration::minutes(10);
/// Letters of codes: no vowels, so that no words come up.
const ALPHABET: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";

/// What the mail provider remembers; one for the whole service.
#[derive(Clone, Default)]
pub(in crate::demo) struct Mailroom(Arc<Mutex<Memory>>);

#[derive(Default)]
struct Memory {
    codes: HashMap<String, Code>,
    access: HashMap<String, DateTime<Utc>>,
    refresh: Vec<String>,
    letters: VecDeque<Letter>,
}

/// A code that waits to be typed.
#[derive(Clone)]
struct Code {
    device: String,
    /// What the form of the page that asks carries.
    form: String,
    until: DateTime<Utc>,
    answer: Option<bool>,
}

/// What a poll hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nobody typed the code yet.
    Pending,
    /// Somebody refused.
    Denied,
    /// There is no such code any more.
    Over,
    /// Access and refresh token.
    Granted(String, String),
}

impl Mailroom {
    /// A new code: what is typed, and its secret half.
    pub(super) fn new_code(&self, now: DateTime<Utc>) -> (String, String) {
        let random = Token::new();
        let letter = |byte: u8| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]);
        let letters: String = random.as_str().bytes().take(8).map(letter).collect();
        let typed = format!("{}-{}", &letters[..4], &letters[4..]);
        let device = format!("demo-device-{}", Token::new().as_str());
        let form = Token::new().as_str().to_owned();
        let code = Code { device: device.clone(), form, until: now + OPEN, answer: None };
        self.remember().codes.insert(typed.clone(), code);
        (typed, device)
    }

    /// The token of the form with which somebody may answer for this code.
    pub(super) fn form(&self, typed: &str, now: DateTime<Utc>) -> Option<String> {
        let memory = self.remember();
        let code = memory.codes.get(typed)?;
        (code.answer.is_none() && code.until > now).then(|| code.form.clone())
    }

    /// Somebody typed a code and agrees or not. `false`: there is no such code.
    pub(super) fn answer(
        &self,
        (typed, form): (&str, &str),
        agrees: bool,
        now: DateTime<Utc>,
    ) -> bool {
        let mut memory = self.remember();
        let code = memory.codes.get_mut(typed).filter(|code| code.until > now && code.form == form);
        code.map(|code| code.answer = Some(agrees)).is_some()
    }

    /// Whether the code of this secret half was typed. Tokens are given once.
    pub(super) fn poll(&self, device: &str, now: DateTime<Utc>) -> Heard {
        let mut memory = self.remember();
        let found = memory.codes.iter().find(|(_, code)| code.device == device);
        let Some((typed, code)) = found.map(|(typed, code)| (typed.clone(), code.clone())) else {
            return Heard::Over;
        };
        match code.answer {
            None if code.until > now => Heard::Pending,
            None => Heard::Over,
            Some(agrees) => {
                memory.codes.remove(&typed);
                if agrees { memory.grant(now) } else { Heard::Denied }
            }
        }
    }

    /// New tokens for a refresh token, which is worth nothing afterwards.
    pub(super) fn renew(&self, refresh: &str, now: DateTime<Utc>) -> Heard {
        let mut memory = self.remember();
        let Some(index) = memory.refresh.iter().position(|known| known == refresh) else {
            return Heard::Over;
        };
        memory.refresh.swap_remove(index);
        memory.grant(now)
    }

    /// Take everything back.
    pub(super) fn revoke(&self) {
        let mut memory = self.remember();
        memory.refresh.clear();
        memory.access.clear();
    }

    /// Whether whoever shows this may send.
    pub(super) fn is_good(&self, access: &str, now: DateTime<Utc>) -> bool {
        self.remember().access.get(access).is_some_and(|until| *until > now)
    }

    /// Keep a letter.
    pub(super) fn keep(&self, letter: Letter) {
        let mut memory = self.remember();
        memory.letters.push_front(letter);
        memory.letters.truncate(MOST_LETTERS);
    }

    /// The newest first.
    pub(super) fn letters(&self) -> Vec<Letter> {
        self.remember().letters.iter().cloned().collect()
    }

    fn remember(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn grant(&mut self, now: DateTime<Utc>) -> Heard {
        let [access, refresh] =
            ["access", "refresh"].map(|kind| format!("demo-{kind}-{}", Token::new().as_str()));
        self.access.retain(|_, until| *until > now);
        self.access.insert(access.clone(), now + LIFE);
        self.refresh.push(refresh.clone());
        Heard::Granted(access, refresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_given_once_to_who_typed_the_code() {
        let (room, now) = (Mailroom::default(), DateTime::UNIX_EPOCH);
        let (typed, device) = room.new_code(now);
        assert_eq!(room.poll(&device, now), Heard::Pending);
        let form = room.form(&typed, now).expect("somebody may answer");
        assert!(!room.answer((&typed, "another form"), true, now));
        assert!(room.answer((&typed, &form), true, now));
        let Heard::Granted(access, refresh) = room.poll(&device, now) else { panic!("no tokens") };
        assert_eq!(room.poll(&device, now), Heard::Over);
        assert!(room.is_good(&access, now) && !room.is_good(&access, now + LIFE));
        assert!(matches!(room.renew(&refresh, now), Heard::Granted(..)));
        assert_eq!(room.renew(&refresh, now), Heard::Over, "it changes each time");
    }

    #[test]
    fn a_code_is_open_for_a_while_and_can_be_refused() {
        let (room, now) = (Mailroom::default(), DateTime::UNIX_EPOCH);
        let (typed, device) = room.new_code(now);
        let form = room.form(&typed, now).expect("somebody may answer");
        assert!(!room.answer((&typed, &form), true, now + OPEN));
        assert_eq!(room.poll(&device, now + OPEN), Heard::Over);
        let (typed, device) = room.new_code(now);
        let form = room.form(&typed, now).expect("somebody may answer");
        assert!(room.answer((&typed, &form), false, now));
        assert_eq!(room.poll(&device, now), Heard::Denied);
    }
}
