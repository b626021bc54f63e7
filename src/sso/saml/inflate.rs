//! DEFLATE for the Redirect binding: raw, without a header, bounded against bombs.
use super::refusal::{Reason, Refusal, demand};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read, Write};

/// Largest message that comes out, bytes.
const MOST_BYTES: usize = 64 * 1024;
/// How many times larger it may become.
const MOST_RATIO: usize = 100;

/// Inflate a message, at most to 64 KiB and a hundredfold.
pub fn inflate(deflated: &[u8]) -> Result<Vec<u8>, Refusal> {
    let most = MOST_BYTES.min(deflated.len().saturating_mul(MOST_RATIO));
    let mut decoder = DeflateDecoder::new(deflated).take(most as u64 + 1);
    let mut message = Vec::new();
    decoder
        .read_to_end(&mut message)
        .map_err(|_| Refusal::new(Reason::Form, "the message cannot be inflated"))?;
    demand(message.len() <= most, Reason::Size, "the message inflates too far")?;
    let consumed = decoder.into_inner().total_in();
    demand(consumed == deflated.len() as u64, Reason::Form, "bytes behind the message")?;
    Ok(message)
}

/// Deflate a message of ours.
pub(super) fn deflate(message: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(message).and_then(|()| encoder.finish());
    written.expect("writing to memory does not fail")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bombs_are_refused() {
        let bomb = deflate(&vec![b'x'; 64 * 1024 * 1024]);
        let thick = deflate(&vec![b' '; 60_000]);

        assert_eq!(inflate(&bomb).unwrap_err().reason, Reason::Size);
        assert_eq!(inflate(&thick).unwrap_err().reason, Reason::Size);
    }

    #[test]
    fn only_one_whole_stream_is_taken() {
        let deflated = deflate(b"message message");

        assert_eq!(inflate(&deflated).unwrap(), b"message message");
        assert!(inflate(&[&deflated[..], b"x"].concat()).is_err());
        assert!(inflate(&deflated[..deflated.len() - 2]).is_err());
        assert!(inflate(b"").is_err());
    }

    proptest! {
        #[test]
        fn what_was_deflated_inflates(message in proptest::collection::vec(any::<u8>(), 1..2000)) {
            prop_assert_eq!(inflate(&deflate(&message)).unwrap(), message);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
            let _ = inflate(&bytes);
        }
    }
}
