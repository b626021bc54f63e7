//! How pages say what tables and settings hold.
use crate::config::Config;
use crate::identity::cloud::Field;
use crate::web::lang::Lang;
use chrono::{DateTime, Utc};

/// A server by its label, else by its host.
pub(super) fn server(instance: &str, config: &Config) -> String {
    let known = config.instances.iter().find(|known| known.server == instance);
    known.map_or_else(|| instance.to_owned(), |known| known.label.clone())
}

/// Whose budget a search used: the label of an instance, or a network.
pub(super) fn credential(credential: &str, config: &Config) -> String {
    let (kind, name) = credential.split_once(':').unwrap_or(("", credential));
    if kind != "instance" {
        return name.to_owned();
    }
    let known = config.instances.iter().find(|known| known.name == name);
    known.map_or_else(|| name.to_owned(), |known| known.label.clone())
}

/// Where a record came from: column `origin` in words.
pub(super) fn origin(origin: &str, lang: Lang) -> String {
    let (kind, name) = origin.split_once(':').unwrap_or((origin, ""));
    match kind {
        "push" => lang.t("origin-push"),
        "signed" => lang.t("origin-signed"),
        "import" => lang.t_with("origin-import", &[("name", &name)]),
        "source" => lang.t_with("origin-source", &[("name", &name)]),
        "replication" => lang.t_with("origin-replication", &[("name", &name)]),
        _ => origin.to_owned(),
    }
}

/// A time where the reader is.
pub(super) fn moment(at: DateTime<Utc>, config: &Config, lang: Lang) -> String {
    lang.moment(at.with_timezone(&config.dispatch.time_zone).naive_local())
}

/// Key of the name of a field.
pub(super) fn field(field: Field) -> &'static str {
    match field {
        Field::Name | Field::Given | Field::Surname => "field-name",
        Field::Email | Field::Mails => "field-email",
        Field::Address => "field-address",
        Field::Website => "field-website",
        Field::Twitter => "field-twitter",
        Field::Phone => "field-phone",
        Field::TwitterSignature => "field-twitter-signature",
        Field::WebsiteSignature => "field-website-signature",
        Field::Userid => "field-userid",
    }
}
