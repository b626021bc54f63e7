//! Mail.
use super::{Pages, html, signed_in};
use aiguillage::mail::oauth::pages::{AttemptView, ConnectPage};
use aiguillage::mail::oauth::{AttemptState, OauthForm, Way};
use aiguillage::mail::pages::{
    AccountPage, AccountRow, AdminMail, MessageRow, TextPage, TextRow, TextsPage, Version,
};
use aiguillage::mail::store::MailState;
use aiguillage::mail::{
    AccountForm, AccountState, Fault, Handover, Part, SmtpError, Step, Template, Why, Written,
};
use aiguillage::web::lang::Lang;
use aiguillage::web::page::{Place, Shell};
use aiguillage::web::qr::Qr;

pub(super) fn pages(lang: Lang) -> Pages {
    let empty = AdminMail { shell: shell(lang), ..AdminMail::default() };
    let new = AccountPage { shell: shell(lang), ..AccountPage::default() };
    vec![
        ("admin-mail", html(&busy(lang))),
        ("admin-mail-empty", html(&empty)),
        ("admin-mail-new", html(&new)),
        ("admin-mail-account", html(&account(lang))),
        ("admin-mail-account-token", html(&token_account(lang))),
        ("admin-mail-texts", html(&texts(lang))),
        ("admin-mail-text", html(&text(lang))),
        ("admin-mail-text-refused", html(&refused(lang))),
        ("admin-mail-connect", html(&connect(lang, None))),
        ("admin-mail-connect-code", html(&connect(lang, Some(by_browser())))),
        ("admin-mail-connect-device", html(&connect(lang, Some(by_code())))),
        ("admin-mail-connect-failed", html(&connect(lang, Some(failed())))),
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
        is_oauth: name == "Intendance",
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
        accounts: vec![tested, stopped, row("Intendance", AccountState::Incomplete)],
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
        standing: Some(AccountState::Untested),
        wrong: vec![("host", "mail-wrong-host")],
        tried: Some(Handover {
            steps: vec![Step::Dns, Step::Connect, Step::Tls, Step::Mechanisms, Step::Auth],
            error: Some(SmtpError { step: Step::Auth, code: Some(535), text }),
        }),
        ..AccountPage::default()
    }
}

fn token_account(lang: Lang) -> AccountPage {
    let endpoint = |path: &str| format!("https://login.provider.example/{path}");
    let oauth = OauthForm {
        provider: "microsoft".into(),
        client_id: "0199-client".into(),
        auth_endpoint: endpoint("authorize"),
        token_endpoint: endpoint("token"),
        scopes: "https://outlook.office.com/SMTP.Send offline_access".into(),
        ..OauthForm::default()
    };
    let name = "Intendance".into();
    let auth = "oauth_code".into();
    AccountPage {
        shell: shell(lang),
        id: Some("0199".into()),
        form: AccountForm { name, auth, is_on: true, oauth, ..AccountForm::default() },
        has_client_secret: true,
        standing: Some(AccountState::NeedsReauth),
        problem: "invalid_grant".into(),
        reply: "invalid_grant AADSTS50173".into(),
        wrong: vec![("client_id", "mail-wrong-client")],
        ..AccountPage::default()
    }
}

fn version(number: i64) -> Version {
    let at = "mardi 24 novembre, 10 h 15".into();
    Version { number, at, by: "Frédérique Administratrice".into(), is_default: number == 2 }
}

fn texts(lang: Lang) -> TextsPage {
    let row = |template, last, is_damaged| TextRow { template, lang, last, is_damaged };
    let rows = vec![
        row(Template::Test, None, false),
        row(Template::Failed, Some(version(1)), false),
        row(Template::Failed, Some(version(3)), true),
    ];
    TextsPage { shell: shell(lang), rows }
}

fn text(lang: Lang) -> TextPage {
    let tried = Handover { steps: vec![Step::Dns], error: None };
    TextPage {
        shell: shell(lang),
        name: Some((Template::Failed, lang)),
        words: Template::Failed.default_words(lang),
        written: Some(Written {
            subject: "Aiguillage : des messages ne partent pas".into(),
            text: "Bonjour,\n\ndes messages ne partent pas.\n".into(),
            html: "<p>Bonjour,</p><p>des messages ne partent pas.</p>".into(),
        }),
        seen: 3,
        is_own: true,
        versions: [3, 2, 1].map(version).to_vec(),
        is_stale: true,
        tried: Some(("chef@college.example".into(), tried)),
        ..TextPage::default()
    }
}

fn refused(lang: Lang) -> TextPage {
    let fault = |part, line, why| Fault { part, line, why };
    TextPage {
        faults: vec![
            fault(Part::Subject, Some(1), Why::Unknown("acount".into())),
            fault(Part::Text, Some(3), Why::Syntax("unexpected end of input".into())),
            fault(Part::Html, Some(2), Why::Statement("include".into())),
        ],
        written: None,
        nowhere: true,
        is_own: false,
        ..text(lang)
    }
}

fn connect(lang: Lang, attempt: Option<AttemptView>) -> ConnectPage {
    ConnectPage {
        shell: shell(lang),
        id: "0199".into(),
        name: "Intendance".into(),
        user: "intendance@college.example".into(),
        way: attempt.as_ref().map_or(Way::Code, |attempt| attempt.way),
        redirect_uri: "https://portail.example/admin/mail/oauth/callback".into(),
        standing: Some(AccountState::Incomplete),
        has_token: attempt.is_none(),
        attempt,
        ..ConnectPage::default()
    }
}

fn by_code() -> AttemptView {
    let page = "https://provider.example/device";
    AttemptView {
        way: Way::Device,
        state: AttemptState::Polling,
        problem: String::new(),
        detail: String::new(),
        address: None,
        user_code: "WDJB-MJHT".into(),
        verification_uri: page.into(),
        verification_uri_complete: String::new(),
        qr: Qr::of(page),
        message: "Use a web browser to open the page.".into(),
        until: "mardi 24 novembre, 10 h 15".into(),
    }
}

fn by_browser() -> AttemptView {
    let address = Some("https://provider.example/auth?response_type=code&state=s".into());
    AttemptView { way: Way::Code, state: AttemptState::Created, address, qr: None, ..by_code() }
}

fn failed() -> AttemptView {
    let detail = "invalid_client AADSTS7000215: Invalid client secret provided.".into();
    let problem = "invalid_client".into();
    AttemptView { state: AttemptState::Failed, problem, detail, ..by_code() }
}
