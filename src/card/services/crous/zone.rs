//! Zones of the CROUS on chips, as suppliers of encoded cards list them (8.7): pure.
use crate::card::csn::Csn;
use crate::ini::decode;
use chrono::NaiveDate;

/// The zone on one chip.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct SmartCard {
    /// Number of the chip.
    pub uid: String,
    /// Number of the zone.
    pub id_zdc: i64,
    /// Who wrote it; `None`: it was numbered here.
    pub id_transmitter: Option<i64>,
    /// How it is laid out.
    pub id_mapping: Option<i64>,
    /// When it was written: `2026-06-15`, or empty.
    pub created_on: String,
    /// As the supplier wrote it.
    pub pix_ss: String,
    /// Likewise.
    pub pix_nn: String,
    /// Likewise.
    pub appl: String,
    /// Number of the application.
    pub rid: String,
}

/// A line that cannot be taken: its number, and the key of what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// From 1, the head among them.
    pub line: u64,
    /// Key of what is wrong.
    pub why: &'static str,
}

/// Read a file of twelve columns; its first line is a head. `is_reversed`: the numbers of chips stand there
/// from behind.
pub fn read(bytes: &[u8], is_reversed: bool) -> (Vec<(u64, SmartCard)>, Vec<BadLine>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (line, text) in lines(bytes) {
        match one(&text, is_reversed) {
            Ok(zone) => good.push((line, zone)),
            Err(why) => bad.push(BadLine { line, why }),
        }
    }
    (good, bad)
}

/// The lines behind the head that are not empty, without white space, in UTF-8 or Windows-1252.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = (u64, String)> {
    let plain = |(line, bytes): (u64, &[u8])| {
        let text: String = decode(bytes).0.chars().filter(|c| !c.is_whitespace()).collect();
        (line, text)
    };
    let lines = (1..).zip(bytes.split(|byte| *byte == b'\n')).skip(1).map(plain);
    lines.filter(|(_, text)| !text.is_empty())
}

fn one(text: &str, is_reversed: bool) -> Result<SmartCard, &'static str> {
    let fields: Vec<&str> = text.split(';').collect();
    let &[pix_ss, pix_nn, appl, csn, rid, _, _, _, transmitter, mapping, number, day] =
        fields.as_slice()
    else {
        return Err("card-zone-columns");
    };
    let day = NaiveDate::parse_from_str(day, "%d/%m/%Y").map_err(|_| "card-zone-day")?;
    let transmitter = i64::from_str_radix(transmitter, 16).map_err(|_| "card-zone-transmitter")?;
    let csn = Csn::parse(csn).ok_or("card-zone-csn")?;
    let csn = if is_reversed { csn.reversed() } else { csn };
    Ok(SmartCard {
        uid: csn.to_string(),
        id_zdc: number.parse().map_err(|_| "card-zone-number")?,
        id_transmitter: Some(transmitter),
        id_mapping: Some(mapping.parse().map_err(|_| "card-zone-mapping")?),
        created_on: day.to_string(),
        pix_ss: pix_ss.to_owned(),
        pix_nn: pix_nn.to_owned(),
        appl: appl.to_owned(),
        rid: rid.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::services::test_cards::zone;

    const HEAD: &str = "PIX.SS;PIX.NN;AAPL;NUM_PROTOCOLAIRE;NUM_APPLICATIF;NFO;CNOUS;CROUS;EMETTEUR;MAPPING;NUM_CARTE;DATE_CREATION";

    #[test]
    fn the_line_of_the_supplier_is_read() {
        let line = "250; 01;A0000000;04063F72633480;0000000000012345;NFO;01;07;01F4;2;990000042;15/06/2026";
        let (good, bad) = read(format!("{HEAD}\r\n{line}\r\n\r\n").as_bytes(), false);
        assert_eq!((good, bad), (vec![(2, zone())], Vec::new()));
        let turned = line.replace("04063F72633480", "803463723F0604");
        assert_eq!(read(format!("{HEAD}\n{turned}").as_bytes(), true).0, [(2, zone())]);
    }

    #[test]
    fn lines_that_cannot_be_taken_say_why_and_others_go_on() {
        let good = "250;01;A0;04063F72633480;1;N;01;07;01F4;2;990000042;15/06/2026";
        let lines = [
            good,
            "a;b;c",
            "250;01;A0;XX;1;N;01;07;01F4;2;9;15/06/2026",
            "250;01;A0;04063F72633480;1;N;01;07;ZZ;2;9;15/06/2026",
            "250;01;A0;04063F72633480;1;N;01;07;01F4;x;9;15/06/2026",
            "250;01;A0;04063F72633480;1;N;01;07;01F4;2;x;15/06/2026",
            "250;01;A0;04063F72633480;1;N;01;07;01F4;2;9;2026-06-15",
        ];
        let (read, bad) = read(format!("{HEAD}\n{}", lines.join("\n")).as_bytes(), false);
        assert_eq!(read.len(), 1);
        let told: Vec<_> = bad.iter().map(|bad| (bad.line, bad.why)).collect();
        let wanted = ["columns", "csn", "transmitter", "mapping", "number", "day"];
        let wanted: Vec<_> = (3..).zip(wanted.map(|it| format!("card-zone-{it}"))).collect();
        assert!(told.iter().zip(&wanted).all(|(one, other)| one.0 == other.0 && one.1 == other.1));
        assert_eq!(told.len(), wanted.len());
    }
}
