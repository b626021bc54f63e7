//! What an organisation puts in place of our name, logo and colours.
//!
//! A folder with any of: `theme.ini` (`product`, `support`, `support.en`), `logo.svg`,
//! `theme.css` (custom properties of `:root` only, for light and dark) and `logos/` for schools.
//! What cannot be used is dropped with a finding; the page stays readable.
use super::assets::Asset;
use super::lang::Lang;
use crate::finding::Finding;
use std::path::{Path, PathBuf};

pub mod colour;
pub mod css;

/// A logo or stylesheet of an organisation is small, or it is a mistake.
const MAX_FILE: u64 = 256 * 1024;

/// Name, logo and colours of the organisation; the default is ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme {
    product: Option<String>,
    support: Option<String>,
    support_english: Option<String>,
    logo: Option<Asset>,
    stylesheet: Option<Asset>,
    school_logos: Option<PathBuf>,
}

impl Theme {
    /// Read a theme folder.
    pub fn load(folder: &Path) -> (Self, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut theme = Self::default();
        if !folder.is_dir() {
            findings.push(Finding::about("E-THEME-FOLDER", folder.display().to_string()));
            return (theme, findings);
        }
        theme.read_texts(&folder.join("theme.ini"), &mut findings);
        if let Some(css) = small_file(&folder.join("theme.css"), &mut findings) {
            let clean = css::tokens_only(&css, &mut findings);
            theme.stylesheet = Some(Asset::new("/theme", "theme.css", clean.into_bytes()));
        }
        if let Some(svg) = small_file(&folder.join("logo.svg"), &mut findings) {
            theme.logo = Some(Asset::new("/theme", "logo.svg", svg.into_bytes()));
        }
        theme.school_logos = Some(folder.join("logos")).filter(|logos| logos.is_dir());
        (theme, findings)
    }

    fn read_texts(&mut self, path: &Path, findings: &mut Vec<Finding>) {
        let Some(text) = small_file(path, findings) else { return };
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with([';', '#', '[']) {
                continue;
            }
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            let value = value.trim().trim_matches('"').to_owned();
            match key.trim().to_ascii_lowercase().as_str() {
                "product" => self.product = Some(value),
                "support" => self.support = Some(value),
                "support.en" => self.support_english = Some(value),
                other => findings.push(Finding::at("W-THEME-KEY", "theme.ini", number, other)),
            }
        }
    }

    /// What the service is called.
    pub fn product(&self) -> &str {
        self.product.as_deref().unwrap_or("Aiguillage")
    }

    /// Whom to ask for help.
    pub fn support(&self, lang: Lang) -> Option<&str> {
        let english = self.support_english.as_deref().filter(|_| lang == Lang::En);
        english.or(self.support.as_deref())
    }

    /// The same theme with this help line, for organisations without a theme folder.
    #[must_use]
    pub fn with_support(self, support: impl Into<String>) -> Self {
        Self { support: Some(support.into()), ..self }
    }

    /// Address of the organisation's logo.
    pub fn logo(&self) -> Option<&str> {
        self.logo.as_ref().map(|asset| asset.address.as_str())
    }

    /// Address of the stylesheet with the organisation's colours.
    pub fn stylesheet(&self) -> Option<&str> {
        self.stylesheet.as_ref().map(|asset| asset.address.as_str())
    }

    /// The file that lives at this address.
    pub fn file(&self, address: &str) -> Option<&Asset> {
        [&self.logo, &self.stylesheet].into_iter().flatten().find(|asset| asset.address == address)
    }

    /// A school's logo, by the name that stands in `etabs.ini`.
    pub async fn logo_of_school(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.school_logos.as_ref().filter(|_| is_logo_name(name))?.join(name);
        let size = tokio::fs::metadata(&path).await.ok().filter(std::fs::Metadata::is_file)?.len();
        if size > MAX_FILE {
            return None;
        }
        tokio::fs::read(&path).await.ok()
    }
}

/// A plain name of a picture: no folders, nothing hidden.
pub fn is_logo_name(name: &str) -> bool {
    let picture = [".svg", ".png", ".webp", ".jpg"].iter().any(|end| name.ends_with(end));
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    picture && plain && name.len() <= 64 && !name.starts_with('.')
}

/// The text of a file; none when it is absent, none and a finding when it is of no use.
fn small_file(path: &Path, findings: &mut Vec<Finding>) -> Option<String> {
    let size = std::fs::metadata(path).ok()?.len();
    let text = if size <= MAX_FILE { std::fs::read_to_string(path).ok() } else { None };
    if text.is_none() {
        findings.push(Finding::about("W-THEME-FILE", path.display().to_string()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn an_organisation_replaces_name_help_logo_and_colours() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "theme.ini",
            "product = Mon académie\nsupport = \"Assistance 0262\"\nsupport.en=Help\n",
        );
        write("theme.css", ":root { --accent: #7a1f3d; }");
        write("logo.svg", "<svg/>");

        let (theme, findings) = Theme::load(folder.path());

        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(theme.product(), "Mon académie");
        assert_eq!(theme.support(Lang::Fr), Some("Assistance 0262"));
        assert_eq!(theme.support(Lang::En), Some("Help"));
        assert!(theme.logo().unwrap().starts_with("/theme/logo."));
        assert!(theme.file(theme.stylesheet().unwrap()).is_some());
    }

    #[test]
    fn what_cannot_be_used_is_reported_and_left_out() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("theme.ini"), "produit = X\n").unwrap();
        fs::write(folder.path().join("logo.svg"), [0xff, 0xfe, 0x00]).unwrap();

        let (theme, findings) = Theme::load(folder.path());

        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["W-THEME-KEY", "W-THEME-FILE"]);
        assert_eq!(theme, Theme::default());
    }

    #[test]
    fn a_missing_folder_leaves_our_own_look() {
        let (theme, findings) = Theme::load(Path::new("/nowhere/at/all"));

        assert_eq!(theme.product(), "Aiguillage");
        assert_eq!(findings[0].code, "E-THEME-FOLDER");
    }
}
