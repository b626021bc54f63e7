//! How many people: `SIZE`.
use aiguillage::config::process_environment;
use anyhow::{Context, Result};

/// `SIZE`: 10k, 1.2M (unless set), 12M, or any number.
pub(crate) fn people() -> Result<u64> {
    let size = process_environment("SIZE").unwrap_or_else(|| "1.2M".to_owned());
    let (digits, unit) = match size.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1e3),
        None => size.strip_suffix('M').map_or((&*size, 1.0), |digits| (digits, 1e6)),
    };
    let number: f64 = digits.parse().context("SIZE is 10k, 1.2M, 12M or a number of people")?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size")]
    Ok((number * unit).round() as u64)
}
