//! `kind = cas`
use super::is_safe;
use crate::config::reader::Reader;
use url::Url;

/// A CAS server.
#[derive(Debug, Clone)]
pub struct CasSettings {
    /// Its address, before `/login` and `/p3/serviceValidate`; no slash behind.
    pub url: String,
}

pub(super) fn read(reader: &mut Reader, section: &str) -> Option<CasSettings> {
    reader.required(section, "url");
    let url = reader.value(section, "url", |text| {
        let url = Url::parse(text).map_err(|_| "write an address".to_owned())?;
        let is_bare = url.query().is_none() && url.fragment().is_none();
        if is_safe(&url) && is_bare {
            Ok(text.trim_end_matches('/').to_owned())
        } else {
            Err("write an address with https, without ? and #".to_owned())
        }
    });
    Some(CasSettings { url: url? })
}
