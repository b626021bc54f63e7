use super::{CsvRows, JsonRows, RowsError, input};
use std::io::{BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn csv(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, RowsError> {
    let mut rows = CsvRows::open(input(Box::new(std::io::Cursor::new(text.to_vec())))?, 1_000)?;
    let mut all = vec![(0, rows.names().to_vec())];
    while let Some(row) = rows.next_row()? {
        all.push(row);
    }
    Ok(all)
}

#[test]
fn rows_know_the_line_in_which_they_begin() {
    let text = b"\xEF\xBB\xBFid;nom\r\n1;\"a\nb\"\r\n\n2;Ren\xe9\n3\n4;x;y";
    let rows = csv(text).unwrap();
    let lines: Vec<_> = rows.iter().map(|(line, values)| (*line, values.join("+"))).collect();
    let expected = [(0, "id+nom"), (2, "1+a\nb"), (5, "2+René"), (6, "3"), (7, "4+x+y")];
    assert_eq!(lines, expected.map(|(line, text)| (line, text.to_owned())));
}

#[test]
fn what_cannot_be_told_apart_is_an_error() {
    assert!(matches!(csv(b"\xFF\xFEi\0"), Err(RowsError::Utf16)));
    let open = [b"id,nom\n1,\"".as_slice(), &b"x\n".repeat(800)].concat();
    assert!(matches!(csv(&open), Err(RowsError::OpenQuote(2))));
}

#[test]
fn lines_that_are_no_object_are_told_and_the_next_ones_read() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(200));
    let text = format!("{{\"a\":1}}\n[1]\n\n{long}\n{{\"a\":2}}");
    let mut rows = JsonRows::open(std::io::Cursor::new(text.into_bytes()), 100);
    let mut read = Vec::new();
    while let Some((line, object)) = rows.next_row().unwrap() {
        read.push((line, object.is_some()));
    }
    assert_eq!(read, [(1, true), (2, false), (4, false), (5, true)]);
}

#[test]
fn a_quotation_mark_that_is_not_closed_is_an_error_in_the_shortest_list() {
    for (text, opened) in [
        ("id;nom\n1;x\n2;\"Payet\n3;y\n", 3),
        ("id;nom\n1;\"", 2),
        ("id;nom\r\n1;\"x\"\"\r\n", 2),
        ("\"id;nom\n1;x\n", 1),
        // The next value in quotation marks seems to close it.
        ("id;nom\n1;x\n2;\"Payet\n3;\"Hoarau; Anne\"\n4;y\n", 3),
    ] {
        let read = csv(text.as_bytes());
        assert!(matches!(read, Err(RowsError::OpenQuote(line)) if line == opened), "{read:?}");
    }
}

#[test]
fn quotation_marks_that_are_closed_or_stand_within_a_value_are_none_of_that() {
    let text = b"id;nom\n1;\"a\"\"b\nc\" \r\n2;x\"y\n3;\"a\"b\n4;\"\"\n5;\"z\"";
    let rows: Vec<_> = csv(text).unwrap().into_iter().map(|(_, row)| row.join("+")).collect();
    assert_eq!(rows, ["id+nom", "1+a\"b\nc", "2+x\"y", "3+ab", "4+", "5+z"]);
}

/// Counts what is read of it.
struct Counted<R>(R, Arc<AtomicUsize>);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.fetch_add(read, Ordering::Relaxed);
        Ok(read)
    }
}

#[test]
fn what_has_no_end_is_not_read_to_its_end() {
    for (start, is_quoted) in [(b"id\n\"".as_slice(), true), (b"id\n1".as_slice(), false)] {
        let read = Arc::new(AtomicUsize::new(0));
        let endless = start.chain(std::io::repeat(b'x').take(64 << 20));
        let counted = BufReader::new(Counted(endless, Arc::clone(&read)));
        let error = CsvRows::open(counted, 1 << 20).unwrap().next_row().unwrap_err();
        assert_eq!(matches!(error, RowsError::OpenQuote(2)), is_quoted, "{error}");
        assert!(read.load(Ordering::Relaxed) < 2 << 20);
    }
}
