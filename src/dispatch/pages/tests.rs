//! The choice page at its limits.
use super::*;

fn tiles(count: usize) -> Vec<Tile> {
    let tile = |number: usize| Tile {
        rne: format!("974{number:04}A"),
        label: format!("Collège numéro {number}"),
        commune: Some("Saint-Leu".into()),
        ..Tile::default()
    };
    (1..=count).map(tile).collect()
}

fn page(count: usize) -> Choice {
    let group = Group { profile: None, tiles: tiles(count) };
    Choice { groups: vec![group], ..Choice::default() }
}

#[test]
fn search_appears_from_eight_schools_and_takes_the_keyboard_from_forty() {
    for (count, search, focus) in [(7, false, false), (8, true, false), (40, true, true)] {
        let html = page(count).render().unwrap();
        assert_eq!(html.contains(r#"name="q""#), search, "{count}");
        assert_eq!(html.contains("autofocus"), focus, "{count}");
    }
}

#[test]
fn without_script_the_server_searches() {
    let html = page(12).search("numero 12").render().unwrap();

    assert!(html.contains("1 établissement trouvé"), "{html}");
    let shown = html
        .split("<li ")
        .skip(1)
        .filter(|item| !item.split('>').next().unwrap().ends_with("hidden"));
    assert_eq!(shown.count(), 1, "{html}");
}

#[test]
fn a_search_that_finds_nothing_offers_the_whole_list() {
    let html = page(12).search("zzz").render().unwrap();

    assert!(html.contains("Aucun établissement ne correspond"));
    assert!(html.contains("/dispatch?choose=1"));
}

#[test]
fn a_school_without_a_way_in_is_told_apart_by_words() {
    let mut page = page(2);
    page.groups[0].tiles[1].state = State::NotReachable;
    let html = page.render().unwrap();

    assert_eq!(html.matches("<button class=\"tile\"").count(), 1);
    assert!(html.contains(r#"aria-disabled="true""#));
    assert!(html.contains("Portail injoignable pour le moment"));
}

#[test]
fn the_words_of_the_school_win_over_ours_when_it_is_closed() {
    let tile = Tile {
        state: State::Inactive,
        message: Some("Portail fermé pour travaux".into()),
        ..Tile::default()
    };

    assert_eq!(tile.reason(Lang::Fr), "Portail fermé pour travaux");
    assert_eq!(Tile { message: None, ..tile }.reason(Lang::En), "Not open for now");
}

#[test]
fn a_parent_is_told_how_many_children_and_never_their_numbers() {
    let badge = |children| Badge { profile: Profile::Parent, children };

    assert_eq!(badge(0).text(Lang::Fr), "Parent");
    assert_eq!(badge(1).text(Lang::Fr), "Parent (1\u{a0}enfant)");
    assert_eq!(badge(2).text(Lang::En), "Parent (2\u{a0}children)");
}

#[test]
fn a_shared_room_offers_no_memory() {
    let known = Choice { remember_until: Some("31 août 2027".into()), ..page(2) };

    assert!(known.render().unwrap().contains(r#"name="remember""#));
    assert!(!page(2).render().unwrap().contains(r#"name="remember""#));
}

#[test]
fn hostile_names_stay_text() {
    let mut page = page(1);
    page.groups[0].tiles[0].label = "<img src=x onerror=alert(1)>".into();

    assert!(!page.render().unwrap().contains("<img src=x"));
}
