//! The id under which several programs log one request (W3C Trace Context 1).
use actix_web::http::header::HeaderName;
use std::fmt;
use uuid::Uuid;

/// The trace-id of a `traceparent`: sixteen bytes that are not all zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceId(u128);

impl TraceId {
    /// `traceparent`
    pub const HEADER: HeaderName = HeaderName::from_static("traceparent");

    /// A new one.
    pub fn random() -> Self {
        Self(Uuid::new_v4().as_u128())
    }

    /// Read a `traceparent`; of later versions only what version 00 has (section 4.3).
    pub fn parse(header: &str) -> Option<Self> {
        let mut parts = header.split('-');
        let version = hexadecimal(parts.next()?, 2).filter(|version| *version != 0xff)?;
        let trace = hexadecimal(parts.next()?, 32).filter(|trace| *trace != 0)?;
        hexadecimal(parts.next()?, 16).filter(|parent| *parent != 0)?;
        hexadecimal(parts.next()?, 2)?;
        (version != 0 || parts.next().is_none()).then_some(Self(trace))
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

fn hexadecimal(text: &str, digits: usize) -> Option<u128> {
    let is_lower = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_lower && text.len() == digits).then(|| u128::from_str_radix(text, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_the_standard_allows_is_read() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let parsed = |text: &str| TraceId::parse(text).map(|id| id.to_string());
        assert_eq!(parsed(&format!("00-{trace}-b7ad6b7169203331-01")).as_deref(), Some(trace));
        assert_eq!(parsed(&format!("cc-{trace}-b7ad6b7169203331-01-x")).as_deref(), Some(trace));
        for wrong in [
            String::new(),
            format!("00-{trace}-b7ad6b7169203331"),
            format!("00-{trace}-b7ad6b7169203331-01-x"),
            format!("ff-{trace}-b7ad6b7169203331-01"),
            format!("0-{trace}-b7ad6b7169203331-01"),
            format!("00-{}-b7ad6b7169203331-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{}-b7ad6b7169203331-01", trace.to_uppercase()),
            format!("00-+{}-b7ad6b7169203331-01", &trace[1..]),
        ] {
            assert_eq!(parsed(&wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_read(id in 1..=u128::MAX) {
            let text = format!("00-{}-b7ad6b7169203331-00", TraceId(id));
            prop_assert_eq!(TraceId::parse(&text), Some(TraceId(id)));
        }
    }
}
