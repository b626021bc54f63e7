//! Who may ask for a card (5).

/// What is known of somebody who would like one.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// There was a card before, void requests apart.
    pub had_card: bool,
    /// A request is under way.
    pub is_pending: bool,
    /// The one under way was sent back.
    pub was_rejected: bool,
    /// The rights are over.
    pub is_out_of_date: bool,
    /// The card was made elsewhere.
    pub is_external: bool,
    /// The first card costs something.
    pub first_is_paid: bool,
    /// Each further card costs something.
    pub renewal_is_paid: bool,
    /// A payment was made that no card used yet.
    pub has_payment: bool,
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Ask for the first card.
    First,
    /// Ask for another one.
    Another,
    /// Send the request again that came back.
    Again,
    /// Ask, because it is paid for.
    Paid,
    /// Pay first.
    Pay,
    /// Nothing, for this reason.
    Not(Obstacle),
}

/// Why nobody can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// A request is under way.
    Pending,
    /// The card comes from elsewhere.
    External,
    /// The rights are over.
    OutOfDate,
}

impl Facts {
    /// What they may do.
    pub fn right(self) -> Right {
        let is_paid = if self.had_card { self.renewal_is_paid } else { self.first_is_paid };
        match self {
            Self { was_rejected: true, .. } => Right::Again,
            Self { is_pending: true, .. } => Right::Not(Obstacle::Pending),
            Self { is_external: true, .. } => Right::Not(Obstacle::External),
            // What is free leaves a payment as it is.
            Self { has_payment: true, is_out_of_date, .. } if is_paid || is_out_of_date => {
                Right::Paid
            }
            Self { is_out_of_date: true, .. } => Right::Not(Obstacle::OutOfDate),
            _ if is_paid => Right::Pay,
            Self { had_card: true, .. } => Right::Another,
            _ => Right::First,
        }
    }
}

impl Right {
    /// Whether a request can be sent.
    pub fn is_open(self) -> bool {
        matches!(self, Self::First | Self::Another | Self::Again | Self::Paid)
    }

    /// Key of what somebody is told who may not.
    pub fn told(self) -> &'static str {
        match self {
            Self::Not(Obstacle::Pending) => "card-ask-pending",
            Self::Not(Obstacle::External) => "card-ask-external",
            Self::Not(Obstacle::OutOfDate) => "card-ask-out-of-date",
            Self::Pay => "card-ask-pay",
            _ => "card-ask-open",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Facts = Facts {
        had_card: false,
        is_pending: false,
        was_rejected: false,
        is_out_of_date: false,
        is_external: false,
        first_is_paid: false,
        renewal_is_paid: false,
        has_payment: false,
    };

    #[test]
    fn the_table_of_rights() {
        let had = Facts { had_card: true, ..NOBODY };
        let table = [
            (NOBODY, Right::First),
            (Facts { first_is_paid: true, ..NOBODY }, Right::Pay),
            (Facts { renewal_is_paid: true, ..NOBODY }, Right::First),
            (Facts { first_is_paid: true, has_payment: true, ..NOBODY }, Right::Paid),
            (Facts { is_out_of_date: true, ..NOBODY }, Right::Not(Obstacle::OutOfDate)),
            (Facts { is_out_of_date: true, has_payment: true, ..NOBODY }, Right::Paid),
            (Facts { is_external: true, ..NOBODY }, Right::Not(Obstacle::External)),
            (Facts { is_external: true, has_payment: true, ..had }, Right::Not(Obstacle::External)),
            (Facts { has_payment: true, ..NOBODY }, Right::First),
            (Facts { has_payment: true, ..had }, Right::Another),
            (had, Right::Another),
            (Facts { first_is_paid: true, ..had }, Right::Another),
            (Facts { renewal_is_paid: true, ..had }, Right::Pay),
            (Facts { renewal_is_paid: true, has_payment: true, ..had }, Right::Paid),
            (Facts { is_pending: true, ..had }, Right::Not(Obstacle::Pending)),
            (Facts { is_pending: true, has_payment: true, ..had }, Right::Not(Obstacle::Pending)),
            (Facts { is_pending: true, was_rejected: true, ..NOBODY }, Right::Again),
            (
                Facts { is_pending: true, was_rejected: true, is_out_of_date: true, ..had },
                Right::Again,
            ),
        ];
        for (facts, right) in table {
            assert_eq!(facts.right(), right, "{facts:?}");
        }
    }

    #[test]
    fn whoever_may_ask_is_told_nothing_else() {
        for right in [Right::First, Right::Another, Right::Again, Right::Paid] {
            assert!(right.is_open() && right.told() == "card-ask-open");
        }
        assert!(!Right::Pay.is_open() && !Right::Not(Obstacle::Pending).is_open());
    }
}
