//! Documents that do no harm, and others.
use super::*;
use crate::attendance::excuse::paper::{Kind, inspect};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

fn document(objects: &str) -> Vec<u8> {
    format!("%PDF-1.7\n1 0 obj\n{objects}\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF\n").into_bytes()
}

fn verdict(objects: &str) -> Result<Kind, ExcuseRefusal> {
    inspect(document(objects)).map(|paper| paper.kind)
}

fn packed(objects: &str, dictionary: &str) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(objects.as_bytes()).expect("packed");
    let mut pdf =
        format!("%PDF-1.7\n5 0 obj\n<</Type/ObjStm{dictionary}>>\nstream\r\n").into_bytes();
    pdf.extend(packer.finish().expect("packed"));
    pdf.extend(b"\r\nendstream\nendobj\n%%EOF\n");
    pdf
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
