//! What a PostgreSQL role may do that serves and does not own the tables (SEC-109).
use chrono::TimeDelta;

/// Longest name that PostgreSQL tells apart, in bytes.
const LONGEST_NAME: usize = 63;

/// A name that is no role.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is named by small letters, digits and _, beginning with a letter")]
pub struct NoRole;

/// The script that the owner of the tables runs: everything the service needs, and of the audit
/// record no more than to add rows, to close them, and to remove those that were kept for `keep`.
pub fn grants(role: &str, keep: TimeDelta) -> Result<String, NoRole> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let begins_well = role.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins_well || role.len() > LONGEST_NAME || !role.chars().all(is_plain) {
        return Err(NoRole);
    }
    let days = (keep.num_days() - 1).max(0).to_string();
    Ok(include_str!("grants.sql").replace("{role}", role).replace("{days}", &days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_bring_a_statement_of_its_own() {
        for name in ["", "Service", "a b", "a;b", "a'b", "é", "1a", &"a".repeat(64)] {
            assert_eq!(grants(name, TimeDelta::days(1)), Err(NoRole), "{name}");
        }
        let script = grants("service_1", TimeDelta::days(1096)).unwrap();
        assert!(script.contains("ON audit_chain TO service_1;"));
        assert!(script.contains("interval '1095 days'"));
        assert!(!script.contains('{'), "everything is filled in");
    }
}
