//! Pages of payments.
use crate::web::lang::{Argument, Lang};
use crate::web::page::Shell;
use askama::Template;

/// `10,00 €`
pub fn euros(lang: Lang, cents: i64) -> String {
    let (whole, part) = ((cents / 100).to_string(), format!("{:02}", cents % 100));
    let parts: [(_, &dyn Argument); 2] = [("whole", &whole), ("part", &part)];
    lang.t_with("card-euros", &parts)
}

/// What a card costs. Posts to `/cards/pay`.
#[derive(Debug, Default, Template)]
#[template(path = "card/payment/pages/pay.html")]
pub struct PayCard {
    /// The frame.
    pub shell: Shell,
    /// What it costs.
    pub cost: String,
    /// For another card than the first.
    pub is_renewal: bool,
}

/// A payment of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentLine {
    /// Its id.
    pub id: String,
    /// What Paybox knows it by.
    pub reference: String,
    /// When it was paid, or ordered.
    pub at: String,
    /// Whose, or empty.
    pub name: String,
    /// The same, everywhere.
    pub eppn: String,
    /// What was paid.
    pub cost: String,
    /// Key of its state.
    pub state: &'static str,
    /// How that looks.
    pub tone: &'static str,
    /// The card that it was used for, or empty.
    pub card: String,
    /// The last code of Paybox, where it is not paid.
    pub error: String,
    /// Whether it can be given back.
    pub may_refund: bool,
}

/// What can be listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentTab {
    /// Key of its name.
    pub label: &'static str,
    /// Where.
    pub address: String,
    /// Whether it is listed now.
    pub is_here: bool,
}

/// `/cards/office/payments`, which also posts there.
#[derive(Debug, Default, Template)]
#[template(path = "card/payment/pages/payments.html")]
pub struct CardPayments {
    /// The frame.
    pub shell: Shell,
    /// What can be listed.
    pub tabs: Vec<PaymentTab>,
    /// The newest first.
    pub rows: Vec<PaymentLine>,
    /// The same as a table.
    pub csv: String,
    /// One was just noted as given back.
    pub is_refunded: bool,
    /// Address of the page before.
    pub newer: Option<String>,
    /// Address of the page behind.
    pub older: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_write_it() {
        assert_eq!(euros(Lang::Fr, 1050), "10,50\u{a0}€");
        assert_eq!(euros(Lang::En, 100_005), "€1000.05");
        assert_eq!(euros(Lang::Fr, 7), "0,07\u{a0}€");
    }
}
