//! A short description of a browser for "my sessions": what a person recognises, nothing more.
use actix_web::HttpRequest;
use actix_web::http::header;

/// `Firefox, Windows` from the `User-Agent`, empty when neither is known.
pub(super) fn describe(request: &HttpRequest) -> String {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let agent = agent.unwrap_or_default();
    [program(agent), system(agent)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Names that browsers give themselves stand before those they borrow.
fn program(agent: &str) -> Option<&'static str> {
    let table = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chromium/", "Chromium"),
        ("CriOS/", "Chrome"),
        ("HeadlessChrome/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    table.into_iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| name)
}

fn system(agent: &str) -> Option<&'static str> {
    let table = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    table.into_iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_recognised_by_their_own_name() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";
        let phone = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0";
        assert_eq!((program(windows), system(windows)), (Some("Edge"), Some("Windows")));
        assert_eq!((program(phone), system(phone)), (Some("Firefox"), Some("Android")));
        assert_eq!((program("curl/8"), system("curl/8")), (None, None));
    }
}
