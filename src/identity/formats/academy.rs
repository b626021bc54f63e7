//! Numbers of the academies and the names that stand for them in join keys (`dispatch.md` 4.5).

/// Numbers in ascending order; those that stand for no academy (99) are left out.
const NAMES: [(u16, &str); 46] = [
    (0, "ETRANGER"),
    (1, "PARIS"),
    (2, "AIX-MARSEILLE"),
    (3, "BESANCON"),
    (4, "BORDEAUX"),
    (5, "CAEN"),
    (6, "CLERMONT-FERRAND"),
    (7, "DIJON"),
    (8, "GRENOBLE"),
    (9, "LILLE"),
    (10, "LYON"),
    (11, "MONTPELLIER"),
    (12, "NANCY-METZ"),
    (13, "POITIERS"),
    (14, "RENNES"),
    (15, "STRASBOURG"),
    (16, "TOULOUSE"),
    (17, "NANTES"),
    (18, "ORLEANS-TOURS"),
    (19, "REIMS"),
    (20, "AMIENS"),
    (21, "ROUEN"),
    (22, "LIMOGES"),
    (23, "NICE"),
    (24, "CRETEIL"),
    (25, "VERSAILLES"),
    (26, "ANTILLES-GUYANE"),
    (27, "CORSE"),
    (28, "LA_REUNION"),
    (31, "MARTINIQUE"),
    (32, "GUADELOUPE"),
    (33, "GUYANE"),
    (40, "NOUVELLE_CALEDONIE"),
    (41, "POLYNESIE"),
    (42, "WALLIS_ET_FUTUNA"),
    (43, "MAYOTTE"),
    (44, "ST_PIERRE_ET_MIQUELON"),
    (54, "SIEC_ILE_DE_FRANCE"),
    (61, "FRANCE_METRO"),
    (62, "DOM"),
    (63, "COM"),
    (66, "FRANCE_METRO_+_DOM"),
    (67, "FRANCE_METRO_+_DOM_+_COM"),
    (70, "NORMANDIE"),
    (91, "UNION_EUROPEENNE"),
    (98, "AGRICOLE"),
];

/// The name in join keys for a number written with or without leading zeros.
pub(super) fn name(number: &str) -> Option<&'static str> {
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u16 = is_number.then(|| number.parse().ok())??;
    NAMES.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_do_not_matter() {
        for (number, expected) in [
            ("0", Some("ETRANGER")),
            ("1", Some("PARIS")),
            ("01", Some("PARIS")),
            ("009", Some("LILLE")),
            ("28", Some("LA_REUNION")),
            ("028", Some("LA_REUNION")),
            ("18", Some("ORLEANS-TOURS")),
            ("41", Some("POLYNESIE")),
            ("43", Some("MAYOTTE")),
            ("70", Some("NORMANDIE")),
            ("98", Some("AGRICOLE")),
            ("99", None),
            ("29", None),
            ("", None),
            ("+1", None),
            ("99999999", None),
        ] {
            assert_eq!(name(number), expected, "{number}");
        }
    }

    #[test]
    fn numbers_ascend_and_names_stand_once() {
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let mut names: Vec<_> = NAMES.iter().map(|(_, name)| name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), NAMES.len());
    }
}
