//! From laid out sheets to the bytes of a file.
use super::super::error::ProofError;
use super::{COLUMN, Draw, HEIGHT, Heads, Leaf, MARGIN, Part, Row, Sheets, Style, WIDTH};
use crate::paper::fonts::letters;
use chrono::{DateTime, Datelike, Timelike, Utc};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::luma;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::Point;
use krilla::metadata::{self, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::{Page, PageSettings};
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagTree,
};
use krilla::text::TextDirection;
use std::num::NonZeroU16;

/// Something that only the eye needs.
const ORNAMENT: ContentTag<'static> =
    ContentTag::Artifact(Artifact { kind: ArtifactType::Layout, bbox: None });

/// What a file says about itself.
pub(in super::super) struct About<'a> {
    pub(in super::super) title: String,
    pub(in super::super) author: &'a str,
    /// `fr-FR`
    pub(in super::super) language: &'static str,
    pub(in super::super) made_at: DateTime<Utc>,
    /// The same document has the same one.
    pub(in super::super) id: String,
    /// Name, contents and description of what is attached.
    pub(in super::super) attached: Option<(&'static str, String, String)>,
}

impl Sheets {
    /// Write the file. Fails when it would not keep to PDF/A-3b and PDF/UA-1.
    pub(in super::super) fn finish(mut self, about: About<'_>) -> Result<Vec<u8>, ProofError> {
        number(&mut self);
        let rules = ConfigurationBuilder::new()
            .with_archival_validator(Archival::A3_B)
            .with_accessibility_validator(Accessibility::UA1)
            .finish();
        let configuration = rules.map_err(|error| ProofError::document(format!("{error:?}")))?;
        let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
        let mut document = Document::new_with(settings);
        let size = PageSettings::from_wh(WIDTH, HEIGHT);
        let size = size.ok_or_else(|| ProofError::document("the paper has no size"))?;
        for number in 0..=self.page {
            let mut page = document.start_page_with(size.clone());
            draw(&mut page, &mut self.parts, number);
        }
        let mut outline = Outline::new();
        let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(about.title.clone(), top));
        document.set_outline(outline);
        document.set_tag_tree(structure(self.parts).with_lang(Some(about.language.to_owned())));
        describe(&mut document, about);
        document.finish().map_err(|error| ProofError::document(format!("{error:?}")))
    }
}

fn describe(document: &mut Document, about: About<'_>) {
    let made_at = date(about.made_at);
    let metadata = Metadata::new()
        .title(about.title)
        .language(about.language.to_owned())
        .authors(vec![about.author.to_owned()])
        .creator("Aiguillage".to_owned())
        .creation_date(made_at)
        .document_id(about.id);
    document.set_metadata(metadata);
    if let Some((path, data, description)) = about.attached {
        document.embed_file(EmbeddedFile {
            path: path.to_owned(),
            mime_type: MimeType::new("application/jose"),
            description: Some(description),
            association_kind: AssociationKind::Alternative,
            data: data.into_bytes().into(),
            modification_date: Some(made_at),
            // As it is, so that it can be found without any library.
            compress: Some(false),
            location: None,
        });
    }
}

/// Everything that stands on one page: first what is drawn, on its one surface, then the links.
fn draw(page: &mut Page<'_>, parts: &mut [Part], number: usize) {
    let mut surface = page.surface();
    for part in parts.iter_mut() {
        let is_ornament = matches!(part, Part::Ornament(_));
        for leaf in part.leaves() {
            for (_, piece) in leaf.pieces.iter().filter(|(page, _)| *page == number) {
                let drawn = draw_piece(&mut surface, piece, is_ornament);
                leaf.drawn.extend(drawn.filter(|_| !is_ornament));
            }
        }
    }
    surface.finish();
    for leaf in parts.iter_mut().flat_map(Part::leaves) {
        for (_, piece) in leaf.pieces.iter().filter(|(page, _)| *page == number) {
            let Draw::Link { area, address, name } = piece else { continue };
            let target = Action::from(LinkAction::new(address.clone()));
            let link = LinkAnnotation::new(*area, Target::Action(target));
            let link = Annotation::new_link(link, Some(name.clone()));
            leaf.drawn.push(page.add_tagged_annotation(link));
        }
    }
}

