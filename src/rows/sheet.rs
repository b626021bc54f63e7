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
