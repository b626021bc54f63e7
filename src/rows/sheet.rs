//! Tables to take away: CSV that spreadsheets read as it is meant (SEC-94).
use std::fmt::Write;

/// Rows under a head, with a mark for UTF-8, every cell quoted and no cell a formula.
pub fn sheet<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut text = format!("\u{feff}{}\r\n", head.join(","));
    for row in rows {
        let cells = row.map(|cell| quoted(&cell));
        let _ = write!(text, "{}\r\n", cells.join(","));
    }
    text
}

/// What stands in one place of a table that is taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words, whatever they begin with.
    Text(String),
    /// A number.
    Number(i64),
    /// A number with one digit behind the comma: 429 is 42,9.
    Tenths(i64),
}

/// One row as French spreadsheets read it: semicolons, a comma in numbers, no cell a formula.
pub fn semicolons(cells: impl IntoIterator<Item = Cell>) -> String {
    let written = |cell| match cell {
        Cell::Text(text)
            if text.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_') =>
        {
            text
        }
        Cell::Text(text) => quoted(&text),
        Cell::Number(value) => value.to_string(),
        Cell::Tenths(value) => format!("{},{}", value / 10, value % 10),
    };
    let cells: Vec<_> = cells.into_iter().map(written).collect();
    format!("{}\r\n", cells.join(";"))
}

/// Signs with which formulas begin, as spreadsheets of all widths know them.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

fn quoted(cell: &str) -> String {
    let starts = |text: &str| text.starts_with(FORMULA);
    let guard = if starts(cell) || starts(cell.trim_start()) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_spreadsheets_are_no_formulas_and_numbers_stay_numbers() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let row = [text("seance_id"), text("=1"), text("-5"), Cell::Number(-5), Cell::Tenths(429)];
        assert_eq!(semicolons(row), "seance_id;\"'=1\";\"'-5\";-5;42,9\r\n");
        assert_eq!(semicolons([text(""), text("a;b")]), ";\"a;b\"\r\n");
        assert_eq!(semicolons([text("\tx"), text("\rx")]), "\"'\tx\";\"'\rx\"\r\n");
    }

    #[test]
    fn cells_are_no_formulas() {
        let rows = ["=1+1", " @SUM(A1)", "\t=1", "＝1", "a \"b\"", "Zoé"];
        let text = sheet(["name"], rows.map(|cell| [cell.to_owned()]));
        let expected = [
            "\u{feff}name",
            "\"'=1+1\"",
            "\"' @SUM(A1)\"",
            "\"'\t=1\"",
            "\"'＝1\"",
            "\"a \"\"b\"\"\"",
            "\"Zoé\"",
            "",
        ];
        assert_eq!(text, expected.join("\r\n"));
    }
}
