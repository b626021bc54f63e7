//! Where in the stream of a connection heads and bodies are, so far as needed to look at the ends
//! of lines: the parser takes a line feed alone for one, other programs do not (SEC-08).

/// Bytes of a line that are kept; the lines that matter are shorter.
const KEPT: usize = 128;

/// Where the next byte belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first line of a request, behind it once `begun`.
    Head { begun: bool, length: u64, chunked: bool },
    /// So many bytes are left of a body.
    Body(u64),
    /// The line with the size of a chunk.
    ChunkSize,
    /// So many bytes are left of a chunk and its end.
    Chunk(u64),
    /// Lines behind the last chunk.
    Trailer,
    /// The parser will refuse this, or it is no HTTP any more.
    Unwatched,
}

const NEXT_HEAD: Place = Place::Head { begun: false, length: 0, chunked: false };

/// What is being received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receiving {
    /// Nothing: the client may rest.
    Nothing,
    /// The head of the request with this number, from 0.
    Head(u64),
    /// A body.
    Body,
}

/// Follows what a client sends.
#[derive(Debug)]
pub(super) struct Framing {
    place: Place,
    line: Vec<u8>,
    line_length: usize,
    last: u8,
    heads: u64,
}

impl Framing {
    pub(super) fn new() -> Self {
        Self { place: NEXT_HEAD, line: Vec::with_capacity(KEPT), line_length: 0, last: 0, heads: 0 }
    }

    pub(super) fn receiving(&self) -> Receiving {
        match self.place {
            Place::Head { begun: false, .. } if self.line_length == 0 => Receiving::Nothing,
            Place::Head { .. } => Receiving::Head(self.heads),
            Place::Unwatched => Receiving::Nothing,
            _ => Receiving::Body,
        }
    }

    /// Follow what came; the error is the place of a line feed that stands alone, or ends a line on
    /// lengths that no honest client writes so long.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while at < bytes.len() {
            at += match self.place {
                Place::Unwatched => return Ok(()),
                Place::Body(left) | Place::Chunk(left) => self.skip(left, bytes.len() - at),
                _ => self.follow_line(&bytes[at..]).map_err(|within| at + within)?,
            };
        }
        Ok(())
    }

    fn skip(&mut self, left: u64, there: usize) -> usize {
        let step = usize::try_from(left).unwrap_or(usize::MAX).min(there);
        let left = left - step as u64;
        self.place = match (self.place, left) {
            (Place::Chunk(_), 0) => Place::ChunkSize,
            (Place::Chunk(_), left) => Place::Chunk(left),
            (_, 0) => NEXT_HEAD,
            (_, left) => Place::Body(left),
        };
        step
    }

    /// Up to the end of the line, or to that of the bytes; how many these are.
    fn follow_line(&mut self, bytes: &[u8]) -> Result<usize, usize> {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let piece = &bytes[..end.unwrap_or(bytes.len())];
        self.last = piece.last().copied().unwrap_or(self.last);
        let room = KEPT - self.line.len();
        self.line.extend_from_slice(&piece[..piece.len().min(room)]);
        self.line_length += piece.len();
        let Some(end) = end else { return Ok(bytes.len()) };
        let is_cut = self.line_length > self.line.len();
        if self.last != b'\r' || (is_cut && self.is_about_length()) {
            self.place = Place::Unwatched;
            return Err(end);
        }
        let text = String::from_utf8_lossy(&self.line).trim_end_matches('\r').to_owned();
        self.place = self.after(&text);
        self.line.clear();
        (self.line_length, self.last) = (0, 0);
        Ok(end + 1)
    }

    fn is_about_length(&self) -> bool {
        let name = self.line.split(|byte| *byte == b':').next().unwrap_or_default();
        [&b"content-length"[..], b"transfer-encoding"].iter().any(|n| n.eq_ignore_ascii_case(name))
    }

    /// Where a line leads.
    fn after(&mut self, line: &str) -> Place {
        match self.place {
            Place::Head { begun: false, .. } if line.is_empty() => self.place,
            Place::Head { begun: false, .. } if line.starts_with("CONNECT ") => Place::Unwatched,
            Place::Head { begun: false, length, chunked } => {
                Place::Head { begun: true, length, chunked }
            }
            Place::Head { length, chunked, .. } if line.is_empty() => {
                self.heads += 1;
                match (chunked, length) {
                    (true, _) => Place::ChunkSize,
                    (false, 0) => NEXT_HEAD,
                    (false, length) => Place::Body(length),
                }
            }
            Place::Head { length, chunked, .. } => header(line, length, chunked),
            Place::ChunkSize => {
                let digits = line.split([';', ' ', '\t']).next().unwrap_or_default();
                match u64::from_str_radix(digits, 16) {
                    Ok(0) => Place::Trailer,
                    Ok(size) => Place::Chunk(size.saturating_add(2)),
                    Err(_) => Place::Unwatched,
                }
            }
            Place::Trailer if line.is_empty() => NEXT_HEAD,
            place => place,
        }
    }
}

