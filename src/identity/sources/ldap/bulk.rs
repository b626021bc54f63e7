//! Look-ups for many people at once: what one of them pointed at is not asked for again.
use super::everyone::Everyone;
use super::known::{AT_ONCE, LookUp, MOST_REFERENCES, join};
use crate::identity::formats::{Known, Needs};
use crate::identity::sources::{Found, SourceError};
use crate::identity::{Attributes, Rne};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use std::collections::BTreeMap;

/// What was asked for in one reading of the directory: schools by reference, also those that are
/// none.
#[derive(Debug, Default)]
pub struct Atlases {
    structures: BTreeMap<String, Option<Rne>>,
    units: BTreeMap<String, Option<Rne>>,
}

impl Everyone<'_> {
    /// What each of these people points at elsewhere in the directory, in their order. Needs no turn
    /// of its own: this reading has one.
    pub async fn resolve_all(
        &self,
        found: &[Found],
        asked: &mut Atlases,
        needs: impl Fn(&Attributes) -> Needs,
    ) -> Result<Vec<Known>, SourceError> {
        let look_up = self.source.look_up_at(Some(self.server));
        let own: Vec<Needs> = found.iter().map(|found| needs(&found.attributes)).collect();
        let questions: Vec<_> = own.iter().map(|own| look_up.children(&own.children_of)).collect();
        let children: Vec<Vec<Attributes>> =
            stream::iter(questions).buffered(AT_ONCE).try_collect().await?;
        let families = own.into_iter().zip(&children);
        let all: Vec<Needs> = families
            .map(|(own, children)| {
                let mut all = join(children.iter().map(&needs).chain([own]));
                all.structures.truncate(MOST_REFERENCES);
                all.units.truncate(MOST_REFERENCES);
                all
            })
            .collect();
        asked.ask(&look_up, &all).await?;
        let known = all.iter().zip(children).map(|(needs, children)| Known {
            structures: chosen(&asked.structures, &needs.structures),
            units: chosen(&asked.units, &needs.units),
            children,
        });
        Ok(known.collect())
    }
}

impl Atlases {
    /// However many all of them are: what a look-up takes at most is meant for one person.
    async fn ask(&mut self, look_up: &LookUp<'_>, all: &[Needs]) -> Result<(), SourceError> {
        let structures = unknown(&self.structures, all.iter().flat_map(|it| &it.structures));
        for some in structures.chunks(MOST_REFERENCES) {
            let schools = look_up.structures(some).await?;
            remember(&mut self.structures, some, schools);
        }
        let units = unknown(&self.units, all.iter().flat_map(|it| &it.units));
        for some in units.chunks(MOST_REFERENCES) {
            let schools = look_up.units(some).await?;
            remember(&mut self.units, some, schools);
        }
        Ok(())
    }
}

fn remember(
    asked: &mut BTreeMap<String, Option<Rne>>,
    references: &[String],
    mut schools: BTreeMap<String, Rne>,
) {
    asked.extend(references.iter().map(|it| (it.clone(), schools.remove(it))));
}

/// References that were not asked for before, each once.
fn unknown<'r>(
    asked: &BTreeMap<String, Option<Rne>>,
    references: impl Iterator<Item = &'r String>,
) -> Vec<String> {
    let mut new: Vec<String> = references.filter(|it| !asked.contains_key(*it)).cloned().collect();
    new.sort_unstable();
    new.dedup();
    new
}

fn chosen(asked: &BTreeMap<String, Option<Rne>>, references: &[String]) -> BTreeMap<String, Rne> {
    let school = |reference: &String| Some((reference.clone(), asked.get(reference)?.clone()?));
    references.iter().filter_map(school).collect()
}
