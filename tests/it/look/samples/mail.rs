//! Mail.
use super::{Pages, html, signed_in};
use aiguillage::mail::pages::{AccountPage, AccountRow, AdminMail, MessageRow};
use aiguillage::mail::store::MailState;
use aiguillage::mail::{AccountForm, AccountState, Handover, SmtpError, Step};
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};

pub(super) fn pages(lang: Lang) -> Pages {
    let empty = AdminMail { shell: shell(lang), ..AdminMail::default() };
    let new = AccountPage { shell: shell(lang), ..AccountPage::default() };
    vec![
        ("admin-mail", html(&busy(lang))),
        ("admin-mail-empty", html(&empty)),
        ("admin-mail-new", html(&new)),
        ("admin-mail-account", html(&account(lang))),
    ]
}

fn shell(lang: Lang) -> Shell {
    Shell { office: Place::OFFICE.to_vec(), place: Place::Mail, ..signed_in(lang) }
}

fn busy(lang: Lang) -> AdminMail {
    let message = |state: MailState, reply: &str| MessageRow {
        id: format!("0199-{}", state.as_str()),
        to: "famille.dupont@exemple.fr".into(),
        about: "mail-about-test",
        state,
        at: "mardi 24 novembre, 10 h 15".into(),
        reply: reply.into(),
    };
    let row = |name: &str, state| AccountRow {
        id: format!("0199-{name}"),
        name: name.into(),
        from: "presence@college.example".into(),
        server: "smtp.college.example:587".into(),
        state,
        problem: String::new(),
        reply: String::new(),
        is_default: false,
        redirect_to: String::new(),
    };
    let stopped = AccountRow {
        problem: "auth".into(),
        reply: "auth: permanent error (535): 5.7.8 no".into(),
        ..row("Secrétariat", AccountState::Stopped)
    };
    let tested = AccountRow {
        is_default: true,
        redirect_to: "essai@college.example".into(),
        ..row("Vie scolaire", AccountState::Ok)
    };
    AdminMail {
        shell: shell(lang),
        accounts: vec![tested, stopped],
        counts: MailState::ALL.map(|state| (state, 12)).to_vec(),
        rows: vec![
            message(MailState::Sent, "250 2.0.0 kept"),
            message(MailState::Bounced, "rcpt: permanent error (550): 5.1.1 nobody"),
            message(MailState::Held, ""),
        ],
        older: Some("/admin/mail?skip=50".into()),
        ..AdminMail::default()
    }
}

fn account(lang: Lang) -> AccountPage {
    let text = "permanent error (535): 5.7.8 no".to_owned();
    AccountPage {
        shell: shell(lang),
        id: Some("0199".into()),
        form: AccountForm { name: "Vie scolaire".into(), is_on: true, ..AccountForm::default() },
        has_password: true,
        wrong: vec![("host", "mail-wrong-host")],
        tried: Some(Handover {
            steps: vec![Step::Dns, Step::Connect, Step::Tls, Step::Mechanisms, Step::Auth],
            error: Some(SmtpError { step: Step::Auth, code: Some(535), text }),
        }),
    }
}
