//! What is said to show who we are (RFC 4616, 7628; XOAUTH2 as Google and Microsoft describe it),
//! and which of it: without a connection.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Longest command line with its end (RFC 4954, 4; RFC 5321, 4.5.3.1.4).
const LONGEST_COMMAND: usize = 512;
/// Offered words and ours, the one liked best first.
const PASSWORDS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
const TOKENS: [Mechanism; 2] = [Mechanism::Oauthbearer, Mechanism::Xoauth2];

/// Which mechanism an account uses.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    sqlx::Type,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[schema(as = MailSasl)]
pub enum Sasl {
    /// The best of those that the server offers.
    #[default]
    Auto,
    /// XOAUTH2 only.
    Xoauth2,
    /// OAUTHBEARER only.
    Oauthbearer,
    /// PLAIN only.
    Plain,
    /// LOGIN only.
    Login,
}

/// Whether the first answer stands in the line of the command.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    sqlx::Type,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[schema(as = MailFirstAnswer)]
pub enum FirstAnswer {
    /// When the line is short enough for every server.
    #[default]
    Auto,
    /// Always, for servers that do not know the other way.
    Always,
    /// Never: after the server's question.
    Never,
}

/// A way of showing who we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mechanism {
    Plain,
    Login,
    Xoauth2,
    Oauthbearer,
}

impl Sasl {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Auto, Self::Xoauth2, Self::Oauthbearer, Self::Plain, Self::Login];

    /// As in the table and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Xoauth2 => "xoauth2",
            Self::Oauthbearer => "oauthbearer",
            Self::Plain => "plain",
            Self::Login => "login",
        }
    }

    /// The mechanisms that it stands for, the one liked best first. Large providers describe
    /// XOAUTH2 and nothing else, so it goes first there.
    fn among(self, usual: [Mechanism; 2]) -> Vec<Mechanism> {
        match self {
            Self::Auto => usual.to_vec(),
            Self::Xoauth2 => vec![Mechanism::Xoauth2],
            Self::Oauthbearer => vec![Mechanism::Oauthbearer],
            Self::Plain => vec![Mechanism::Plain],
            Self::Login => vec![Mechanism::Login],
        }
    }
}

impl FirstAnswer {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Always, Self::Never];

    /// As in the table and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }

    /// Whether this answer stands in the line of the command.
    pub(super) fn is_at_once(self, mechanism: Mechanism, answer: &str) -> bool {
        let line = "AUTH ".len() + mechanism.name().len() + " ".len() + answer.len() + "\r\n".len();
        match self {
            Self::Auto => line <= LONGEST_COMMAND,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

impl Mechanism {
    /// As servers write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::Xoauth2 => "XOAUTH2",
            Self::Oauthbearer => "OAUTHBEARER",
        }
    }

    /// What a client says to the server's last word before the refusal.
    pub(super) fn resignation(self) -> &'static str {
        if self == Self::Oauthbearer { "AQ==\r\n" } else { "\r\n" }
    }
}

/// The mechanism for a password, of those offered.
pub(super) fn for_password(sasl: Sasl, offered: &[String]) -> Option<Mechanism> {
    first(sasl.among(PASSWORDS), offered)
}

/// The mechanism for a token, of those offered.
pub(super) fn for_token(sasl: Sasl, is_large: bool, offered: &[String]) -> Option<Mechanism> {
    let [best, second] = TOKENS;
    first(sasl.among(if is_large { [second, best] } else { TOKENS }), offered)
}

fn first(liked: Vec<Mechanism>, offered: &[String]) -> Option<Mechanism> {
    let is_offered =
        |one: &Mechanism| offered.iter().any(|name| name.eq_ignore_ascii_case(one.name()));
    liked.into_iter().find(is_offered)
}

/// `PLAIN` (RFC 4616).
pub(super) fn plain(user: &str, password: &str) -> Zeroizing<String> {
    encode(&Zeroizing::new(format!("\0{user}\0{password}")))
}

