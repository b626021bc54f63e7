//! How numbers look in a text: digits in groups of three from five digits on.
use fluent_templates::fluent_bundle::FluentValue;

/// Fluent's hook: `None` leaves a value to Fluent.
pub(super) fn format<M>(value: &FluentValue<'_>, _memoizer: &M) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let digits = number.as_string();
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    (whole && digits.len() > 4).then(|| grouped(&digits))
}

/// `1200000` → `1 200 000`, with narrow no-break spaces: read alike in both languages.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!(grouped("70000"), "70\u{202f}000");
        assert_eq!(grouped("1200000"), "1\u{202f}200\u{202f}000");
    }
}
