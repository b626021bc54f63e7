//! The gate: pure Rust that every XML message passes before any C library sees its bytes.
//!
//! It takes little: UTF-8, one root, strictly well-formed, no document type, no processing
//! instruction, bounded in every direction. What passes comes back as an [`Element`].
mod builder;
mod canonical;
pub(super) mod characters;
mod enveloped;
mod tag;

use super::element::Element;
use super::refusal::{Reason, Refusal, demand};
use builder::Builder;
use characters::{is_blank, is_harmless};
pub(super) use enveloped::{Enveloped, Form, enveloped};
use quick_xml::Reader;
use quick_xml::events::Event;
use tag::Tag;

/// What kind of document is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A request or response: at most 256 KiB, no comments.
    Message,
    /// A logout message: at most 64 KiB, no comments.
    Logout,
    /// A partner's description: at most 64 MiB, comments allowed, each entity at most 512 KiB.
    Metadata,
}

/// How much of everything a profile takes.
#[derive(Debug, Clone, Copy)]
struct Limits {
    bytes: usize,
    depth: usize,
    elements: usize,
    attributes: usize,
    namespaces: usize,
    comments: bool,
}

impl Profile {
    fn limits(self) -> Limits {
        let message = Limits {
            bytes: 256 * 1024,
            depth: 32,
            elements: 5_000,
            attributes: 64,
            namespaces: 64,
            comments: false,
        };
        match self {
            Self::Message => message,
            Self::Logout => Limits { bytes: 64 * 1024, ..message },
            Self::Metadata => {
                Limits { bytes: 64 * 1024 * 1024, elements: 5_000_000, comments: true, ..message }
            }
        }
    }
}

/// One entity of a metadata file.
#[derive(Debug)]
pub(super) struct Entity {
    pub(super) element: Element,
    /// Bytes between its first and its last bracket.
    pub(super) size: usize,
    /// `validUntil` of the groups around it.
    pub(super) group_ends: Vec<String>,
}

/// Let a document in.
///
/// # Errors
/// The first thing that is wrong with it: size, encoding or markup.
pub fn admit(bytes: &[u8], profile: Profile) -> Result<Element, Refusal> {
    Walk::new(decode(bytes, profile)?, profile, None).run()
}

/// Let a metadata document in and hand out its entities one by one, so that a federation's file
/// never stands in memory as a tree. The root comes back without them.
pub(super) fn admit_entities(
    bytes: &[u8],
    take: &mut dyn FnMut(Entity),
) -> Result<Element, Refusal> {
    Walk::new(decode(bytes, Profile::Metadata)?, Profile::Metadata, Some(take)).run()
}

/// The bytes as text, when they are text that we take.
fn decode(bytes: &[u8], profile: Profile) -> Result<&str, Refusal> {
    demand(bytes.len() <= profile.limits().bytes, Reason::Size, "too many bytes")?;
    let text = match profile {
        Profile::Metadata => without_mark(bytes)?,
        Profile::Message | Profile::Logout => utf8(bytes)?,
    };
    demand(!text.starts_with('\u{FEFF}'), Reason::Encoding, "a byte order mark")?;
    demand(text.chars().all(is_harmless), Reason::Encoding, "a control character")?;
    Ok(text)
}

