//! The pages of the sync.
use super::{admin, tables};
use crate::rights::Permission::{RunSync, SeeSources};
use crate::rights::Rule::May;
use crate::web::resource::{Map, at};

/// The map. Wants a [`Desk`](super::Desk) as `Data`.
pub fn routes(map: &mut Map<'_>) {
    at("/admin/sources", May(SeeSources)).get(tables::list).mount(map);
    at("/admin/sources.csv", May(SeeSources)).get(tables::sources_csv).mount(map);
    at("/admin/sources/{name}/runs.csv", May(SeeSources)).get(tables::runs_csv).mount(map);
    at("/admin/sources/{name}", May(SeeSources))
        .get(admin::show)
        .but(May(RunSync))
        .post(admin::ask)
        .mount(map);
}
