//! Takes mail from whoever shows a token, on a port of this machine that nobody else is told.
use super::{Letter, Mailroom};
use crate::clock::Clock;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::Ipv4Addr;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Longest line, and most of a message, bytes.
const LONGEST_LINE: u64 = 16 * 1024;
const LONGEST_MESSAGE: usize = 1024 * 1024;

/// Open the port and serve it from now on; which one it is.
pub(in crate::demo) async fn open(room: Mailroom, clock: Clock) -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (room, clock) = (room.clone(), clock.clone());
            tokio::spawn(async move { drop(Visit::new(stream, room, clock).serve().await) });
        }
    });
    Ok(port)
}

/// One connection.
struct Visit {
    stream: BufReader<TcpStream>,
    room: Mailroom,
    clock: Clock,
    is_known: bool,
    from: String,
    to: String,
}

impl Visit {
    fn new(stream: TcpStream, room: Mailroom, clock: Clock) -> Self {
        let (from, to) = (String::new(), String::new());
        Self { stream: BufReader::new(stream), room, clock, is_known: false, from, to }
    }

    async fn serve(mut self) -> std::io::Result<()> {
        self.say("220 demonstration").await?;
        while let Some(line) = self.hear().await? {
            let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let reply = match word.to_ascii_uppercase().as_str() {
                "EHLO" => "250-demonstration\r\n250-8BITMIME\r\n250 AUTH XOAUTH2 OAUTHBEARER",
                "HELO" | "NOOP" | "RSET" => "250 OK",
                "AUTH" => self.let_in(rest).await?,
                "MAIL" | "RCPT" | "DATA" if !self.is_known => "530 5.7.0 show a token first",
                "MAIL" => {
                    self.from = address(rest);
                    "250 OK"
                }
                "RCPT" => {
                    self.to = address(rest);
                    "250 OK"
                }
                "DATA" => self.take().await?,
                "QUIT" => {
                    self.say("221 bye").await?;
                    return Ok(());
                }
                _ => "502 5.5.1 what?",
            };
            self.say(reply).await?;
        }
        Ok(())
    }

    /// A token in the line, or behind our question.
    async fn let_in(&mut self, words: &str) -> std::io::Result<&'static str> {
        let mut words = words.split(' ');
        let (_mechanism, at_once) = (words.next(), words.next().map(str::to_owned));
        let shown = if let Some(shown) = at_once {
            shown
        } else {
            self.say("334 ").await?;
            self.hear().await?.unwrap_or_default()
        };
        let shown = STANDARD.decode(shown.trim()).unwrap_or_default();
        let shown = String::from_utf8_lossy(&shown);
        let token = shown.split("auth=Bearer ").nth(1).and_then(|rest| rest.split('\x01').next());
        self.is_known = self.room.is_good(token.unwrap_or_default(), self.clock.now());
        if self.is_known {
            return Ok("235 2.7.0 welcome");
        }
        let why = STANDARD.encode(r#"{"status":"401","schemes":"Bearer","scope":"mail"}"#);
        self.say(&format!("334 {why}")).await?;
        self.hear().await?;
        Ok("535 5.7.8 this token is not good")
    }

    async fn take(&mut self) -> std::io::Result<&'static str> {
        self.say("354 go on").await?;
        let mut content = String::new();
        while let Some(line) = self.hear().await? {
            if line == "." {
                let now = self.clock.now();
                self.room.keep(Letter::read(&self.from, &self.to, &content, now));
                return Ok("250 2.0.0 kept");
            }
            if content.len() < LONGEST_MESSAGE {
                content.push_str(line.strip_prefix('.').unwrap_or(&line));
                content.push_str("\r\n");
            }
        }
        Ok("451 4.3.0 cut off")
    }

    async fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await
    }

    /// The next line without its end. `None`: there is none any more.
    async fn hear(&mut self) -> std::io::Result<Option<String>> {
        let mut bytes = Vec::new();
        let line = limited(&mut self.stream).read_until(b'\n', &mut bytes).await?;
        let text = String::from_utf8_lossy(&bytes);
        Ok((line > 0).then(|| text.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

fn limited<R: AsyncRead + Unpin>(stream: &mut BufReader<R>) -> tokio::io::Take<&mut BufReader<R>> {
    stream.take(LONGEST_LINE)
}

/// What stands between the brackets.
fn address(text: &str) -> String {
    let inner = text.split_once('<').map_or("", |(_, rest)| rest);
    inner.split('>').next().unwrap_or_default().to_owned()
}
