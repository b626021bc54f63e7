use super::{CsvRows, JsonRows, RowsError, input};

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
