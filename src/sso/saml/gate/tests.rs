use super::*;
use proptest::prelude::*;

fn refused(text: &str) -> Option<Reason> {
    admit(text.as_bytes(), Profile::Message).err().map(|refusal| refusal.reason)
}

#[test]
fn what_is_well_formed_passes() {
    for text in [
        "<a/>",
        "<a />",
        "<a></a >",
        "<?xml version=\"1.0\"?><a/>",
        "<?xml version='1.0' encoding='utf-8' standalone='no' ?>\n<a/>\n",
        "<a b=\"x>y\" c='\"'/>",
        "<p:a xmlns:p=\"urn:x\" p:b=\"1\" b=\"2\"/>",
        "<a xmlns=\"urn:x\"><b xmlns=\"\"/></a>",
        "<a xml:lang=\"fr\">&lt;&amp;&gt;&quot;&apos;&#233;&#xE9;</a>",
        "<é>école</é>",
        "<a b = 'c'/>",
    ] {
        assert_eq!(refused(text), None, "{text}");
    }
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for text in [
        "",
        " ",
        "text",
        "<a>",
        "</a>",
        "<a></b>",
        "<a><b></a></b>",
        "<a/><b/>",
        "<a/>text",
        "text<a/>",
        "&lt;<a/>",
        "<a/>&amp;",
        "<a b=1/>",
        "<a b/>",
        "<a b=\"1\" b=\"2\"/>",
        "<a b=\"1\"c=\"2\"/>",
        "<a b=\"<\"/>",
        "<a b=\"&\"/>",
        "<a b=\"&x;\"/>",
        "<a b=\"&#0;\"/>",
        "<a b='1/>",
        "<a>&nbsp;</a>",
        "<a>&#0;</a>",
        "<a>&#x;</a>",
        "<a>&#xD800;</a>",
        "<a>&#x110000;</a>",
        "<a>&#-1;</a>",
        "<a>& </a>",
        "<a>&amp</a>",
        "<a>]]></a>",
        "< a/>",
        "<1a/>",
        "<a:b:c xmlns:a=\"urn:x\"/>",
        "<:a/>",
        "<a:/>",
        "<p:a/>",
        "<a p:b=\"1\"/>",
        "<a xmlns:p=\"\"/>",
        "<a xmlns:=\"urn:x\"/>",
        "<a xmlns:xml=\"urn:x\"/>",
        "<a xmlns:p=\"http://www.w3.org/XML/1998/namespace\"/>",
        "<a xmlns:xmlns=\"urn:x\"/>",
        "<a xmlns=\"http://www.w3.org/2000/xmlns/\"/>",
        "<a xmlns:p=\"urn:x\" xmlns:q=\"urn:x\" p:b=\"1\" q:b=\"2\"/>",
        "<a xmlns=\"relative\"/>",
        "<a xmlns:p=\"../up\"/>",
        "<a/ >",
        "<a / b=\"c\"/>",
        " <?xml version=\"1.0\"?><a/>",
        "<?xml version=\"1.0\"?><?xml version=\"1.0\"?><a/>",
        "<?xml encoding=\"UTF-8\"?><a/>",
        "<?xml version=\"1.0\" standalone=\"no\" encoding=\"UTF-8\"?><a/>",
    ] {
        assert_eq!(refused(text), Some(Reason::Markup), "{text}");
    }
}

#[test]
fn markup_that_messages_do_not_need_is_refused() {
    for text in [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1/x\"><a/>",
        "<a><!-- note --></a>",
        "<!-- note --><a/>",
        "<a/><!-- note -->",
        "<a><![CDATA[x]]></a>",
        "<a><?php x?></a>",
        "<?xml-stylesheet href=\"x\"?><a/>",
        "<a><!ELEMENT b ANY></a>",
    ] {
        assert_eq!(refused(text), Some(Reason::Markup), "{text}");
    }
}

#[test]
fn only_harmless_utf8_passes() {
    for text in ["<a>\u{0}</a>", "<a>\u{1}</a>", "<a>\u{FFFE}</a>", "<a>\u{85}</a>", "\u{FEFF}<a/>"]
    {
        assert_eq!(refused(text), Some(Reason::Encoding), "{text:?}");
    }
    assert_eq!(refused("<a>&#x1;</a>"), Some(Reason::Markup));
    assert_eq!(refused("<a>&#x85;</a>"), Some(Reason::Encoding));
    assert_eq!(refused("<?xml version=\"1.1\"?><a/>"), Some(Reason::Encoding));
    assert_eq!(refused("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>"), Some(Reason::Encoding));
    for bytes in
        [&b"<a>\xff</a>"[..], b"\xff\xfe<\0a\0/\0>\0", b"<a>\xc0\xaf</a>", b"<a>\xed\xa0\x80</a>"]
    {
        let refusal = admit(bytes, Profile::Message).unwrap_err();
        assert_eq!(refusal.reason, Reason::Encoding, "{bytes:?}");
    }
}

