//! `[role:NAME]`: what directories say of people, and the rights that it gives (D33).
use super::idps::school;
use super::reader::Reader;
use crate::identity::Profile;
use crate::identity::role_map::{On, RoleRule};
use crate::rights::{Role, Scope, ScopeKind};

/// Roles of ESUP's card program, as their own groups call them.
const ALIASES: [(&str, Role); 9] = [
    ("ROLE_SUPER_MANAGER", Role::CardManager),
    ("ROLE_MANAGER", Role::CardManager),
    ("ROLE_CONSULT", Role::CardReader),
    ("ROLE_RESTRICTED_CONSULT", Role::CardLister),
    ("ROLE_PRINTER", Role::CardPrinter),
    ("ROLE_LIVREUR", Role::CardDeliverer),
    ("ROLE_UPDATER", Role::CardUpdater),
    ("ROLE_VERSO", Role::CardVerso),
    ("ROLE_USER_NO_EDITABLE", Role::CardLocked),
];

pub(super) fn read_roles(reader: &mut Reader) -> Vec<RoleRule> {
    let names = reader.names("role");
    names.iter().filter_map(|name| read_role(reader, name)).collect()
}

fn read_role(reader: &mut Reader, name: &str) -> Option<RoleRule> {
    let section = &format!("role:{name}");
    reader.required(section, "role");
    let role = reader.value(section, "role", |text| {
        role(text).ok_or_else(|| "there is no such role: aiguillage role names lists them".into())
    });
    let known = [reader.names("source"), reader.names("idp")].concat();
    let sources = reader.list(section, "sources", |text| {
        let is_known = known.iter().any(|known| known == text);
        is_known
            .then(|| text.to_owned())
            .ok_or(format!("there is no [source:{text}] or [idp:{text}]"))
    });
    let profiles = reader.list(section, "profiles", |text| {
        Profile::parse(text).ok_or_else(|| {
            let names = Profile::ALL.map(Profile::as_str).join(", ");
            format!("write some of {names}")
        })
    });
    let schools = reader.list(section, "schools", school);
    let attribute = reader.text(section, "attribute");
    let values = reader.text(section, "values").unwrap_or_default();
    let values: Vec<String> = values.split('|').map(str::trim).map(str::to_owned).collect();
    let values: Vec<String> = values.into_iter().filter(|value| !value.is_empty()).collect();
    if attribute.is_some() == values.is_empty() {
        let key = if attribute.is_some() { "values" } else { "attribute" };
        reader.mistake("E-CONF-MISSING", section, key, "attribute and values go together");
    }
    let on = read_scope(reader, section, role?);
    let rule = RoleRule {
        name: name.to_owned(),
        role: role?,
        on: on?,
        sources,
        profiles,
        schools,
        attribute,
        values,
    };
    must_be_narrow(reader, section, &rule);
    Some(rule)
}

fn role(text: &str) -> Option<Role> {
    let alias = ALIASES.iter().find(|(name, _)| *name == text).map(|(_, role)| *role);
    Role::parse(text).or(alias)
}

fn read_scope(reader: &mut Reader, section: &str, role: Role) -> Option<On> {
    let kinds = role.kinds();
    let names: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
    let instead = format!("{} is given on {}", role.as_str(), names.join(" or "));
    let Some(text) = reader.text(section, "scope") else {
        return match kinds.first() {
            Some(ScopeKind::School) => Some(On::EachSchool),
            Some(ScopeKind::Installation) => Some(On::Fixed(Scope::Installation)),
            _ => {
                reader.mistake("E-CONF-MISSING", section, "scope", &instead);
                None
            }
        };
    };
    let each = text == "school";
    let on = if each { Some(On::EachSchool) } else { Scope::parse(&text).map(On::Fixed) };
    let on = on.filter(|on| match on {
        On::EachSchool => kinds.contains(&ScopeKind::School),
        On::Fixed(scope) => kinds.contains(&scope.kind()),
    });
    if on.is_none() {
        reader.mistake("E-CONF-VALUE", section, "scope", &format!("“{text}”: {instead}"));
    }
    on
}

/// A rule that asks nothing would give to everybody; and nobody runs the installation because a
/// directory says so, unless somebody wrote here that this is meant.
fn must_be_narrow(reader: &mut Reader, section: &str, rule: &RoleRule) {
    let allows = reader.flag(section, "allow_admin");
    if rule.profiles.is_empty() && rule.schools.is_empty() && rule.attribute.is_none() {
        let instead = "say for whom: profiles, schools, or attribute and values";
        reader.mistake("E-CONF-MISSING", section, "profiles", instead);
    }
    if rule.role != Role::Admin {
        return;
    }
    if !allows {
        let instead = "write allow_admin = true if a directory may say who runs the installation";
        reader.mistake("E-CONF-MISSING", section, "allow_admin", instead);
    }
    if rule.sources.is_empty() || rule.attribute.is_none() {
        let instead = "name the source and the group that say who runs the installation";
        reader.mistake("E-CONF-MISSING", section, "sources", instead);
    }
}
