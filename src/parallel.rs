//! Work on long lists by all processors at once.
use std::panic::resume_unwind;
use std::thread::{available_parallelism, scope};

/// Shorter lists are not worth a thread.
const WORTH_IT: usize = 64;

/// Cut a list into as many shares as there are processors; the results are in order of the list.
pub fn in_shares<T: Sync, R: Send>(list: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let workers = available_parallelism().map_or(1, usize::from);
    if workers == 1 || list.len() < WORTH_IT {
        return vec![work(list)];
    }
    let work = &work;
    scope(|scope| {
        let shares = list.chunks(list.len().div_ceil(workers));
        let threads: Vec<_> = shares.map(|share| scope.spawn(move || work(share))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|p| resume_unwind(p)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_come_back_in_order() {
        for length in [0, 1, WORTH_IT - 1, WORTH_IT, 10_007] {
            let list: Vec<usize> = (0..length).collect();
            let doubled: Vec<usize> =
                in_shares(&list, |share| share.iter().map(|number| number * 2).collect::<Vec<_>>())
                    .concat();
            assert_eq!(doubled, list.iter().map(|number| number * 2).collect::<Vec<_>>());
        }
    }
}
