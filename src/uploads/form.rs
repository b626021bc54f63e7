//! One file in a form: first `csrf`, then `file`, read piece by piece.
use super::Unfit;
use crate::identity::SignedIn;
use crate::web::body::{Intake, Pace};
use crate::web::query::bad;
use crate::web::{self, Error};
use actix_multipart::{Field, Multipart};
use futures_util::TryStreamExt;
use std::time::Duration;

/// Longest name that is kept, letters.
const NAME: usize = 150;

/// What a path takes: one file of so many bytes, and the form around it.
pub const fn intake(longest: usize) -> Intake {
    Intake::of(&["multipart/form-data"], longest as u64 + 64 * 1024).streamed(Pace {
        grace: Duration::from_secs(5),
        per_second: 1024,
        most: Duration::from_mins(5),
    })
}

/// Name and bytes of the file. Nothing of it is taken in before the form has shown whose it is.
pub async fn read(
    mut form: Multipart,
    who: &SignedIn,
    longest: usize,
) -> web::Result<Result<(String, Vec<u8>), Unfit>> {
    let broken = |_| bad("a form that cannot be read");
    let mut is_own = false;
    while let Some(mut field) = form.try_next().await.map_err(broken)? {
        match field.name() {
            Some("csrf") if !is_own => {
                let token = take(&mut field, 256).await?;
                let token = token.ok_or_else(|| bad("a token that is too long"))?;
                who.must_own_form(&String::from_utf8_lossy(&token))?;
                is_own = true;
            }
            Some("file") if is_own => {
                let given = field.content_disposition().and_then(|it| it.get_filename());
                let name = plain_name(given.unwrap_or_default());
                let bytes = take(&mut field, longest).await?;
                return Ok(bytes.map(|bytes| (name, bytes)).ok_or(Unfit::Large));
            }
            _ => break,
        }
    }
    who.must_own_form(if is_own { &who.session.csrf_token } else { "" })?;
    Ok(Err(Unfit::Nothing))
}

/// The bytes of a field; `None`: there are more.
pub async fn take(field: &mut Field, most: usize) -> Result<Option<Vec<u8>>, Error> {
    let mut bytes = Vec::new();
    let broken = |_| bad("a form that breaks off");
    while let Some(piece) = field.try_next().await.map_err(broken)? {
        if bytes.len() + piece.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Some(bytes))
}

/// What its owner calls it: no folders, nothing that is no letter, not too long.
pub fn plain_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: &char| {
        !c.is_control()
            && !matches!(*c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    last.trim().trim_start_matches('.').chars().filter(plain).take(NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_signs_and_length() {
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("C:\\Users\\Léa\\scan 1.pdf"), "scan 1.pdf");
        assert_eq!(plain_name("a\0b\u{202e}fdp.exe"), "abfdp.exe");
        assert_eq!(plain_name(".htaccess"), "htaccess");
        assert_eq!(plain_name(&"é".repeat(10_240)).chars().count(), NAME);
    }
}