/// Text without the byte order mark that may stand before it in a file.
pub(super) fn without_mark(bytes: &[u8]) -> Result<&str, Refusal> {
    let text = utf8(bytes)?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// The tokens of a text; an empty element comes as a start and an end.
fn tokens(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_comments = true;
    config.expand_empty_elements = true;
    reader
}

/// One walk over a text, token by token.
struct Walk<'t> {
    reader: Reader<&'t [u8]>,
    builder: Builder,
    comments: bool,
    take: Option<&'t mut dyn FnMut(Entity)>,
    /// Where the entity begins that we are in, and how deep it stands.
    entity: Option<(u64, usize)>,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str, profile: Profile, take: Option<&'t mut dyn FnMut(Entity)>) -> Self {
        let limits = profile.limits();
        let (reader, builder) = (tokens(text), Builder::new(limits));
        Self { reader, builder, comments: limits.comments, take, entity: None }
    }

    fn run(mut self) -> Result<Element, Refusal> {
        let mut is_first = true;
        loop {
            let position = self.reader.buffer_position();
            let event = self.reader.read_event();
            match event.map_err(|_| Refusal::new(Reason::Markup, "not well-formed"))? {
                Event::Eof => return self.builder.finish(),
                Event::Decl(declaration) => {
                    demand(is_first, Reason::Markup, "an XML declaration in the middle")?;
                    check_declaration(utf8(&declaration)?)?;
                }
                Event::Start(start) => self.start(utf8(&start)?, position)?,
                Event::End(end) => self.end(utf8(&end)?)?,
                other => take_text(&other, self.comments, &mut self.builder)?,
            }
            is_first = false;
        }
    }

    fn start(&mut self, inside: &str, position: u64) -> Result<(), Refusal> {
        self.builder.start(inside)?;
        let depth = self.builder.depth();
        if self.take.is_some() && self.entity.is_none() && depth > 1 && self.builder.is_at_entity()
        {
            self.entity = Some((position, depth));
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Refusal> {
        let depth = self.builder.depth();
        let element = self.builder.end(name.trim_end_matches(is_blank))?;
        let entity = self.entity.filter(|(_, start_depth)| *start_depth == depth);
        let (Some((start, _)), Some(take)) = (entity, self.take.as_mut()) else {
            self.builder.keep(element);
            return Ok(());
        };
        let size = usize::try_from(self.reader.buffer_position() - start).unwrap_or(usize::MAX);
        let group_ends = self.builder.open_attributes("validUntil");
        take(Entity { element, size, group_ends });
        self.entity = None;
        Ok(())
    }
}

/// Text, references and what only metadata may hold.
fn take_text(event: &Event<'_>, lenient: bool, builder: &mut Builder) -> Result<(), Refusal> {
    match event {
        Event::Text(text) => {
            let text = utf8(text)?;
            demand(!text.contains("]]>"), Reason::Markup, "the end of a section without start")?;
            builder.text(&normal_lines(text))
        }
        Event::GeneralRef(reference) => {
            let character = tag::referred(utf8(reference)?)?;
            demand(builder.depth() > 0, Reason::Markup, "text outside the root element")?;
            builder.text(character.encode_utf8(&mut [0; 4]))
        }
        Event::CData(section) if lenient && builder.depth() > 0 => {
            builder.text(&normal_lines(utf8(section)?))
        }
        Event::Comment(_) if lenient => Ok(()),
        _ => Err(Refusal::new(Reason::Markup, "markup that has no place here")),
    }
}

/// Line ends as XML 1.0 §2.11 has them.
fn normal_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The XML declaration: version 1.0, UTF-8, nothing outside.
fn check_declaration(inside: &str) -> Result<(), Refusal> {
    let tag = Tag::parse(inside, 3)?;
    let expected = ["version", "encoding", "standalone"];
    let mut order = expected.iter();
    let ordered = tag.attributes.iter().all(|(name, _)| order.any(|known| known == name));
    let valued = tag.attributes.iter().all(|(name, value)| match *name {
        "version" => value == "1.0",
        "encoding" => value.eq_ignore_ascii_case("utf-8"),
        _ => matches!(value.as_str(), "yes" | "no"),
    });
    let versioned = tag.attributes.first().is_some_and(|(name, _)| *name == "version");
    demand(tag.name == "xml" && ordered && versioned, Reason::Markup, "a bad XML declaration")?;
    demand(valued, Reason::Encoding, "not XML 1.0 in UTF-8")
}

fn utf8(bytes: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(bytes).map_err(|_| Refusal::new(Reason::Encoding, "not UTF-8"))
}

#[cfg(test)]
mod tests;
