//! What applications learn of somebody.
use super::{House, Person};

impl House {
    /// What the application of the demonstration is told of somebody: a ticket is fetched and
    /// handed in.
    pub(crate) async fn told(&self, person: &Person<'_>, more: &str) -> String {
        let service = self.at_portal("/application/start?x=1");
        let query = serde_urlencoded::to_string([("service", &service)]).expect("text");
        let sent = person.get(&format!("/login?{query}{more}")).await;
        self.told_for(&service, sent.location()).await
    }

    /// The same for a browser that was sent back to `service` already.
    pub(crate) async fn told_for(&self, service: &str, sent: &str) -> String {
        let (_, ticket) = sent.rsplit_once("ticket=").expect("a ticket");
        let query = [("service", service), ("ticket", ticket)];
        let query = serde_urlencoded::to_string(query).expect("text");
        self.visitor().get(&format!("/p3/serviceValidate?{query}")).await.text
    }
}
