//! What refusals look like (RFC 9457); [`error_pages`](crate::web::error_pages) writes them.
use serde::Serialize;
use utoipa::ToSchema;

/// Why something was not done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// Always `about:blank`: `code` says which problem it is.
    pub r#type: String,
    /// What happened, in the language asked for by `Accept-Language`.
    pub title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What it is about, for people; may be empty.
    pub detail: String,
    /// The correlation id, which the log of the service knows too.
    pub instance: String,
    /// Stable: `E-API-TOKEN`, `E-API-SCOPE`, …
    #[schema(pattern = "^E-[A-Z-]+$")]
    pub code: String,
}

/// Statuses that any operation may answer with, and what they mean.
pub(super) const ALWAYS: [(&str, &str); 6] = [
    ("400", "The address or the body cannot be read (E-BAD-REQUEST, E-API-QUERY)."),
    ("401", "No token, or none that works (E-API-TOKEN)."),
    ("403", "The token lacks the scope, or comes from elsewhere (E-API-SCOPE, E-API-NETWORK)."),
    ("404", "There is no such thing, or not for this token (E-NOT-FOUND)."),
    ("429", "Too much was asked; `Retry-After` says when it is worth a new try (E-TOO-MANY)."),
    ("503", "Too much to do, or the database is away; try again (E-BUSY, E-FULL)."),
];

/// Those of operations that take a body.
pub(super) const WITH_BODY: [(&str, &str); 4] = [
    ("408", "The body did not come in time (E-SLOW)."),
    ("413", "The body is too long (E-TOO-LARGE)."),
    ("415", "The body is no JSON (E-TYPE)."),
    ("422", "The body says something that cannot be done (E-API-FIELDS, E-API-REUSED)."),
];