fn draw_piece(surface: &mut Surface<'_>, piece: &Draw, is_ornament: bool) -> Option<Identifier> {
    let ink = |grey: u8| Fill { paint: luma::Color::new(grey).into(), ..Fill::default() };
    let drawn = match piece {
        Draw::Text { at, text, style } => {
            let letters = letters(style.bold);
            let shown = letters.shown(text);
            // Who copies or listens gets the text itself, whatever the font could not show.
            let actual = (shown != *text).then_some(text.as_str());
            let span = ContentTag::Span(SpanTag::empty().with_actual_text(actual));
            let drawn = surface.start_tagged(if is_ornament { ORNAMENT } else { span });
            surface.set_fill(Some(ink(style.grey)));
            let (at, font) = (Point::from_xy(at.0, at.1), letters.font.clone());
            surface.draw_text(at, font, style.size, &shown, false, TextDirection::Auto);
            drawn
        }
        Draw::Shape { path, grey } => {
            let tag = if is_ornament { ORNAMENT } else { ContentTag::Other };
            let drawn = surface.start_tagged(tag);
            surface.set_fill(Some(ink(*grey)));
            surface.draw_path(path);
            drawn
        }
        Draw::Link { .. } => return None,
    };
    surface.end_tagged();
    Some(drawn)
}

fn structure(parts: Vec<Part>) -> TagTree {
    let mut tree = TagTree::new();
    for part in parts {
        let group = match part {
            Part::Heading { level, text, leaf } => {
                let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
                TagGroup::with_children(Tag::Hn(level, Some(text)), nodes(leaf))
            }
            Part::Paragraph(leaf) => TagGroup::with_children(Tag::P, nodes(leaf)),
            Part::Figure(says, leaf) => {
                TagGroup::with_children(Tag::Figure(Some(says)), nodes(leaf))
            }
            Part::Link(leaf) => {
                let link = TagGroup::with_children(Tag::Link, nodes(leaf));
                TagGroup::with_children(Tag::P, vec![link.into()])
            }
            Part::Table(rows) => {
                let rows = rows.into_iter().map(|row| row_of(row).into()).collect();
                TagGroup::with_children(Tag::Table, rows)
            }
            Part::Ornament(_) => continue,
        };
        tree.push(group);
    }
    tree
}

fn row_of(row: Row) -> TagGroup {
    let cells = row.cells.into_iter().enumerate().map(|(column, cell)| {
        let cell = nodes(cell);
        let group = match (row.heads, column) {
            (Heads::All, _) => TagGroup::with_children(Tag::TH(TableHeaderScope::Column), cell),
            (Heads::First, 0) => TagGroup::with_children(Tag::TH(TableHeaderScope::Row), cell),
            (Heads::First, _) => TagGroup::with_children(Tag::TD, cell),
        };
        group.into()
    });
    TagGroup::with_children(Tag::TR, cells.collect())
}

/// « 1/2 » below each page of what has several.
fn number(sheets: &mut Sheets) {
    for page in 0..=sheets.page {
        let first = sheets.begins.iter().copied().filter(|it| *it <= page).max().unwrap_or(0);
        let behind = sheets.begins.iter().copied().filter(|it| *it > page).min();
        let all = behind.unwrap_or(sheets.page + 1) - first;
        if all == 1 {
            continue;
        }
        let text = format!("{}/{all}", page - first + 1);
        let style = Style::new(8.0).soft();
        let at = (MARGIN + COLUMN - letters(false).width(&text, 8.0), HEIGHT - MARGIN / 2.0);
        let pieces = vec![(page, Draw::Text { at, text, style })];
        sheets.parts.push(Part::Ornament(Leaf { pieces, ..Leaf::default() }));
    }
}

fn nodes(leaf: Leaf) -> Vec<Node> {
    leaf.drawn.into_iter().map(Node::Leaf).collect()
}

fn date(time: DateTime<Utc>) -> metadata::DateTime {
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    metadata::DateTime::new(u16::try_from(time.year()).unwrap_or_default())
        .month(small(time.month()))
        .day(small(time.day()))
        .hour(small(time.hour()))
        .minute(small(time.minute()))
        .second(small(time.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