/// `XOAUTH2`.
pub(super) fn xoauth2(user: &str, token: &str) -> Zeroizing<String> {
    encode(&Zeroizing::new(format!("user={user}\x01auth=Bearer {token}\x01\x01")))
}

/// `OAUTHBEARER` (RFC 7628, 3.1).
pub(super) fn oauthbearer(user: &str, (host, port): (&str, u16), token: &str) -> Zeroizing<String> {
    let user = user.replace('=', "=3D").replace(',', "=2C");
    let text = format!("n,a={user},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01");
    encode(&Zeroizing::new(text))
}

/// As it goes over the wire.
pub(super) fn encode(text: &str) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_shown_as_the_documents_show_them() {
        let (user, token) = ("presence@univ-exemple.fr", "eyJ0.made-up.token");
        assert_eq!(
            xoauth2(user, token).as_str(),
            "dXNlcj1wcmVzZW5jZUB1bml2LWV4ZW1wbGUuZnIBYXV0aD1CZWFyZXIgZXlKMC5tYWRlLXVwLnRva2VuAQE="
        );
        assert_eq!(
            oauthbearer(user, ("smtp.univ-exemple.fr", 587), token).as_str(),
            "bixhPXByZXNlbmNlQHVuaXYtZXhlbXBsZS5mciwBaG9zdD1zbXRwLnVuaXYtZXhlbXBsZS5mcgFwb3J0PTU4\
             NwFhdXRoPUJlYXJlciBleUowLm1hZGUtdXAudG9rZW4BAQ=="
        );
        let token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";
        assert_eq!(
            oauthbearer("user@example.com", ("server.example.com", 143), token).as_str(),
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVh\
             cmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
        );
    }

    #[test]
    fn names_with_commas_and_equal_signs_stay_one_name() {
        let line = oauthbearer("a,b=c@d.fr", ("h", 1), "t");
        let text = String::from_utf8(STANDARD.decode(line.as_str()).expect("base64"));
        assert!(text.expect("text").starts_with("n,a=a=2Cb=3Dc@d.fr,\x01"));
    }

    #[test]
    fn the_best_of_what_is_offered_is_used() {
        let offered = |list: &str| list.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let both = offered("PLAIN xoauth2 OAUTHBEARER");
        let table = [
            (Sasl::Auto, false, &both, Some(Mechanism::Oauthbearer)),
            (Sasl::Auto, true, &both, Some(Mechanism::Xoauth2)),
            (Sasl::Auto, false, &offered("XOAUTH2"), Some(Mechanism::Xoauth2)),
            (Sasl::Auto, true, &offered("OAUTHBEARER"), Some(Mechanism::Oauthbearer)),
            (Sasl::Xoauth2, false, &both, Some(Mechanism::Xoauth2)),
            (Sasl::Oauthbearer, false, &offered("XOAUTH2"), None),
            (Sasl::Auto, false, &offered("PLAIN LOGIN"), None),
        ];
        for (sasl, is_large, offered, expected) in table {
            assert_eq!(for_token(sasl, is_large, offered), expected, "{sasl:?} {offered:?}");
        }
        assert_eq!(for_password(Sasl::Auto, &offered("LOGIN PLAIN")), Some(Mechanism::Plain));
        assert_eq!(for_password(Sasl::Auto, &both[1..]), None);
    }

    #[test]
    fn a_line_of_512_octets_goes_at_once_and_one_more_waits_for_the_question() {
        let room = LONGEST_COMMAND - "AUTH XOAUTH2 \r\n".len();
        let is_at_once =
            |how: FirstAnswer, long| how.is_at_once(Mechanism::Xoauth2, &"x".repeat(long));
        assert!(is_at_once(FirstAnswer::Auto, room));
        assert!(!is_at_once(FirstAnswer::Auto, room + 1));
        assert!(is_at_once(FirstAnswer::Always, 3_000));
        assert!(!is_at_once(FirstAnswer::Never, 1));
    }
}