#[test]
fn everything_is_bounded() {
    let deep = |n: usize| "<a>".repeat(n) + &"</a>".repeat(n);
    let wide = |n: usize| format!("<a>{}</a>", "<b/>".repeat(n - 1));
    let with = |n: usize, name: &str| {
        let attributes: Vec<_> = (0..n).map(|i| format!(" {name}{i}=\"urn:x\"")).collect();
        format!("<a{}/>", attributes.concat())
    };
    let many = |n: usize| with(n, "b");
    let spaces = |n: usize| with(n, "xmlns:b");
    let long = |n: usize| format!("<a>{}</a>", "x".repeat(n - 7));

    assert_eq!(refused(&deep(32)), None);
    assert_eq!(refused(&deep(33)), Some(Reason::Size));
    assert_eq!(refused(&deep(20_000)), Some(Reason::Size));
    assert_eq!(refused(&wide(5_000)), None);
    assert_eq!(refused(&wide(5_001)), Some(Reason::Size));
    assert_eq!(refused(&many(64)), None);
    assert_eq!(refused(&many(65)), Some(Reason::Size));
    assert_eq!(refused(&many(20_000)), Some(Reason::Size));
    assert_eq!(refused(&spaces(63)), None);
    assert_eq!(refused(&spaces(64)), Some(Reason::Size));
    assert_eq!(refused(&long(256 * 1024)), None);
    assert_eq!(refused(&long(256 * 1024 + 1)), Some(Reason::Size));
}

#[test]
fn references_and_line_ends_are_resolved_into_one_text() {
    let element =
        admit("<a b='1\n&#10;2'>x&amp;y\r\nz&#13;</a>".as_bytes(), Profile::Message).unwrap();

    assert_eq!(element.attribute("b"), Some("1 \n2"));
    assert_eq!(element.content, [super::super::element::Content::Text("x&y\nz\r".into())]);
}

#[test]
fn namespaces_are_resolved_by_scope() {
    let text =
        "<p:a xmlns:p=\"urn:1\" xmlns=\"urn:2\"><b p:c=\"\"/><p:b xmlns:p=\"urn:3\"/><p:d/></p:a>";
    let root = admit(text.as_bytes(), Profile::Message).unwrap();

    assert!(root.is("urn:1", "a"));
    assert_eq!(root.child("urn:2", "b").unwrap().attribute_in("urn:1", "c"), Some(""));
    assert!(root.child("urn:3", "b").is_some() && root.child("urn:1", "d").is_some());
}

#[test]
fn metadata_may_hold_comments_that_cut_nothing() {
    let text = "\u{FEFF}<!-- first --><a>one<!-- x -->two<![CDATA[<three>]]></a><!-- last -->";
    let root = admit(text.as_bytes(), Profile::Metadata).unwrap();

    assert_eq!(root.only_text().unwrap(), "onetwo<three>");
    assert!(admit(b"<!DOCTYPE a><a/>", Profile::Metadata).is_err());
    assert!(admit(b"<a><!-- -- --></a>", Profile::Metadata).is_err());
    assert!(admit(b"<![CDATA[x]]><a/>", Profile::Metadata).is_err());
}

#[test]
fn entities_come_one_by_one_with_the_ends_of_their_groups() {
    let text = format!(
        "<EntitiesDescriptor xmlns='{}' validUntil='1'><EntityDescriptor entityID='x'/>\
         <EntitiesDescriptor validUntil='2'><EntityDescriptor entityID='y'><EntityDescriptor/>\
         </EntityDescriptor></EntitiesDescriptor><z:EntityDescriptor xmlns:z='urn:z'/>\
         <EntityDescriptor entityID='w'/></EntitiesDescriptor>",
        crate::sso::saml::vocabulary::METADATA
    );
    let mut seen = Vec::new();
    let root = admit_entities(text.as_bytes(), &mut |entity| {
        seen.push((entity.element.attribute("entityID").unwrap().to_owned(), entity.group_ends));
    })
    .unwrap();

    let ends = |ends: &[&str]| ends.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(seen[0], ("x".into(), ends(&["1"])));
    assert_eq!(seen[1], ("y".into(), ends(&["1", "2"])));
    assert_eq!(seen[2], ("w".into(), ends(&["1"])));
    assert_eq!(root.children().filter(|child| child.name == "EntityDescriptor").count(), 1);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = admit(&bytes, Profile::Message);
        let _ = admit(&bytes, Profile::Metadata);
    }

    #[test]
    fn no_scrambled_markup_makes_it_panic(text in "[<>/&;#x!?\\[\\]a:=\"' -]{0,80}") {
        let _ = admit(text.as_bytes(), Profile::Message);
        let _ = admit(text.as_bytes(), Profile::Metadata);
    }
}
