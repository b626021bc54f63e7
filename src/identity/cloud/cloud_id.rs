//! `user@server`, the name of an account across Nextcloud servers.
use std::fmt;

/// Longest user part, bytes: Nextcloud accepts no more.
const MOST_USER: usize = 64;

/// A cloud id that Nextcloud would accept, kept exactly as it came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloudId {
    text: String,
    at: usize,
}

/// Why something is no cloud id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CloudIdError {
    /// There is no `@`, or nothing behind it.
    #[error("a cloud id is written user@server")]
    NoServer,
    /// Empty, too long, only dots, or with characters that Nextcloud refuses.
    #[error("Nextcloud accepts no such user name")]
    BadUser,
    /// Nothing that could be a host, or control characters in it.
    #[error("what stands behind the @ is no server")]
    BadServer,
}

impl CloudId {
    /// Read one; the last `@` parts user and server, because user names may be mail addresses.
    pub fn parse(text: &str) -> Result<Self, CloudIdError> {
        let (user, server) = text.rsplit_once('@').ok_or(CloudIdError::NoServer)?;
        if !is_user(user) {
            return Err(CloudIdError::BadUser);
        }
        let instance = comparable(server);
        if instance.is_empty() {
            return Err(CloudIdError::NoServer);
        }
        if instance.chars().any(|c| c.is_control() || c.is_whitespace()) || text.len() > 255 {
            return Err(CloudIdError::BadServer);
        }
        Ok(Self { at: user.len(), text: text.to_owned() })
    }

    /// Exactly as it came.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Before the last `@`.
    pub fn user(&self) -> &str {
        &self.text[..self.at]
    }

    /// Behind the last `@`: host, perhaps with scheme, port and path.
    pub fn server(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// The server in its form for comparison: no scheme, lower-case host, no `/index.php`.
    pub fn instance(&self) -> String {
        comparable(self.server())
    }

    /// The whole in its form for comparison; the user part stays as it is.
    pub fn key(&self) -> String {
        format!("{}@{}", self.user(), self.instance())
    }
}

impl fmt::Display for CloudId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

fn is_user(user: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || " _.@-'=".contains(c);
    !user.is_empty()
        && user.len() <= MOST_USER
        && user == user.trim()
        && user.chars().all(is_allowed)
        && user.chars().any(|c| c != '.')
}

fn comparable(server: &str) -> String {
    let bare = server.strip_prefix("https://").or_else(|| server.strip_prefix("http://"));
    let bare = bare.unwrap_or(server);
    let bare = bare.split("/index.php").next().unwrap_or_default().trim_end_matches('/');
    match bare.split_once('/') {
        Some((host, path)) => format!("{}/{path}", host.to_lowercase()),
        None => bare.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_at_parts_user_and_server() {
        let id = CloudId::parse("a.b@ac-a.example.test@https://Nuage.Example.test/nc/").unwrap();
        assert_eq!(id.user(), "a.b@ac-a.example.test");
        assert_eq!(id.server(), "https://Nuage.Example.test/nc/");
        assert_eq!(id.instance(), "nuage.example.test/nc");
        assert_eq!(id.key(), "a.b@ac-a.example.test@nuage.example.test/nc");
        assert_eq!(id.as_str(), "a.b@ac-a.example.test@https://Nuage.Example.test/nc/");
    }

    #[test]
    fn spellings_of_one_server_compare_equal() {
        for spelling in [
            "zoe@127.0.0.1:18931",
            "zoe@http://127.0.0.1:18931",
            "zoe@https://127.0.0.1:18931/",
            "zoe@127.0.0.1:18931/index.php/apps",
        ] {
            assert_eq!(CloudId::parse(spelling).unwrap().key(), "zoe@127.0.0.1:18931");
        }
    }

    #[test]
    fn what_nextcloud_refuses_is_refused() {
        let table = [
            ("nobody", CloudIdError::NoServer),
            ("a@", CloudIdError::NoServer),
            ("a@https://", CloudIdError::NoServer),
            ("@host", CloudIdError::BadUser),
            ("..@host", CloudIdError::BadUser),
            (" a@host", CloudIdError::BadUser),
            ("élodie@host", CloudIdError::BadUser),
            ("a/b@host", CloudIdError::BadUser),
            ("a@ho st", CloudIdError::BadServer),
        ];
        for (text, error) in table {
            assert_eq!(CloudId::parse(text), Err(error), "{text}");
        }
        assert_eq!(CloudId::parse(&format!("{}@h", "a".repeat(65))), Err(CloudIdError::BadUser));
        assert!(CloudId::parse(&format!("{}@h", "a".repeat(64))).is_ok());
    }
}
