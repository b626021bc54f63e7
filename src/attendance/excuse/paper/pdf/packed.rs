//! What can be inflated, once or several times.
//!
//! Readers take what came out before something broke, and do not mind a wrong sum at the end: so
//! nothing here knows of either.
use super::looking::Looking;
use crate::attendance::excuse::refusal::ExcuseRefusal;
use flate2::{Decompress, FlushDecompress, Status};

/// Bytes that are inflated at once.
const PIECE: usize = 1024;
/// What they become at most: 1032 each, and what was kept back before.
const BECOME: usize = (1032 + 64) * PIECE;
/// How often something may be packed.
const DEPTH: usize = 4;
/// Bytes that stand before what is packed.
const HEAD: usize = 2;

/// Something that may be packed: what comes out is looked at, and inflated again.
pub(super) struct Packed {
    depth: usize,
    /// Bytes of the head that did not come yet.
    head: usize,
    inflater: Decompress,
    is_over: bool,
    room: Vec<u8>,
    /// The first bytes that came out.
    begin: Vec<u8>,
    /// What came out last, where a name may be cut.
    rest: Vec<u8>,
    inner: Option<Box<Packed>>,
}

impl Packed {
    /// Look at as much as can be inflated of what begins here.
    pub(super) fn look(bytes: &[u8], looking: &mut Looking) -> Result<(), ExcuseRefusal> {
        let mut packed = Self::new(1);
        packed.feed(bytes, looking)?;
        packed.end(looking)
    }

    fn new(depth: usize) -> Self {
        Self {
            depth,
            head: HEAD,
            inflater: Decompress::new(false),
            is_over: false,
            room: vec![0; BECOME],
            begin: Vec::new(),
            rest: Vec::new(),
            inner: None,
        }
    }

    fn feed(&mut self, bytes: &[u8], looking: &mut Looking) -> Result<(), ExcuseRefusal> {
        let skipped = self.head.min(bytes.len());
        self.head -= skipped;
        for mut piece in bytes[skipped..].chunks(PIECE) {
            while !self.is_over && !piece.is_empty() {
                let (read, written) = self.inflate(piece);
                looking.spend(read + written)?;
                piece = &piece[read..];
                self.take(written, looking)?;
            }
            if self.is_over {
                break;
            }
        }
        Ok(())
    }

    /// How many bytes were read and how many came out, before something broke too.
    fn inflate(&mut self, piece: &[u8]) -> (usize, usize) {
        let before = (self.inflater.total_in(), self.inflater.total_out());
        let status = self.inflater.decompress(piece, &mut self.room, FlushDecompress::None);
        let count = |now: u64, before: u64| usize::try_from(now - before).unwrap_or_default();
        let read = count(self.inflater.total_in(), before.0).min(piece.len());
        let written = count(self.inflater.total_out(), before.1).min(self.room.len());
        self.is_over = matches!(status, Ok(Status::StreamEnd) | Err(_)) || read + written == 0;
        (read, written)
    }

    fn take(&mut self, written: usize, looking: &mut Looking) -> Result<(), ExcuseRefusal> {
        if written == 0 {
            return Ok(());
        }
        let new = &self.room[..written];
        self.rest.extend_from_slice(new);
        let done = looking.look(&self.rest, false)?;
        self.rest.drain(..done);
        if self.depth < DEPTH {
            let inner = self.inner.get_or_insert_with(|| Box::new(Self::new(self.depth + 1)));
            return inner.feed(new, looking);
        }
        let missing = HEAD - self.begin.len();
        self.begin.extend(new.iter().take(missing));
        if missing > 0 && is_head(&self.begin) { Err(ExcuseRefusal::Broken) } else { Ok(()) }
    }

    fn end(&mut self, looking: &mut Looking) -> Result<(), ExcuseRefusal> {
        looking.look(&self.rest, true)?;
        self.inner.as_mut().map_or(Ok(()), |inner| inner.end(looking))
    }
}

/// What stands before everything that honest programs pack.
fn is_head(bytes: &[u8]) -> bool {
    let &[method, flags] = bytes else { return false };
    method & 0x0f == 8 && (u16::from(method) * 256 + u16::from(flags)).is_multiple_of(31)
}
