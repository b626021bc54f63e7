//! The whole directory, page by page, for the sync.
use super::connection::{Link, because, judge};
use super::entry::Entry;
use super::gate::Pass;
use super::query::Query;
use super::source::LdapSource;
use crate::identity::sources::{Found, SourceError};
use ldap3::SearchStream;
use ldap3::adapters::{Adapter, PagedResults};

/// Entries of one page: what most servers allow at the most.
const PAGE: i32 = 500;
/// When an entry was changed last (RFC 4512 3.4.4).
pub(super) const MODIFIED: &str = "modifyTimestamp";

type Answers = SearchStream<'static, String, Vec<String>>;

/// Everybody, one at a time. Has a connection of its own: a server keeps one paged search a
/// connection, and a second one would make it forget the first.
pub struct Everyone<'a> {
    pub(super) source: &'a LdapSource,
    pub(super) server: usize,
    answers: Answers,
    link: Link,
    _pass: Option<Pass<'a>>,
}

/// An entry of the directory.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Where it stands.
    pub dn: String,
    /// When it was changed last, as the directory writes it; `None` where it does not say.
    pub modified: Option<String>,
    /// Somebody, or why nothing can be made of it.
    pub found: Result<Found, SourceError>,
}

impl<'a> Everyone<'a> {
    pub(super) async fn start(
        source: &'a LdapSource,
        pass: Option<Pass<'a>>,
        server: usize,
        link: Link,
        query: Query,
    ) -> Result<Self, SourceError> {
        let paged: Box<dyn Adapter<'static, String, Vec<String>>> =
            Box::new(PagedResults::new(PAGE));
        let Query { base, scope, filter, attributes, .. } = query;
        let answers = link
            .handle()
            .streaming_search_with(vec![paged], &base, scope, &filter, attributes)
            .await
            .map_err(because)?;
        Ok(Self { source, server, answers, link, _pass: pass })
    }

    /// The next entry; none when all have been seen. After an error nothing more comes, and what
    /// came before is not the whole directory.
    pub async fn next(&mut self) -> Result<Option<Seen>, SourceError> {
        while let Some(answer) = self.answers.next().await.map_err(because)? {
            if answer.is_ref() || answer.is_intermediate() {
                continue;
            }
            let mut entry = Entry::parse(answer.0)?;
            let dn = entry.dn.clone();
            let modified = entry.attributes.first(MODIFIED).map(str::to_owned);
            entry.attributes.remove(MODIFIED);
            return Ok(Some(Seen { dn, modified, found: self.source.found(self.server, entry) }));
        }
        judge(self.answers.finish().await.rc).map(|()| None)
    }

    /// Say goodbye to the server.
    pub async fn close(self) {
        self.link.close().await;
    }
}
