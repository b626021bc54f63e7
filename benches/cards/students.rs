//! Students ask for cards from their telephones: a photo each, then the request.
use super::connection::Connection;
use super::office::{Office, Signed};
use super::table;
use aiguillage::card::portrait::portrait;
use aiguillage::uploads::picture::{Format, write};
use anyhow::{Context, Result, anyhow, ensure};
use image::{DynamicImage, Rgb, RgbImage};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

/// Telephones that wait for an answer at the same time, at most.
const AT_ONCE: usize = 8;
/// Width and height of what a telephone sends, made smaller by its browser.
const SENT: (u32, u32) = (900, 1_200);

/// Everybody sends a photo, then everybody asks.
pub(crate) fn ask(office: &Office, bare: f64) -> Result<()> {
    let picture = picture()?;
    let unpacked = table::rate(|| portrait(&picture).map(drop).map_err(|_| anyhow!("a photo")))?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    let photos = everybody(office, |line, student, _| photo(line, student, &picture))?;
    let baseline = (unpacked * cores as f64, "a photo made anew, on each core");
    table::stage("photos sent", photos.len(), start.elapsed(), baseline);

    let start = Instant::now();
    everybody(office, |line, student, place| {
        let photo = photos.get(place).context("everybody has a photo")?;
        let csrf = &student.csrf;
        let form = format!("csrf={csrf}&photo={photo}&show=1");
        ensure!(post(line, "/cards/request", student, &form)? == "/cards?sent=1", "a request");
        Ok(String::new())
    })?;
    table::stage("requests", photos.len(), start.elapsed(), (bare, "a row kept"));
    let asked = office.count("SELECT count(*) FROM card WHERE state = 'new'")?;
    ensure!(asked == photos.len(), "{asked} cards asked for");
    Ok(())
}

/// The same with every student, several at a time; what came of each, in their order.
fn everybody(
    office: &Office,
    act: impl Fn(&mut Connection, &Signed, usize) -> Result<String> + Sync,
) -> Result<Vec<String>> {
    let (students, next) = (&office.students, AtomicUsize::new(0));
    let telephone = || -> Result<Vec<(usize, String)>> {
        let mut line = Connection::open(office.running.address)?;
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(student) = students.get(place) else { return Ok(done) };
            done.push((place, act(&mut line, student, place)?));
        }
    };
    let mut all = thread::scope(|scope| {
        let phones: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(telephone)).collect();
        let mut all = Vec::with_capacity(students.len());
        for phone in phones {
            all.extend(phone.join().map_err(|_| anyhow!("a telephone gave up"))??);
        }
        anyhow::Ok(all)
    })?;
    all.sort_unstable();
    Ok(all.into_iter().map(|(_, it)| it).collect())
}

/// A face would be smoother: this one costs what photos cost.
fn picture() -> Result<Vec<u8>> {
    let colour = |x: u32, y: u32| {
        let part = |of: u32, all: u32| u8::try_from(of * 255 / all).unwrap_or(u8::MAX);
        let grain = u8::try_from((x * 7 + y * 13) % 23).unwrap_or(0);
        Rgb([part(x, SENT.0).saturating_add(grain), part(y, SENT.1), 90 + grain])
    };
    let image = DynamicImage::ImageRgb8(RgbImage::from_fn(SENT.0, SENT.1, colour));
    write(Format::Jpeg, &image).map_err(|_| anyhow!("a picture"))
}

/// Send a photo; its id.
fn photo(line: &mut Connection, student: &Signed, picture: &[u8]) -> Result<String> {
    let body = with_file(student, ("moi.jpg", "image/jpeg", picture));
    let place = lead(line, "/cards/request/photo", student, (WITH_FILE, &body))?;
    Ok(place.split_once("photo=").context("no photo")?.1.to_owned())
}

/// The kind of a form with a file.
pub(crate) const WITH_FILE: &str = "multipart/form-data; boundary=frontier";

/// A form with a file: its name, kind and content.
pub(crate) fn with_file(who: &Signed, (name, kind, content): (&str, &str, &[u8])) -> Vec<u8> {
    let csrf = &who.csrf;
    let mut body = format!(
        "--frontier\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
         --frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {kind}\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--frontier--\r\n");
    body
}

/// Post a form; where it leads.
pub(crate) fn post(line: &mut Connection, to: &str, who: &Signed, form: &str) -> Result<String> {
    lead(line, to, who, ("application/x-www-form-urlencoded", form.as_bytes()))
}

/// Send a form; where it leads.
fn lead(line: &mut Connection, to: &str, who: &Signed, form: (&str, &[u8])) -> Result<String> {
    let status = send(line, to, who, form)?;
    ensure!(status == 303, "{to} answered {status}: {}", String::from_utf8_lossy(line.body()));
    let place = line.head().lines().find_map(|it| it.strip_prefix("location: "));
    Ok(place.context("it leads nowhere")?.to_owned())
}

/// Send a form; the status of the answer.
pub(crate) fn send(
    line: &mut Connection,
    to: &str,
    who: &Signed,
    (kind, body): (&str, &[u8]),
) -> Result<u16> {
    let host: SocketAddr = line.address()?;
    let mut request = format!(
        "POST {to} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {}\r\n\
         Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        who.cookie,
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    line.ask(&request)
}
