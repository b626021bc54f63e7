//! Reads a text whose root is signed as a whole: what the digest is taken over, what the signature
//! is made over, and where the signature stands. Works token by token: a federation's file never
//! stands in memory as a tree, and no C library sees it.
use super::canonical::{Scope, Writer, halves};
use super::characters::is_blank;
use super::tag::{self, Tag};
use super::{normal_lines, tokens, utf8};
use crate::sso::saml::refusal::{Reason, Refusal, demand};
use crate::sso::saml::vocabulary::XML_SIGNATURE;
use openssl::hash::{Hasher, MessageDigest};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::ops::Range;

/// Attributes of an element at most; the gate has counted before.
const MOST_ATTRIBUTES: usize = 64;
/// Bytes that are gathered before they are hashed.
const GATHERED: usize = 64 * 1024;

/// How the parts are put into canonical form.
#[derive(Clone, Copy)]
pub(in crate::sso::saml) struct Form<'a> {
    /// The digest of the reference.
    pub(in crate::sso::saml) digest: MessageDigest,
    /// `PrefixList` of the reference's transform.
    pub(in crate::sso::saml) root_prefixes: &'a str,
    /// `PrefixList` of the canonicalisation method.
    pub(in crate::sso::saml) info_prefixes: &'a str,
}

/// What a signature is checked against.
#[derive(Debug)]
pub(in crate::sso::saml) struct Enveloped {
    /// Digest of the root without its signature.
    pub(in crate::sso::saml) digest: Vec<u8>,
    /// `SignedInfo` in canonical form.
    pub(in crate::sso::saml) signed_info: Vec<u8>,
    /// Where the signature stands in the text.
    pub(in crate::sso::saml) place: Range<usize>,
}

/// Read a text that passed the gate. The signature is the first of its kind directly in the root.
pub(in crate::sso::saml) fn enveloped(text: &str, form: Form<'_>) -> Result<Enveloped, Refusal> {
    let hasher = Hasher::new(form.digest).map_err(unhashed)?;
    let walk = Walk {
        reader: tokens(text),
        scope: Scope::default(),
        depth: 0,
        root: Writer::new(form.root_prefixes),
        info: Writer::new(form.info_prefixes),
        hasher,
        place: None,
        part: Part::Root,
    };
    walk.run()
}

/// Where a walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// In the root, outside the signature.
    Root,
    /// In the signature, outside `SignedInfo`.
    Signature,
    SignedInfo,
}

struct Walk<'t> {
    reader: Reader<&'t [u8]>,
    scope: Scope,
    depth: usize,
    root: Writer,
    info: Writer,
    hasher: Hasher,
    place: Option<Range<usize>>,
    part: Part,
}

impl Walk<'_> {
    fn run(mut self) -> Result<Enveloped, Refusal> {
        loop {
            let position = self.position();
            let event = self.reader.read_event();
            match event.map_err(|_| Refusal::new(Reason::Markup, "not well-formed"))? {
                Event::Eof => return self.finish(),
                Event::Start(start) => self.start(utf8(&start)?, position)?,
                Event::End(end) => self.end(utf8(&end)?.trim_end_matches(is_blank))?,
                Event::Text(text) => self.text(&normal_lines(utf8(&text)?)),
                Event::CData(section) => self.text(&normal_lines(utf8(&section)?)),
                Event::GeneralRef(reference) => {
                    let character = tag::referred(utf8(&reference)?)?;
                    self.text(character.encode_utf8(&mut [0; 4]));
                }
                // Comments are no part of any canonical form that we take.
                _ => {}
            }
        }
    }

    fn start(&mut self, inside: &str, position: usize) -> Result<(), Refusal> {
        let tag = Tag::parse(inside, MOST_ATTRIBUTES)?;
        self.scope.enter(&tag);
        self.depth += 1;
        let is_of_signature = |name: &str| {
            let (prefix, local) = halves(tag.name);
            local == name && self.scope.space(prefix) == Some(XML_SIGNATURE)
        };
        if self.depth == 2 && self.place.is_none() && is_of_signature("Signature") {
            self.place = Some(position..position);
            self.part = Part::Signature;
        } else if self.part == Part::Signature && self.depth == 3 && is_of_signature("SignedInfo") {
            demand(self.info.out.is_empty(), Reason::Shape, "signed information stands twice")?;
            self.part = Part::SignedInfo;
        }
        match self.part {
            Part::Root => self.root.start(&tag, &self.scope),
            Part::Signature => {}
            Part::SignedInfo => self.info.start(&tag, &self.scope),
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Refusal> {
        match self.part {
            Part::Root => self.root.end(name),
            Part::Signature => {}
            Part::SignedInfo => self.info.end(name),
        }
        match (self.part, self.depth) {
            (Part::Signature, 2) => {
                let behind = self.position();
                self.place.iter_mut().for_each(|place| place.end = behind);
                self.part = Part::Root;
            }
            (Part::SignedInfo, 3) => self.part = Part::Signature,
            _ => {}
        }
        self.scope.leave();
        self.depth -= 1;
        if self.root.out.len() >= GATHERED { self.hash() } else { Ok(()) }
    }

    fn text(&mut self, text: &str) {
        match self.part {
            // Blanks around the root are no part of it.
            Part::Root if self.depth > 0 => self.root.text(text),
            Part::Root | Part::Signature => {}
            Part::SignedInfo => self.info.text(text),
        }
    }

    fn hash(&mut self) -> Result<(), Refusal> {
        self.hasher.update(&self.root.out).map_err(unhashed)?;
        self.root.out.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<Enveloped, Refusal> {
        self.hash()?;
        let digest = self.hasher.finish().map_err(unhashed)?.to_vec();
        let place = self.place.ok_or_else(|| Refusal::new(Reason::Signature, "not signed"))?;
        Ok(Enveloped { digest, signed_info: self.info.out, place })
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }
}

fn unhashed(_: openssl::error::ErrorStack) -> Refusal {
    Refusal::new(Reason::Algorithm, "the digest cannot be computed")
}
