//! One segment is made of several while changes are followed.
use super::*;

const MEANS: Means = Means { memory: 64, threads: 1 };

/// So many people in each piece.
fn in_pieces(sizes: &[usize]) -> (Copy, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let start = Position::behind(None, false);
    let mut copy = Copy::create(folder.path(), start, MEANS).unwrap().in_pieces();
    let mut numbers = 0..;
    for size in sizes {
        for number in numbers.by_ref().take(*size) {
            let login = format!("login{number}");
            copy.add(&record(number, (&login, "Ada Lemoine", ""))).unwrap();
        }
        copy.commit(start).unwrap();
    }
    (copy.reopen(MEANS).unwrap(), folder)
}

fn joined(copy: &mut Copy) {
    let begin = std::time::Instant::now();
    while !copy.join().unwrap() {
        assert!(begin.elapsed().as_secs() < 60, "the library joins two pieces in time");
        std::thread::yield_now();
    }
}

#[test]
fn pieces_become_one_and_changes_made_meanwhile_count() {
    let (mut copy, _folder) = in_pieces(&[1_500, 1_200, 3]);
    assert_eq!(copy.view().unwrap().segments.len(), 3);
    assert!(!copy.join().unwrap() && copy.is_joining());
    copy.take_out(id(7));
    copy.commit(copy.position).unwrap();
    joined(&mut copy);
    let view = copy.view().unwrap();
    assert_eq!((view.segments.len(), view.documents()), (1, 2_702));
}

#[test]
fn many_pieces_of_which_none_is_large_become_one() {
    let (mut copy, _folder) = in_pieces(&[100; 14]);
    assert_eq!(copy.view().unwrap().segments.len(), 14);
    joined(&mut copy);
    let view = copy.view().unwrap();
    assert_eq!((view.segments.len(), view.documents()), (1, 1_400));
}

#[test]
fn small_pieces_are_left_to_the_policy() {
    for sizes in [&[1_500, 900][..], &[15_000, 1_200], &[5, 5, 5]] {
        let (mut copy, _folder) = in_pieces(sizes);
        assert_eq!(copy.view().unwrap().segments.len(), sizes.len());
        assert!(!copy.join().unwrap() && !copy.is_joining(), "{sizes:?}");
    }
}
