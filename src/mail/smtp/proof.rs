//! Showing who we are, once the way is protected.
use super::sasl::{self, FirstAnswer, Mechanism, Sasl};
use super::{Dialogue, SmtpError, Step, Target, one_line};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::transport::smtp::response::Response;
use zeroize::Zeroizing;

/// Longer words of a refusal may be what we sent: some servers quote it.
const LONGEST_WORD: usize = 60;

/// How we show who we are.
#[derive(Clone)]
pub enum Proof {
    /// The relay knows us by our address.
    None,
    /// A login and its password.
    Password {
        /// The login.
        user: String,
        /// Its password.
        password: Zeroizing<String>,
        /// How it is shown.
        sasl: Sasl,
    },
    /// A token that the provider gave us.
    Token {
        /// Whose mailbox.
        user: String,
        /// The access token.
        token: Zeroizing<String>,
        /// How it is shown.
        sasl: Sasl,
        /// In how many lines.
        first_answer: FirstAnswer,
        /// Google or Microsoft.
        is_large: bool,
    },
}

impl Proof {
    /// What a server must not quote, the longest first.
    fn secrets(&self) -> Vec<Zeroizing<String>> {
        match self {
            Self::None => Vec::new(),
            Self::Password { user, password, .. } => {
                vec![sasl::plain(user, password), sasl::encode(password), password.clone()]
            }
            Self::Token { token, .. } => vec![sasl::encode(token), token.clone()],
        }
    }
}

impl Dialogue {
    pub(super) async fn show(&mut self, target: &Target) -> Result<(), SmtpError> {
        let shown = match &target.proof {
            Proof::None => Ok(()),
            Proof::Password { user, password, sasl } => {
                self.show_password(user, password, *sasl).await
            }
            Proof::Token { user, token, sasl, first_answer, is_large } => {
                let mechanism = sasl::for_token(*sasl, *is_large, &self.mechanisms);
                let mechanism = mechanism.ok_or_else(|| self.nothing_in_common("token"))?;
                let answer = match mechanism {
                    Mechanism::Oauthbearer => {
                        sasl::oauthbearer(user, (&target.host, target.port), token)
                    }
                    _ => sasl::xoauth2(user, token),
                };
                let is_at_once = first_answer.is_at_once(mechanism, &answer);
                self.show_token(mechanism, &answer, is_at_once).await
            }
        };
        shown.map_err(|error| error.without_secrets(&target.proof))
    }

    /// `PLAIN` in one line when it is offered, else `LOGIN` in two questions.
    async fn show_password(
        &mut self,
        user: &str,
        password: &str,
        sasl: Sasl,
    ) -> Result<(), SmtpError> {
        let mechanism = sasl::for_password(sasl, &self.mechanisms);
        let mechanism = mechanism.ok_or_else(|| self.nothing_in_common("password"))?;
        if mechanism == Mechanism::Plain {
            let answer = sasl::plain(user, password);
            self.say(Step::Auth, line(&format!("AUTH PLAIN {}", answer.as_str())).as_str()).await?;
            return Ok(());
        }
        self.say(Step::Auth, "AUTH LOGIN\r\n").await?;
        self.say(Step::Auth, line(&sasl::encode(user)).as_str()).await?;
        self.say(Step::Auth, line(&sasl::encode(password)).as_str()).await?;
        Ok(())
    }

    /// A token in one line, or behind the server's question when it is long (RFC 4954, 4). A server
    /// that refuses may say why first, and waits for a word from us before it ends the exchange.
    async fn show_token(
        &mut self,
        mechanism: Mechanism,
        answer: &Zeroizing<String>,
        is_at_once: bool,
    ) -> Result<(), SmtpError> {
        let name = mechanism.name();
        let said = if is_at_once {
            self.say(Step::Auth, line(&format!("AUTH {name} {}", answer.as_str())).as_str()).await?
        } else {
            let asked = self.say(Step::Auth, format!("AUTH {name}\r\n")).await?;
            if !is_question(&asked) {
                return Err(SmtpError::new(Step::Auth, one_line(&asked)));
            }
            self.say(Step::Auth, line(answer).as_str()).await?
        };
        if !is_question(&said) {
            return Ok(());
        }
        let why = reason(&said);
        let ended = self.say(Step::Auth, mechanism.resignation()).await;
        let text = match ended {
            Err(error) if error.code.is_some() => {
                return Err(SmtpError { text: format!("{} {why}", error.text), ..error });
            }
            Err(error) => error.text,
            Ok(said) => one_line(&said),
        };
        Err(SmtpError { step: Step::Auth, code: Some(535), text: format!("{text} {why}") })
    }

    fn nothing_in_common(&self, what: &str) -> SmtpError {
        let offered = self.mechanisms.join(" ");
        let text = format!("no mechanism that takes a {what}; offered: {offered}");
        SmtpError::new(Step::Mechanisms, text)
    }
}

impl SmtpError {
    /// The same without what we showed, as it is and as it was encoded, and without words that are long
    /// enough to be a piece of it.
    fn without_secrets(self, proof: &Proof) -> Self {
        let mut text = self.text;
        for secret in proof.secrets().iter().filter(|secret| !secret.is_empty()) {
            text = text.replace(secret.as_str(), "…");
        }
        let word = |word: &str| {
            if word.chars().count() > LONGEST_WORD { "…".to_owned() } else { word.to_owned() }
        };
        let words: Vec<String> = text.split_whitespace().map(word).collect();
        Self { text: words.join(" "), ..self }
    }
}

fn line(text: &str) -> Zeroizing<String> {
    Zeroizing::new(format!("{text}\r\n"))
}

fn is_question(said: &Response) -> bool {
    u16::from(said.code()) == 334
}

/// What a server says before it refuses a token: `status` of its JSON, nothing else of it.
fn reason(said: &Response) -> String {
    let text: String = said.message().collect();
    let json = STANDARD.decode(text.trim()).unwrap_or_default();
    let told: serde_json::Value = serde_json::from_slice(&json).unwrap_or_default();
    let status = told["status"].as_str().unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    format!("(status: {})", status.chars().filter(|c| is_plain(*c)).take(40).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_sent_is_not_repeated_with_the_refusal() {
        let token = "x".repeat(61);
        let error = SmtpError::new(Step::Auth, format!("500 5.5.2 what is {token}?"));
        assert_eq!(error.without_secrets(&Proof::None).text, "500 5.5.2 what is …");
    }

    #[test]
    fn a_password_is_not_repeated_in_any_way_it_was_shown() {
        let password = Zeroizing::new("Tulipe-42".to_owned());
        let proof = Proof::Password { user: "vs".into(), password, sasl: Sasl::Auto };
        for quoted in ["AHZzAFR1bGlwZS00Mg==", "VHVsaXBlLTQy", "Tulipe-42"] {
            let error = SmtpError::new(Step::Auth, format!("500 what is \"AUTH {quoted}\""));
            assert_eq!(error.without_secrets(&proof).text, "500 what is \"AUTH …\"");
        }
    }
}
