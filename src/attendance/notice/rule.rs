//! A rule of alerts: whom it counts, when it names somebody, who is told.
use super::metric::{Comparator, Metric};
use super::span::Span;
use crate::identity::Rne;
use crate::web::lang::Lang;
use uuid::Uuid;

/// A rule as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Rule {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Stable for those that every school begins with.
    pub code: String,
    /// Its name, or empty when nobody wrote one.
    pub name: String,
    /// Whom it counts.
    #[sqlx(flatten)]
    pub scope: RuleScope,
    /// What it measures.
    #[sqlx(flatten)]
    pub measure: Measure,
    /// Who is told.
    #[sqlx(flatten)]
    pub to: Recipients,
    /// Whether it is looked at every night.
    pub is_active: bool,
    /// Raised by each change.
    pub version: i64,
}

/// Which lines a rule counts. At most one of the three is there; none: the whole school.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct RuleScope {
    /// Of séances of this programme.
    pub programme: Option<Uuid>,
    /// Of members of this group, in séances of its programme.
    pub student_group: Option<Uuid>,
    /// Of this subject.
    pub of_subject: Option<Uuid>,
    /// `,TD,TP,`; empty: every kind.
    pub kinds: String,
    /// Name of the programme, group or subject.
    #[sqlx(default)]
    pub scope_name: String,
}

/// What a rule measures.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Measure {
    /// Counted in each subject by itself.
    pub is_per_subject: bool,
    /// What.
    pub metric: Metric,
    /// Against what.
    pub comparator: Comparator,
    /// Tenths of a percent for rates, else a number.
    pub threshold: i64,
    /// Age in days of an absence that nobody explained.
    pub after_days: i64,
    /// In which stretch of time.
    pub span: Span,
    /// So many séances must have counted.
    pub after_sessions: i64,
    /// Steps at most.
    pub repeat_max: i64,
}

/// Who is told.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Recipients {
    /// The student.
    pub to_student: bool,
    /// Those who look after their rolls.
    pub to_secretariat: bool,
    /// Teachers of the séances.
    pub to_teachers: bool,
    /// The persons responsible.
    pub to_guardian: bool,
    /// The employer.
    pub to_employer: bool,
    /// Fixed addresses, comma between.
    pub to_addresses: String,
}

/// The rules with which every school begins (13.3), none of them active: code and what they measure.
pub(super) const SEEDS: [&str; 4] = ["month", "subject", "apprentice", "first"];

impl Recipients {
    /// Whether the employer is the only one who is told: it is a rule about apprentices.
    pub fn is_employer_only(&self) -> bool {
        let told = self.told();
        self.to_employer
            && told.iter().filter(|is| **is).count() == 1
            && self.to_addresses.is_empty()
    }
}

impl Rule {
    /// The rule of this code with which a school begins.
    pub fn seed(code: &str, rne: &Rne) -> Self {
        let measure = Measure { threshold: 1, repeat_max: 1, ..Measure::default() };
        let to = Recipients { to_secretariat: true, ..Recipients::default() };
        let whole = RuleScope::default();
        let (scope, measure, to) = match code {
            "month" => {
                let metric = Metric::UnjustifiedHalfDays;
                let measure = Measure { metric, threshold: 4, span: Span::Month, ..measure };
                (whole, measure, Recipients { to_guardian: true, ..to })
            }
            "subject" => {
                let scope = RuleScope { kinds: ",TD,TP,".to_owned(), ..whole };
                let measure = Measure { threshold: 3, is_per_subject: true, ..measure };
                (scope, measure, Recipients { to_student: true, ..to })
            }
            "apprentice" => {
                let measure = Measure { repeat_max: 50, ..measure };
                (whole, measure, Recipients { to_employer: true, to_secretariat: false, ..to })
            }
            _ => {
                let measure = Measure { metric: Metric::Absences, ..measure };
                (whole, measure, Recipients { to_student: true, to_secretariat: false, ..to })
            }
        };
        Self {
            id: Uuid::now_v7(),
            rne: rne.clone(),
            code: code.to_owned(),
            name: String::new(),
            scope,
            measure,
            to,
            is_active: false,
            version: 1,
        }
    }

    /// What people call it.
    pub fn said(&self, lang: Lang) -> String {
        name_said(&self.code, &self.name, lang)
    }

    /// Whether it counts the same as this one: who is told, how often, and what it is called are no
    /// part of that.
    pub fn counts_as(&self, other: &Self) -> bool {
        let scope = |it: &Self| RuleScope { scope_name: String::new(), ..it.scope.clone() };
        let measure =
            |it: &Self| Measure { repeat_max: 0, after_sessions: 0, ..it.measure.clone() };
        scope(self) == scope(other) && measure(self) == measure(other)
    }

    /// The same as a rule of its own, which named nobody yet.
    #[must_use]
    pub fn anew(self) -> Self {
        let id = Uuid::now_v7();
        let is_seed = self.code != self.id.to_string();
        let code = if is_seed { self.code } else { id.to_string() };
        Self { id, code, version: 1, ..self }
    }

    /// How often a value reached what it watches.
    pub fn step(&self, value: i64) -> i64 {
        let it = &self.measure;
        it.comparator.step(value, it.threshold).min(it.repeat_max)
    }
}

/// What a rule is called: as somebody wrote it, else as its code is called.
pub(super) fn name_said(code: &str, name: &str, lang: Lang) -> String {
    // A rule whose place another one took keeps its code with more behind it.
    let key = match code.split(':').next().unwrap_or_default() {
        "month" => "alert-seed-month",
        "subject" => "alert-seed-subject",
        "apprentice" => "alert-seed-apprentice",
        _ => "alert-seed-first",
    };
    if name.is_empty() { lang.t(key) } else { name.to_owned() }
}

/// `4 demi-journées`, `12,5 %`: what was measured, as people say it.
pub(super) fn value_said(metric: Metric, value: i64, lang: Lang) -> String {
    if metric.is_rate() {
        let comma = if lang == Lang::Fr { ',' } else { '.' };
        let rate = crate::attendance::rates::tenths(value, comma);
        return lang.t_with("alert-said-rate", &[("rate", &rate)]);
    }
    let key = match metric {
        Metric::UnjustifiedHalfDays => "alert-said-half-days",
        Metric::Lates => "alert-said-lates",
        Metric::Consecutive => "alert-said-consecutive",
        Metric::Absences => "alert-said-absences",
        _ => "alert-said-unjustified",
    };
    lang.t_with(key, &[("count", &value.unsigned_abs())])
}
