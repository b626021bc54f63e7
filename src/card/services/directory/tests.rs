//! What templates say of Léa's card.
use super::template::{Variables, fill, variables};
use super::*;
use crate::card::services::test_cards::{lea, working};
use crate::card::store::Identifier;

fn facts() -> Facts {
    let card = working();
    let id = Identifier {
        card: card.id,
        application: "access-control".into(),
        value: "1234500000000042".into(),
    };
    Facts {
        holder: Uuid::from_u128(99),
        subject: lea(),
        cards: vec![card],
        known: None,
        rename: None,
        tellings: Vec::new(),
        fares: Vec::new(),
        zones: Vec::new(),
        identifiers: vec![id],
        decided: crate::card::services::crous::store::Decided::default(),
        face: None,
    }
}

fn known() -> Variables {
    let facts = facts();
    variables(&facts, &facts.cards[0], Some("112340000987"))
}

#[test]
fn each_variable_says_what_it_stands_for() {
    let known = known();
    for (template, said) in [
        ("{ISO15693}%csn%", "{ISO15693}04063F72633480"),
        ("%reverse_csn%", "803463723F0604"),
        ("%csn_dec%", "1132769478653056"),
        ("%reverse_csn_dec%", "36086398742103556"),
        ("%eppn%", "lea.martin@univ-ville.example"),
        ("%secondary_id%", "112340000987"),
        ("%escn%", "14625400-9326-103f-8abc-001123456789"),
        ("%esi%", "urn:schac:personalUniqueCode:int:esi:fr:1234567890A"),
        ("%enabled_date%", "20260903080000Z"),
        ("%due_date%", "20270930235959Z"),
        ("%etat_date%", "20260903080000Z"),
        ("%etat%", "ENABLED"),
        (
            "{UNIV-VILLE:ACCESS-CONTROL}%access-control%",
            "{UNIV-VILLE:ACCESS-CONTROL}1234500000000042",
        ),
        ("%csn%%etat%", "04063F72633480ENABLED"),
        ("%nonsense%%csn%", "04063F72633480"),
        ("actif", "actif"),
        ("100 % de %etat%", "100 % de ENABLED"),
        ("%", "%"),
    ] {
        assert_eq!(fill(template, &known).as_deref(), Some(said), "{template}");
    }
}

#[test]
fn a_template_of_which_nothing_is_known_says_nothing() {
    let facts = facts();
    let none = variables(&facts, &Card { csn: None, escn: None, ..working() }, None);
    for template in ["{ISO15693}%csn%", "%escn%", "%secondary_id%", "x%nonsense%", "%photo%"] {
        assert_eq!(fill(template, &none), None, "{template}");
    }
}

#[test]
fn no_application_takes_the_place_of_what_is_ours() {
    let mut facts = facts();
    facts.identifiers[0].application = "csn".into();
    let known = variables(&facts, &facts.cards[0], None);
    assert_eq!(fill("%csn%", &known).as_deref(), Some("04063F72633480"));
    facts.identifiers[0].card = Uuid::from_u128(7);
    facts.identifiers[0].application = "doors".into();
    let known = variables(&facts, &facts.cards[0], None);
    assert_eq!(fill("%doors%", &known), None, "it is that of another card");
}
