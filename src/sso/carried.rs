//! What a sign-in form carries until the person is known: where they were on the way to.
use super::sign_in::own_path;
use crate::web::query::Fields;

/// Fields of a journey by CAS.
const OF_A_SERVICE: [&str; 4] = ["service", "since", "renew", "method"];

/// Hidden fields of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried(pub Vec<(String, String)>);

impl Carried {
    /// Those that came back.
    pub(super) fn of(fields: &Fields) -> Self {
        if fields.get("service").is_some() {
            let given = OF_A_SERVICE.iter().filter_map(|name| Some((*name, fields.get(name)?)));
            return Self(given.map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
        }
        Self::toward(own_path(fields.get("next")), fields.is_on("renew"))
    }

    /// On the way to a path of ours; `is_fresh`: who it is must be proved anew.
    pub(super) fn toward(next: Option<String>, is_fresh: bool) -> Self {
        let next = next.map(|next| ("next".to_owned(), next));
        let renew = is_fresh.then(|| ("renew".to_owned(), "true".to_owned()));
        Self(next.into_iter().chain(renew).collect())
    }

    /// Whether who it is must be proved anew.
    pub(super) fn wants_fresh(&self) -> bool {
        self.0.iter().any(|(name, _)| name == "renew")
    }

    /// As the query of an address.
    pub(super) fn query(&self) -> String {
        serde_urlencoded::to_string(&self.0).unwrap_or_default()
    }

    /// An address with these behind it.
    pub(super) fn behind(&self, address: &str) -> String {
        let query = self.query();
        if query.is_empty() { address.to_owned() } else { format!("{address}?{query}") }
    }

    /// Where the person goes on: a path of ours, which checks the service again.
    pub(super) fn leads_to(&self) -> String {
        let get = |wanted: &str| self.0.iter().find(|(name, _)| name == wanted);
        match (get("service"), get("next")) {
            (Some(_), _) => format!("/login?{}", self.query()),
            (None, Some((_, path))) => path.clone(),
            (None, None) => "/dispatch".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads_to(form: &str) -> String {
        Carried::of(&Fields::parse(form).expect("a form")).leads_to()
    }

    #[test]
    fn the_form_leads_on_within_our_own_paths() {
        assert_eq!(leads_to("login=x"), "/dispatch");
        assert_eq!(leads_to("next=%2Fsaml%3Fx%3D1"), "/saml?x=1");
        assert_eq!(leads_to("renew=1&next=%2Fx"), "/x");
        assert_eq!(leads_to("renew=1"), "/dispatch");
        assert_eq!(leads_to("next=https%3A%2F%2Fevil.test"), "/dispatch");
        assert_eq!(
            leads_to("service=https%3A%2F%2Fevil.test%2F%26x&since=7&next=%2Fx&other=1"),
            "/login?service=https%3A%2F%2Fevil.test%2F%26x&since=7"
        );
    }
}
