//! Reasons of absences that a school begins with; afterwards it keeps its own list.

/// A reason that every school begins with. Its name stands in the messages as long as nobody
/// writes another one.
pub struct Default {
    /// Its stable code.
    pub code: &'static str,
    /// Excuses what was announced with it, without anybody deciding.
    pub is_accepted: bool,
    /// Tells something of somebody's health.
    pub is_health: bool,
    /// Parents may give it.
    pub is_guardian_allowed: bool,
}

const fn plain(code: &'static str) -> Default {
    Default { code, is_accepted: false, is_health: false, is_guardian_allowed: false }
}

const fn family(code: &'static str) -> Default {
    Default { is_guardian_allowed: true, ..plain(code) }
}

const fn accepted(code: &'static str) -> Default {
    Default { is_accepted: true, ..plain(code) }
}

/// What the law names for those who must go to school, and what is usual at universities.
pub const DEFAULTS: [Default; 13] = [
    Default { is_health: true, ..family("illness") },
    Default { is_health: true, ..family("family_illness") },
    family("family_meeting"),
    family("transport"),
    family("parents_away"),
    accepted("summons"),
    accepted("exam"),
    plain("job"),
    plain("sport"),
    accepted("elected"),
    Default { is_health: true, ..accepted("disability") },
    plain("religious"),
    family("other"),
];

/// Key of the name of a reason that nobody renamed.
pub fn label(code: &str) -> Option<&'static str> {
    Some(match code {
        "illness" => "excuse-reason-illness",
        "family_illness" => "excuse-reason-family-illness",
        "family_meeting" => "excuse-reason-family-meeting",
        "transport" => "excuse-reason-transport",
        "parents_away" => "excuse-reason-parents-away",
        "summons" => "excuse-reason-summons",
        "exam" => "excuse-reason-exam",
        "job" => "excuse-reason-job",
        "sport" => "excuse-reason-sport",
        "elected" => "excuse-reason-elected",
        "disability" => "excuse-reason-disability",
        "religious" => "excuse-reason-religious",
        "other" => "excuse-reason-other",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::lang::Lang;

    #[test]
    fn every_reason_has_a_name_in_both_languages() {
        for reason in DEFAULTS {
            let key = label(reason.code).expect(reason.code);
            assert!(Lang::Fr.try_t(key).is_some() && Lang::En.try_t(key).is_some(), "{key}");
        }
    }
}
