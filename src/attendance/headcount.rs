//! People in the room against names on the roll (7.4), and names to be called out.

/// How many names a spot check calls out.
pub const SPOT: usize = 5;

/// Whether a count differs from the marks by more than a miscount.
pub fn differs(headcount: usize, marked: usize) -> bool {
    headcount.abs_diff(marked) > (marked * 3).div_ceil(100).max(2)
}

/// Some of these at random, at most [`SPOT`].
pub fn spot_check<T>(mut marked: Vec<T>) -> Vec<T> {
    let mut chosen = Vec::new();
    while !marked.is_empty() && chosen.len() < SPOT {
        let mut dice = [0; 8];
        if openssl::rand::rand_bytes(&mut dice).is_err() {
            break;
        }
        let count = marked.len() as u64;
        let place = usize::try_from(u64::from_be_bytes(dice) % count).unwrap_or(0);
        chosen.push(marked.swap_remove(place));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_miscount_is_no_fraud() {
        let table = [
            (19, 20, false),
            (18, 20, false),
            (17, 20, true),
            (23, 20, true),
            (194, 200, false),
            (193, 200, true),
            (0, 0, false),
        ];
        for (headcount, marked, expected) in table {
            assert_eq!(differs(headcount, marked), expected, "{headcount} of {marked}");
        }
    }

    #[test]
    fn a_spot_check_names_five_different_people() {
        let mut chosen = spot_check((0..40).collect());
        chosen.sort_unstable();
        chosen.dedup();
        assert_eq!(chosen.len(), SPOT);
        assert_eq!(spot_check(vec![7]), [7]);
        assert!(spot_check(Vec::<u8>::new()).is_empty());
    }
}
