//! What people see of the search for colleagues, over HTTP.
mod admin;
mod own;
mod setup;

use crate::house::{House, OFFICE, Setup};
use aiguillage::lookup::Parts;
use aiguillage::lookup::import::{Format, Import, Outcome};
use std::io::{Cursor, Read};
use std::time::Duration;

/// Two servers with names; one of them is told less.
const SERVERS: &str = "
[instance:dijon]
server = nuage-dijon.example
label = Nuage de Dijon
networks = 198.51.100.7
prefer = own
[instance:lyon]
server = nuage-lyon.example
label = Nuage de Lyon
fields = name
";

const LIST: &str = "username,firstName,lastName,email,nclocator
marie.dupont,Marie,Dupont,marie.dupont@ac-dijon.example,https://nuage-dijon.example
amartin,Agnès,Martin,agnes.martin@ac-dijon.example,nuage-dijon.example
jmartin,Jérôme,Martin,jerome.martin@ac-lyon.example,nuage-lyon.example
lea.payet,Léa,Payet,lea.payet@ac-lyon.example,nuage-lyon.example
zoe,Zoé,Durand,zoe.durand@ac-lyon.example,nuage-lyon.example
zdurand,Zoé,Durand,zoe.durand@ac-lyon.example,nuage-dijon.example
";

/// A house with colleagues in it.
struct Desk {
    house: House,
}

impl Desk {
    /// With the list above.
    async fn open() -> Self {
        let desk = Self::empty().await;
        let outcome = desk.import("portal", LIST).await;
        assert_eq!(outcome.added, 6, "{outcome:?}");
        desk.until("martin", 2).await;
        desk
    }

    /// With nobody in it.
    async fn empty() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/house/sources.ini");
        let sources = std::fs::read_to_string(path).expect("a file of ours") + SERVERS;
        let settings = vec![
            ("AIGUILLAGE_LOOKUP_NETWORKS", "10.205.0.0/16".to_owned()),
            ("AIGUILLAGE_LOOKUP_OWNER", "login, mail".to_owned()),
        ];
        let house =
            House::open_with(Setup { settings, sources: Some(sources), ..Setup::default() }).await;
        Self { house }
    }

    fn parts(&self) -> &Parts {
        self.house.parts().lookup.as_ref().expect("the lookup is switched on")
    }

    async fn import(&self, name: &str, list: &str) -> Outcome {
        let list = list.to_owned();
        let open = || -> std::io::Result<Box<dyn Read + Send>> {
            Ok(Box::new(Cursor::new(list.clone().into_bytes())))
        };
        let import =
            Import { name, format: Format::Csv, open: &open, force: false, dry_run: false };
        let parts = self.house.parts();
        let done = import.run((&self.parts().intake, &parts.db, &parts.clock), |_| Ok(())).await;
        done.unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// What a Nextcloud in the office gets.
    async fn search(&self, words: &str) -> Vec<serde_json::Value> {
        let query = serde_urlencoded::to_string([("search", words)]).expect("a query");
        let program = self.house.visitor().at(OFFICE).with("accept", "*/*");
        let answer = program.get(&format!("/users?{query}")).await;
        assert!([200, 503].contains(&answer.status), "{} {}", answer.status, answer.text);
        serde_json::from_str(&answer.text).unwrap_or_default()
    }

    /// Wait until so many are found.
    async fn until(&self, words: &str, count: usize) {
        for _ in 0..500 {
            if self.search(words).await.len() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{words} never found {count}: {:?}", self.search(words).await);
    }
}
