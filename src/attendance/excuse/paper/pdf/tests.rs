//! Documents that do no harm, and others.
use super::looking::{PAGES, UNPACKED};
use crate::attendance::excuse::paper::{Kind, inspect};
use crate::attendance::excuse::refusal::ExcuseRefusal;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

fn document(objects: &str) -> Vec<u8> {
    format!("%PDF-1.7\n1 0 obj\n{objects}\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF\n").into_bytes()
}

fn verdict(objects: &str) -> Result<Kind, ExcuseRefusal> {
    inspect(document(objects)).map(|paper| paper.kind)
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

fn around(packed: &[u8], dictionary: &str) -> Vec<u8> {
    let mut pdf =
        format!("%PDF-1.7\n5 0 obj\n<</Type/ObjStm{dictionary}>>\nstream\r\n").into_bytes();
    pdf.extend(packed);
    pdf.extend(b"\r\nendstream\nendobj\n%%EOF\n");
    pdf
}

fn packed(objects: &str, dictionary: &str) -> Vec<u8> {
    around(&deflated(objects.as_bytes()), dictionary)
}

#[test]
fn a_plain_document_passes_as_it_is() {
    let plain = document("<</Type/Catalog/OpenAction [3 0 R /FitH null]/Pages 2 0 R>>");
    assert_eq!(inspect(plain.clone()).expect("a document").bytes, plain);
    assert_eq!(
        inspect(packed("2 0 <</Type/Page>>", "/Filter/FlateDecode")).map(|p| p.kind),
        Ok(Kind::Pdf)
    );
}

#[test]
fn what_acts_is_refused_however_it_is_written() {
    for objects in [
        "<</OpenAction <</S/JavaScript/JS(app.alert\\(1\\))>>>>",
        "<</OpenAction 4 0 R>>",
        "<</AA<</O<</S/Java#53cript>>>>>>",
        "<</S /#4a#53 (x)>>",
        "<</S/Launch/F(cmd.exe)>>",
        "<</Names<</EmbeddedFiles 7 0 R>>>>",
        "<</Type/EmbeddedFile>>",
        "<</Subtype/RichMedia>>",
        "<</AcroForm<</Fields[]/XFA[(template)8 0 R]>>>>",
        // A reader that mends files finds it inside of what pretends to be a stream.
        "<</Length 9>>\nstream\n9 0 obj <</S/JavaScript>> endobj\nendstream",
    ] {
        assert_eq!(verdict(objects), Err(ExcuseRefusal::Active), "{objects}");
    }
    let hidden = packed("9 0 <</S/JavaScript/JS(x)>>", "/Filter/FlateDecode");
    assert_eq!(inspect(hidden), Err(ExcuseRefusal::Active));
    // Not called an object stream, packed by a way that is named elsewhere, after a false beginning.
    let hidden = packed("9 0 <</S/Launch>>", "/Filter 9 0 R/X(stream )/Type/Y");
    assert_eq!(inspect(hidden), Err(ExcuseRefusal::Active));
    // Far inside, across the border of two pieces.
    for far in [65_530, 65_400, 200_000] {
        let hidden =
            packed(&format!("{}<</S/JavaScript>>", " ".repeat(far)), "/Filter/FlateDecode");
        assert_eq!(inspect(hidden), Err(ExcuseRefusal::Active), "{far}");
    }
}

#[test]
fn what_breaks_or_was_packed_several_times_is_looked_at_all_the_same() {
    let acts = b"9 0 <</S/JavaScript/JS(app.alert\\(1\\))>>".as_slice();
    let flate = "/Filter/FlateDecode";
    let mut wrong_sum = deflated(acts);
    let last = wrong_sum.len() - 1;
    wrong_sum[last] ^= 0xff;
    assert_eq!(inspect(around(&wrong_sum, flate)), Err(ExcuseRefusal::Active));
    // A block as it is, and then one of a kind that there is not.
    let length = u16::try_from(acts.len()).expect("short");
    let mut broken = vec![0x78, 0x9c, 0x00];
    broken.extend(length.to_le_bytes());
    broken.extend((!length).to_le_bytes());
    broken.extend(acts);
    broken.push(0x07);
    assert_eq!(inspect(around(&broken, flate)), Err(ExcuseRefusal::Active));
    let whole = deflated(acts);
    assert_eq!(inspect(around(&whole[..whole.len() - 6], flate)), Err(ExcuseRefusal::Active));

    let mut often = acts.to_vec();
    for times in 1..=4 {
        often = deflated(&often);
        let pdf = around(&often, "/Filter[/FlateDecode/FlateDecode]");
        assert_eq!(inspect(pdf), Err(ExcuseRefusal::Active), "{times}");
    }
    let too_often = around(&deflated(&often), flate);
    assert_eq!(inspect(too_often), Err(ExcuseRefusal::Broken));
    let plain = deflated(&deflated(b"BT (bonjour) Tj ET"));
    assert_eq!(inspect(around(&plain, flate)).map(|paper| paper.kind), Ok(Kind::Pdf));
    let odd = packed("9 0 /LZWDecode", flate);
    assert_eq!(inspect(odd), Err(ExcuseRefusal::Broken), "named far from its stream");
}

#[test]
fn words_inside_of_streams_do_not_have_everything_read_again_for_each() {
    // Five million bytes of which nothing comes out, and sixty beginnings that lead there.
    let (words, each) = (60, 20_u16);
    let mut pdf = b"%PDF-1.7\n5 0 obj\n<<>>\n".to_vec();
    for word in (1..=words).rev() {
        let length = word * each - 14;
        pdf.extend(b"stream\n\x78\x9c\x00");
        pdf.extend(length.to_le_bytes());
        pdf.extend((!length).to_le_bytes());
        pdf.extend([b' '; 6]);
    }
    pdf.extend(b"\x00\x00\x00\xff\xff".repeat(1024 * 1024));
    pdf.extend(b"\nendstream\nendobj\n%%EOF\n");
    assert_eq!(inspect(pdf), Err(ExcuseRefusal::Broken));
}

#[test]
fn two_hundred_pages_are_enough() {
    let pages = |count: usize| "<</Type /Page>> ".repeat(count) + "<</Type/Pages/Count 9>>";
    assert_eq!(verdict(&pages(PAGES)), Ok(Kind::Pdf));
    assert_eq!(verdict(&pages(PAGES + 1)), Err(ExcuseRefusal::Pages));
    // Those in packed objects count too, each once.
    let flate = "/Filter/FlateDecode";
    assert_eq!(inspect(packed(&pages(PAGES), flate)).map(|paper| paper.kind), Ok(Kind::Pdf));
    assert_eq!(inspect(packed(&pages(PAGES + 1), flate)), Err(ExcuseRefusal::Pages));
}

#[test]
fn what_is_encrypted_is_refused() {
    let pdf = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <</Encrypt 8 0 R>>\n%%EOF".to_vec();
    assert_eq!(inspect(pdf), Err(ExcuseRefusal::Encrypted));
    // The trailer may be a dictionary of a stream.
    let pdf =
        b"%PDF-1.7\n1 0 obj <</Type/XRef/Encrypt 8 0 R>>\nstream\nxx\nendstream\n%%EOF".to_vec();
    assert_eq!(inspect(pdf), Err(ExcuseRefusal::Encrypted));
}

#[test]
fn objects_packed_in_an_unusual_way_are_refused() {
    let odd = packed("9 0 <<>>", "/Filter[/ASCIIHexDecode/FlateDecode]");
    assert_eq!(inspect(odd), Err(ExcuseRefusal::Broken));
    let bomb = packed(&" ".repeat(UNPACKED + 1), "/Filter/FlateDecode");
    assert!(bomb.len() < 4 * 1024 * 1024);
    assert_eq!(inspect(bomb), Err(ExcuseRefusal::Broken));
}

#[test]
fn what_is_another_thing_too_or_no_document_is_refused() {
    let pdf = document("<<>>");
    let page = [b"<html><script>evil()</script>".as_slice(), &pdf].concat();
    assert_eq!(inspect(page), Err(ExcuseRefusal::Type));
    let archive = [pdf.as_slice(), b"PK\x05\x06"].concat();
    assert_eq!(inspect(archive), Err(ExcuseRefusal::Type));
    assert_eq!(inspect(pdf[..pdf.len() - 7].to_vec()), Err(ExcuseRefusal::Type), "breaks off");
    assert_eq!(inspect(b"GIF89a/*%PDF-*/=1;".to_vec()), Err(ExcuseRefusal::Type));
    assert_eq!(inspect(b"<svg/>".to_vec()), Err(ExcuseRefusal::Type));
    assert_eq!(inspect(b"PK\x03\x04".to_vec()), Err(ExcuseRefusal::Type));
    assert_eq!(inspect(vec![]), Err(ExcuseRefusal::NoFile));
}
