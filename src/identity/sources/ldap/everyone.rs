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

type Answers = SearchStream<'static, String, Vec<String>>;

/// Everybody, one at a time. Has a connection of its own: a server keeps one paged search a
/// connection, and a second one would make it forget the first.
pub struct Everyone<'a> {
    source: &'a LdapSource,
    server: usize,
    answers: Answers,
    link: Link,
    _pass: Pass<'a>,
}

impl<'a> Everyone<'a> {
    pub(super) async fn start(
        source: &'a LdapSource,
        pass: Pass<'a>,
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

    /// The next person; none when all have been seen. After an error nothing more comes, and what
    /// came before is not the whole directory.
    pub async fn next(&mut self) -> Result<Option<Found>, SourceError> {
        while let Some(answer) = self.answers.next().await.map_err(because)? {
            if answer.is_ref() || answer.is_intermediate() {
                continue;
            }
            let entry = Entry::parse(answer.0)?;
            let dn = entry.dn.clone();
            match self.source.found(self.server, entry) {
                Ok(found) => return Ok(Some(found)),
                Err(error) => tracing::warn!(dn, "an entry is left out: {error}"),
            }
        }
        judge(self.answers.finish().await.rc).map(|()| None)
    }

    /// Say goodbye to the server.
    pub async fn close(self) {
        self.link.close().await;
    }
}
