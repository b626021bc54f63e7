//! References to schools in local directories (SDET): a code, a DN, a SIREN or a number.
use super::collector::quoted;
use super::{Collector, Entry, Known, dn, limits};
use crate::finding::Finding;
use crate::identity::{Attributes, Rne};

/// Attributes whose values are `structure$…`.
const WITH_MORE_FIELDS: [&str; 4] =
    ["ENTPersonFonctions", "ENTEleveClasses", "ENTEleveGroupes", "ENTAuxEnsClasses"];

/// All references of an entry that hold no school code, without repeats.
pub(super) fn unknown_references(attributes: &Attributes) -> Vec<String> {
    let whole = limits::values(attributes, "ENTPersonStructRattach");
    let first_fields = WITH_MORE_FIELDS
        .into_iter()
        .flat_map(|name| limits::values(attributes, name).filter_map(before_dollar));
    let references = whole.chain(first_fields).chain(sirens(attributes)).chain(current(attributes));
    limits::distinct(references.filter(|reference| inside(reference).is_none()).map(str::to_owned))
}

/// `ESCOSIREN`, of use only when the directory has no `ESCOUAI`.
pub(super) fn sirens(attributes: &Attributes) -> impl Iterator<Item = &str> {
    let has_codes = limits::joined_values(attributes, "ESCOUAI").next().is_some();
    limits::joined_values(attributes, "ESCOSIREN").filter(move |_| !has_codes)
}

/// `ESCOSIRENCourant`, of use only when the directory has no `ESCOUAICourant`.
fn current(attributes: &Attributes) -> impl Iterator<Item = &str> {
    let has_code = limits::values(attributes, "ESCOUAICourant").next().is_some();
    limits::values(attributes, "ESCOSIRENCourant").filter(move |_| !has_code)
}

/// The reference in `structure$…`; values without a `$` hold none.
pub(super) fn before_dollar(value: &str) -> Option<&str> {
    value.split_once('$').map(|(reference, _)| reference.trim()).filter(|it| !it.is_empty())
}

/// The school of a reference: the code in it, or what the directory knows; reported when neither.
pub(super) fn school(entry: &Entry, found: &mut Collector, reference: &str) -> Option<Rne> {
    let rne = known(entry.known, reference);
    if rne.is_none() {
        found.warn(Finding::about("W-STRUCT-UNRESOLVED", quoted(reference)));
    }
    rne
}

/// The same, silently.
pub(super) fn known(known: &Known, reference: &str) -> Option<Rne> {
    inside(reference).or_else(|| known.structures.get(reference).cloned())
}

/// The code that a reference holds itself.
fn inside(reference: &str) -> Option<Rne> {
    if dn::is_dn(reference) {
        return dn::school(reference, &[]);
    }
    let rne = Rne::parse(reference).ok()?;
    Rne::is_national(rne.as_str()).then_some(rne)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_references_without_a_code_have_to_be_looked_up() {
        let siren_dn = "ENTStructureSIREN=19974000100011,ou=structures,dc=ent";
        let told: Attributes = [
            ("ENTPersonStructRattach", siren_dn),
            ("ENTPersonStructRattach", "ENTStructureUAI=9749802L,ou=structures,dc=ent"),
            ("ENTPersonFonctions", "1234$ENS$ENSEIGNANT$L0202$LETTRES"),
            ("ENTPersonFonctions", "1234$DOC$DOCUMENTATION$$"),
            ("ENTPersonFonctions", "-"),
            ("ENTEleveClasses", "9749802L$4EME B"),
            ("ENTEleveGroupes", "5678$LATIN$4"),
            ("ENTAuxEnsClasses", "4EME B"),
            ("ESCOSIREN", "19974000200019"),
        ]
        .into_iter()
        .collect();

        assert_eq!(unknown_references(&told), [siren_dn, "1234", "5678", "19974000200019"]);
    }

    #[test]
    fn the_current_structure_is_looked_up_where_no_code_names_it() {
        let siren = ("ESCOSIRENCourant", "19974000200019");
        let told: Attributes = [("ESCOUAI", "0410017W"), siren].into_iter().collect();
        assert_eq!(unknown_references(&told), ["19974000200019"]);

        let told: Attributes = [("ESCOUAICourant", "0410017W"), siren].into_iter().collect();
        assert_eq!(unknown_references(&told), [] as [&str; 0]);
    }

    #[test]
    fn sirens_are_of_no_use_beside_codes() {
        let told: Attributes =
            [("ESCOUAI", "0410017W"), ("ESCOSIREN", "19974000200019")].into_iter().collect();

        assert_eq!(unknown_references(&told), [] as [&str; 0]);
    }
}
