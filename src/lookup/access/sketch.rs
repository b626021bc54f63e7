//! How many different people were shown, in 4 KiB: a `HyperLogLog` of 4,096 registers. The
//! standard error is 1.6 %.

/// Registers; their number's logarithm is [`BITS`].
const REGISTERS: usize = 1 << BITS;
const BITS: u32 = 12;

/// Counts different hashes without keeping them.
#[derive(Clone, PartialEq, Eq)]
pub struct Sketch(Box<[u8; REGISTERS]>);

impl Default for Sketch {
    fn default() -> Self {
        Self(Box::new([0; REGISTERS]))
    }
}

impl Sketch {
    /// One that was kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|registers: [u8; REGISTERS]| Self(Box::new(registers)))
    }

    /// To be kept.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Somebody was shown; whether that changed anything.
    pub fn add(&mut self, hash: u64) -> bool {
        let index = usize::try_from(hash >> (64 - BITS)).unwrap_or_default();
        let rest = (hash << BITS) | (1 << (BITS - 1));
        let rank = u8::try_from(rest.leading_zeros() + 1).unwrap_or(u8::MAX);
        let Some(register) = self.0.get_mut(index) else { return false };
        let is_new = rank > *register;
        *register = rank.max(*register);
        is_new
    }

    /// Whatever the other one saw.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(other.0.iter()) {
            *own = (*own).max(*other);
        }
    }

    /// About so many different ones.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate of a positive number"
    )]
    pub fn count(&self) -> u64 {
        let registers = REGISTERS as f64;
        let mut by_rank = [0_u32; 64];
        for rank in self.0.iter() {
            by_rank[usize::from(*rank % 64)] += 1;
        }
        let share = |(rank, count): (i32, &u32)| f64::from(*count) * 0.5_f64.powi(rank);
        let sum: f64 = (0..).zip(&by_rank).map(share).sum();
        let empty = f64::from(by_rank[0]);
        let raw = 0.7213 / (1.0 + 1.079 / registers) * registers * registers / sum;
        let few = raw <= 2.5 * registers && empty > 0.0;
        let count = if few { registers * (registers / empty).ln() } else { raw };
        count.round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hashes as even as those of the index.
    fn hash(number: u64) -> u64 {
        let digest = openssl::sha::sha256(&number.to_le_bytes());
        u64::from_le_bytes(digest[..8].try_into().unwrap())
    }

    #[test]
    fn the_error_stays_within_a_few_hundredths() {
        let mut sketch = Sketch::default();
        let mut seen = 0;
        for limit in [10, 100, 2_000, 10_000, 60_000, 200_000] {
            for number in seen..limit {
                sketch.add(hash(number));
            }
            seen = limit;
            let counted = sketch.count();
            let most = limit / 20 + 1;
            assert!(counted.abs_diff(limit) <= most, "{counted} instead of {limit}");
        }
    }

    #[test]
    fn who_was_seen_before_counts_once() {
        let mut sketch = Sketch::default();
        for round in 0..3 {
            for number in 0..500 {
                assert!(!(sketch.add(hash(number)) && round > 0));
            }
        }
        let kept = Sketch::from_bytes(sketch.as_bytes()).unwrap();
        let mut both = kept.clone();
        both.merge(&sketch);
        assert!(both == sketch && both.count().abs_diff(500) < 25);
        assert!(Sketch::from_bytes(&[0; 17]).is_none());
    }
}
