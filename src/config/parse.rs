//! Small parsers of settings; each error says what to write instead.
use chrono::TimeDelta;
use ipnet::IpNet;
use std::net::IpAddr;
use std::time::Duration;
use url::Url;

/// The longest time that may be set, in seconds: a year.
const LONGEST: u64 = 366 * 86_400;

/// The longest time that anything is kept: ten years.
const LONGEST_KEPT: u64 = 3_653 * 86_400;

/// `10h`, `30m`, `15 min`, `5s`, `2d`; a year at most.
pub fn duration(text: &str) -> Result<Duration, String> {
    let time = time(text)?;
    if time.as_secs() > LONGEST { Err("write a year at most".to_owned()) } else { Ok(time) }
}

/// How long something is kept: a day to ten years, `1096d` for instance.
pub fn retention(text: &str) -> Result<TimeDelta, String> {
    match time(text)?.as_secs() {
        seconds @ 86_400..=LONGEST_KEPT => Ok(TimeDelta::seconds(seconds.cast_signed())),
        _ => Err("write days, 1d to 3653d".to_owned()),
    }
}

fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "write a number and s, m, h or d, 30m for instance".to_owned();
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let unit = match text[digits..].trim() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    number.checked_mul(unit).map(Duration::from_secs).ok_or_else(wrong)
}

/// A count that cannot be none.
pub fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "write a number from 1".to_owned())
}

/// A count from one to a million.
pub fn from_one(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| "write a number from 1 to 1000000".to_owned())
}

/// A network in CIDR form, or one address. Host bits are cleared.
pub fn network(text: &str) -> Result<IpNet, String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(IpNet::from(address.to_canonical()));
    }
    text.parse::<IpNet>()
        .map(|network| network.trunc())
        .map_err(|_| "write an address or a network such as 10.0.0.0/8".to_owned())
}

/// Our own address: https, or http on a loopback host; no path, query or fragment (D22).
pub fn public_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "write https://host".to_owned())?;
    let host = url.host_str().ok_or("write https://host")?.to_owned();
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&host)) {
        return Err("write https://…; http is for localhost only".to_owned());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("write scheme, host and port only, nothing behind".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("leave user and password out".to_owned());
    }
    Ok(url)
}

/// Whether a host name stands for this machine.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// An origin: scheme, host, port.
pub fn origin(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| "write https://host".to_owned())?;
    let origin = url.origin();
    if origin.is_tuple() {
        Ok(origin.ascii_serialization())
    } else {
        Err("write https://host".into())
    }
}

/// Any type that reads itself.
pub fn from_str<T: std::str::FromStr>(text: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("10h"), Ok(Duration::from_hours(10)));
        assert_eq!(duration("15 min"), Ok(Duration::from_mins(15)));
        for wrong in
            ["", "10", "h", "1.5h", "99999999999999999999s", "18446744073709551615d", "367d"]
        {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_kept_is_kept_for_days() {
        assert_eq!(retention("1096d"), Ok(TimeDelta::days(1096)));
        for wrong in ["", "0d", "23h", "3654d", "three years", "18446744073709551615d"] {
            assert!(retention(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn http_is_for_this_machine_only() {
        for good in ["https://sso.ac-reunion.fr", "http://localhost:8080", "http://127.0.0.1:8080"]
        {
            assert!(public_url(good).is_ok(), "{good}");
        }
        for wrong in [
            "http://sso.ac-reunion.fr",
            "sso.ac-reunion.fr",
            "https://a/b",
            "https://u@a",
            "ftp://localhost",
        ] {
            assert!(public_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn networks_lose_their_host_bits() {
        assert_eq!(network("172.31.16.0/16").map(|n| n.to_string()), Ok("172.31.0.0/16".into()));
        assert_eq!(network("::1").map(|n| n.to_string()), Ok("::1/128".into()));
        assert!(network("10.0.0.0/33").is_err());
    }
}
