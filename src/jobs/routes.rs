//! Pages for administrators.
use super::admin;
use crate::rights::Permission::{RunJobs, SeeJobs};
use crate::rights::Rule::May;
use crate::web::resource::{Map, at};

/// The map. Wants a [`Desk`](super::Desk) as `Data`.
pub fn routes(map: &mut Map<'_>) {
    at("/admin/jobs", May(SeeJobs)).get(admin::show).mount(map);
    at("/admin/jobs.csv", May(SeeJobs)).get(admin::csv).mount(map);
    at("/admin/jobs/{id}/retry", May(RunJobs)).post(admin::retry).mount(map);
    at("/admin/jobs/{id}/drop", May(RunJobs)).post(admin::forget).mount(map);
    at("/admin/jobs/run", May(RunJobs)).post(admin::run).mount(map);
}