fn header(line: &str, length: u64, chunked: bool) -> Place {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    if name.eq_ignore_ascii_case("transfer-encoding") {
        return Place::Head { begun: true, length, chunked: true };
    }
    if name.eq_ignore_ascii_case("upgrade") {
        return Place::Unwatched;
    }
    if name.eq_ignore_ascii_case("content-length") {
        return match value.trim().parse() {
            Ok(length) => Place::Head { begun: true, length, chunked },
            Err(_) => Place::Unwatched,
        };
    }
    Place::Head { begun: true, length, chunked }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Heads seen and what is being received, or where a line feed stood alone.
    fn followed(text: &str) -> Result<(u64, Receiving), usize> {
        let mut framing = Framing::new();
        framing.follow(text.as_bytes())?;
        Ok((framing.heads, framing.receiving()))
    }

    const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    #[test]
    fn heads_and_bodies_are_told_apart() {
        use Receiving::{Body, Head, Nothing};
        let post =
            |headers: &str, body: &str| format!("POST / HTTP/1.1\r\n{headers}\r\n\r\n{body}");
        let table = [
            (String::new(), (0, Nothing)),
            ("\r\n\r\n".to_owned(), (0, Nothing)),
            ("G".to_owned(), (0, Head(0))),
            (GET.to_owned(), (1, Nothing)),
            (format!("{GET}G"), (1, Head(1))),
            (GET.repeat(3), (3, Nothing)),
            (post("content-length: 3", "\n\n"), (1, Body)),
            (post("Content-Length:3", "\n\n\n"), (1, Nothing)),
            (post("Content-Length: 3 ", "\n\n\nG"), (1, Head(1))),
            (post("Content-Length: 0", GET), (2, Nothing)),
            (post("Transfer-Encoding: chunked", "2;x=y\r\n\n\n\r\n"), (1, Body)),
            (post("Transfer-Encoding: chunked", "2\r\n\n\n\r\n0\r\nx: y\r\n\r\nG"), (1, Head(1))),
        ];
        for (text, expected) in table {
            assert_eq!(followed(&text), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn a_line_feed_alone_is_found_in_every_head() {
        let table = [
            ("GET / HTTP/1.1\nHost: a\r\n\r\n".to_owned(), 14),
            ("\nGET / HTTP/1.1\r\n".to_owned(), 0),
            ("GET / HTTP/1.1\r\nHost: a\n\r\n".to_owned(), 23),
            ("GET / HTTP/1.1\r\nHost: a\r\n\n".to_owned(), 25),
            (format!("{GET}GET / HTTP/1.1\n"), GET.len() + 14),
            (format!("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n\n{GET}\n"), 39 + GET.len()),
            (format!("GET / HTTP/1.1\r\nx: {}\n", "y".repeat(500)), 519),
            (format!("GET / HTTP/1.1\r\ncontent-length: {}5\r\n", " ".repeat(500)), 534),
        ];
        for (text, at) in table {
            assert_eq!(followed(&text), Err(at), "{text:?}");
        }
    }

    #[test]
    fn what_the_parser_refuses_is_not_followed() {
        for text in [
            "CONNECT a:1 HTTP/1.1\r\n\n",
            "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\n",
            "POST / HTTP/1.1\r\nContent-Length: x\r\n\n",
        ] {
            assert_eq!(followed(text), Ok((0, Receiving::Nothing)), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_in_which_pieces_bytes_come(
            text in "(GET / HTTP/1.1\r?\n|content-length: 3\r\n|transfer-encoding: chunked\r\n|x: y{100,140}\r?\n|\r\n|\n|2\r\n|0\r\n|a)*",
            cuts in proptest::collection::vec(1..9_usize, 0..60),
        ) {
            let whole = followed(&text);
            let mut framing = Framing::new();
            let (mut at, mut sizes) = (0, cuts.iter().cycle());
            let mut pieces = Ok(());
            while at < text.len() && pieces.is_ok() {
                let size = sizes.next().copied().unwrap_or(text.len()).min(text.len() - at);
                pieces = framing.follow(&text.as_bytes()[at..at + size]).map_err(|within| at + within);
                at += size;
            }
            prop_assert_eq!(pieces.map(|()| (framing.heads, framing.receiving())), whole);
        }
    }
}
