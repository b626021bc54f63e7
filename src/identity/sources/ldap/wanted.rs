//! Which attributes are asked for, and which are never kept.
use super::filter::is_attribute_name;
use crate::identity::attributes;

/// Names, address and every attribute that tells a school (`dispatch.md` 4.3 to 4.7).
const ALWAYS: &[&str] = &[
    "uid",
    "cn",
    "sn",
    "givenName",
    "displayName",
    "mail",
    "title",
    "ctfn",
    "ctln",
    "ctemail",
    "codaca",
    "rne",
    "typensi",
    "FrEduRne",
    "FrEduRneResp",
    "FrEduFonctAdm",
    "FrEduResDel",
    "FrEduVecteur",
    "FrEduCtPersonAffiliation",
    "FrEduCtEleveUAI",
    "FrEduCtRefId",
    "ENTPersonLogin",
    "ENTPersonJointure",
    "ENTPersonProfils",
    "ENTPersonStructRattach",
    "ENTPersonFonctions",
    "ENTAuxEnsClasses",
    "ENTAuxEnsGroupes",
    "ENTEleveClasses",
    "ENTEleveGroupes",
    "ENTEleveStructRattachId",
    "ENTElevePersRelEleve",
    "ENTElevePere",
    "ENTEleveMere",
    "ENTEleveAutoriteParentale",
    "ESCOUAI",
    "ESCOUAIRattachement",
    "ESCOUAICourant",
    "ESCOSIREN",
    "ESCOSIRENCourant",
    "ESCODomaines",
    "ESCOEleveVecteurIdentite",
    "supannEtablissement",
    "supannEntiteAffectation",
    "supannEntiteAffectationPrincipale",
    "supannRoleEntite",
    "supannEtuInscription",
    "supannEmpId",
    "supannEtuId",
    "eduPersonPrincipalName",
    "eduPersonAffiliation",
    "eduPersonPrimaryAffiliation",
];

/// Names that only directories have, in lower case; the rest is known to all ([`attributes`]).
///
/// [`attributes`]: crate::identity::attributes::is_secret
const SECRET: &[&str] = &["krb5key", "fredunumen", "authpwd"];

/// Whether an attribute is none of our business, whatever its case and its options: passwords,
/// keys and the NUMEN (`employeeNumber`, `dispatch.md` 4.3).
pub(super) fn is_secret(name: &str) -> bool {
    let bare = name.split(';').next().unwrap_or_default();
    attributes::is_secret(name) || SECRET.iter().any(|secret| secret.eq_ignore_ascii_case(bare))
}

/// The attribute list of a search for people: ours and `extra`, each once, no secret among them.
pub fn wanted<'a>(extra: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in ALWAYS.iter().copied().chain(extra) {
        let is_new = !names.iter().any(|other| other.eq_ignore_ascii_case(name));
        if is_new && is_attribute_name(name) && !is_secret(name) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_in_every_spelling() {
        for name in [
            "userPassword",
            "USERPASSWORD",
            "userPassword;lang-fr",
            "employeeNumber",
            "sambaNTPassword",
            "sambaPasswordHistory",
            "krbPrincipalKey",
            "krb5Key;x-1",
        ] {
            assert!(is_secret(name), "{name}");
        }
        assert!(!is_secret("sambaSID"));
        assert!(!is_secret("ENTPersonLogin"));
    }

    #[test]
    fn secrets_are_not_even_asked_for() {
        let names = wanted(
            ["employeeType", "userPassword", "2.5.4.35", "MAIL", "userPassword;x", "*"].into_iter(),
        );

        assert_eq!(names.len(), ALWAYS.len() + 1);
        assert!(names.contains(&"employeeType".to_owned()));
    }
}
