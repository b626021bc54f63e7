//! Every page in both languages, held against what all pages promise.
//!
//! The pages are kept in `target/look/` with their stylesheets beside them, to be looked at.
#![expect(clippy::unwrap_used, reason = "a page that cannot be written fails the test")]
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use aiguillage::web::assets::asset;
use aiguillage::web::lang::Lang;

mod samples;

const LANGS: [Lang; 2] = [Lang::Fr, Lang::En];

#[test]
fn every_page_is_kept_to_be_looked_at() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("look");
    fs::create_dir_all(folder.join("assets")).unwrap();
    let assets = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/web/assets");
    for name in [
        "app.css",
        "demo.css",
        "roll.css",
        "board.js",
        "choice.js",
        "office.js",
        "proof.js",
        "roll.js",
        "scan.js",
        "watch.js",
        "mark.svg",
    ] {
        let to = folder.join(asset(name).trim_start_matches('/'));
        fs::copy(assets.join(name), to).unwrap();
    }
    for lang in LANGS {
        for (name, html) in samples::all(lang) {
            // From a folder there is no root: addresses become relative, the posting script waits.
            let html = html.replace("=\"/assets/", "=\"assets/").replace("assets/post.js", "");
            fs::write(folder.join(format!("{name}.{}.html", lang.code())), html).unwrap();
        }
    }
}

#[test]
fn nothing_stands_inline() {
    for (name, html) in pages() {
        for tag in tags(&html) {
            let inline = [" style=", " onclick", " onload", " onsubmit", " onerror", "javascript:"]
                .iter()
                .find(|word| tag.contains(*word));
            assert!(inline.is_none(), "{name}: {tag}");
            assert!(tag != "<style>", "{name}");
            assert!(
                !tag.starts_with("<script") || tag.contains(" src=\"/assets/"),
                "{name}: {tag}"
            );
        }
    }
}

#[test]
fn no_page_asks_another_server_for_anything() {
    for (name, html) in pages() {
        for tag in tags(&html).filter(|tag| !tag.starts_with("<a ")) {
            assert!(!tag.contains(" src=\"http") && !tag.contains(" src=\"//"), "{name}: {tag}");
            assert!(!tag.contains(" href=\"http") && !tag.contains(" href=\"//"), "{name}: {tag}");
        }
    }
}

#[test]
fn every_file_that_a_page_names_exists() {
    for (name, html) in pages() {
        assert!(!html.contains("/assets/missing"), "{name}");
    }
}

#[test]
fn every_form_that_posts_to_us_carries_the_token() {
    for (name, html) in pages().into_iter().filter(|(name, _)| !name.starts_with("post-form")) {
        for form in html.split("<form").skip(1).filter(|form| form.contains("method=\"post\"")) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("name=\"csrf\" value=\"token\""), "{name}: {form}");
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_id_is_unique() {
    for (name, html) in pages() {
        let ids: Vec<&str> = html.split(" id=\"").skip(1).map(until_quote).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: {ids:?}");
        for label in html.split("<label for=\"").skip(1).map(until_quote) {
            assert!(unique.contains(label), "{name}: label for {label}");
        }
        for input in tags(&html).filter(|tag| tag.starts_with("<input") && tag.contains(" id=\"")) {
            let id = until_quote(input.split(" id=\"").nth(1).unwrap());
            assert!(html.contains(&format!("for=\"{id}\"")), "{name}: {input}");
        }
    }
}

#[test]
fn every_page_has_one_heading_a_language_and_a_way_past_the_frame() {
    for (name, html) in pages() {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(
            html.contains("<html lang=\"fr\">") || html.contains("<html lang=\"en\">"),
            "{name}"
        );
        assert!(html.contains("href=\"#main\"") && html.contains("id=\"main\""), "{name}");
        assert!(!html.contains("Unknown localization"), "{name}");
    }
}

#[test]
fn the_first_page_is_small_and_asks_for_two_more_files() {
    let css = fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/web/assets/app.css"));
    for (name, html) in pages().into_iter().filter(|(name, _)| name.starts_with("sign-in")) {
        let files = tags(&html).filter(|tag| tag.contains("=\"/assets/")).count();
        assert!(files <= 2, "{name}: {files} files");
        let sent = gzipped(html.as_bytes()) + gzipped(css.as_ref().unwrap());
        assert!(sent <= 10 * 1024, "{name}: {sent} bytes");
    }
}

#[test]
fn both_languages_say_different_things() {
    for ((name, french), (_, english)) in
        samples::all(Lang::Fr).into_iter().zip(samples::all(Lang::En))
    {
        assert_ne!(french, english, "{name}");
    }
}

fn pages() -> Vec<(String, String)> {
    LANGS.into_iter().flat_map(samples::all).collect()
}

fn tags(html: &str) -> impl Iterator<Item = String> {
    html.split('<').skip(1).filter_map(|rest| Some(format!("<{}>", rest.split_once('>')?.0)))
}

fn until_quote(text: &str) -> &str {
    text.split('"').next().unwrap_or_default()
}

fn gzipped(bytes: &[u8]) -> usize {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}
