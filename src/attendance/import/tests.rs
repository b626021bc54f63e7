use super::*;
use chrono_tz::Europe::Paris;
use regex::Regex;

const EVENT: &str = "BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
UID:edt-88213@univ-exemple.fr\r
SEQUENCE:2\r
DTSTART;TZID=Europe/Paris:20261121T080000\r
DTEND;TZID=Europe/Paris:20261121T100000\r
SUMMARY:TD - Sécurité des\r
  SI - M1MIAGE TD2\r
LOCATION:B-214\r
END:VEVENT\r
END:VCALENDAR\r
";

fn rules() -> IcalRules {
    let summary = r"^(?<type>CM|TD|TP) - (?<subject>.+) - (?<programme>\w+) (?<group>\w+)$";
    let summary = Regex::new(summary).expect("an expression");
    IcalRules { summary, zone: Paris, teachers: vec!["ndiaye.a".into()] }
}

#[test]
fn the_event_and_the_line_of_the_contract_are_one_seance() {
    let (events, wrong) = read_ical(EVENT, &rules());
    assert_eq!((events.len(), wrong), (1, vec![]));
    let list = "ext_id;date;start;end;programme;subject;type;groups;teachers;room;compulsory\n\
        edt-88213;2026-11-21;08:00;10:00;M1MIAGE;Sécurité des SI;TD;TD2;ndiaye.a;B-214;1\n\
        edt-88214;21/11/2026;10:00;08:00;M1MIAGE;SSI;TD;TD2;;;\n\
        edt-88215;soon;08:00;10:00;M1MIAGE;SSI;TD;TD2;;;0\n";
    let (lines, wrong) = read_planned(list.as_bytes(), Paris).expect("a list");
    let places: Vec<_> =
        wrong.iter().map(|it| (it.place.as_str(), &*it.column, &*it.code)).collect();
    assert_eq!(places, [("3", "end", "before_start"), ("4", "date", "not_a_day")]);
    let expected = Planned {
        place: lines[0].place.clone(),
        uid: lines[0].uid.clone(),
        title: String::new(),
        ..events[0].clone()
    };
    assert_eq!(lines[0], expected);
    assert_eq!(lines[0].times.starts_at.to_rfc3339(), "2026-11-21T07:00:00+00:00");
}

#[test]
fn series_are_expanded_and_broken_ones_are_named() {
    let with = |more: &str| {
        let text = EVENT.replace("SEQUENCE:2", more);
        let (events, wrong) = read_ical(&text, &rules());
        let days: Vec<String> =
            events.iter().map(|it| it.times.starts_at.format("%m-%d %H").to_string()).collect();
        (days.join(" "), wrong.first().map(|it| it.code.clone().into_owned()))
    };
    // 2026-11-21 is a Saturday; in summer the clock in Paris is two hours ahead.
    assert_eq!(with("RRULE:FREQ=WEEKLY;COUNT=2"), ("11-21 07 11-28 07".into(), None));
    assert_eq!(
        with("RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261125T235959Z").0,
        "11-21 07 11-23 07 11-25 07"
    );
    assert_eq!(with("RRULE:FREQ=WEEKLY;BYDAY=SA,SU;COUNT=3").0, "11-21 07 11-22 07 11-28 07");
    let endless = with("RRULE:FREQ=WEEKLY");
    assert_eq!(endless.0.split(' ').count(), 2 * 58, "400 days: {}", endless.0);
    assert!(endless.0.contains("04-03 06"), "summer");
    let daily = "RRULE:FREQ=DAILY;COUNT=5\r\n";
    let less =
        "EXDATE;TZID=Europe/Paris:20261122T080000,20261123T080000\r\nEXDATE:20261124T070000Z";
    assert_eq!(with(&format!("{daily}{less}")), ("11-21 07 11-25 07".into(), None));
    let day = format!("{daily}EXDATE;VALUE=DATE:20261122");
    assert_eq!(with(&day).0, "11-21 07 11-23 07 11-24 07 11-25 07");
    assert_eq!(with(&format!("{daily}EXDATE:soon")).1.as_deref(), Some("not_a_time"));
    let more = with(&format!("{daily}RDATE:20261201T070000Z"));
    assert_eq!(more.1.as_deref(), Some("not_understood"));
    for broken in
        ["FREQ=YEARLY", "FREQ=WEEKLY;BYSETPOS=1", "FREQ=WEEKLY;BYDAY=XX", "COUNT=x;FREQ=DAILY", ""]
    {
        assert_eq!(
            with(&format!("RRULE:{broken}")).1.as_deref(),
            Some("not_understood"),
            "{broken}"
        );
    }
}

#[test]
fn events_that_say_nothing_of_a_seance_cost_themselves_only() {
    let other = "BEGIN:VEVENT\nUID:2\nDTSTART;VALUE=DATE:20261121\nSUMMARY:Férié\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:3\nDTSTART:20261121T080000Z\nDTEND:20261121T070000Z\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:4\nDTSTART;TZID=\"Nowhere:1\":20261121T080000\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:5\nDTSTART:20261121T080000\nDTEND:20261121T090000\nSUMMARY:x\nEND:VEVENT\n\
        END:VEVENT\nno property\n";
    let text = EVENT.replace("END:VCALENDAR", &format!("{other}END:VCALENDAR"));
    let (events, wrong) = read_ical(&text, &rules());
    assert_eq!(events.len(), 1);
    let codes: Vec<_> = wrong.iter().map(|it| (it.place.as_str(), &*it.code)).collect();
    assert_eq!(codes, [("3", "before_start"), ("4", "not_a_time"), ("5", "no_match")]);
}

#[test]
fn members_are_read_with_their_groups() {
    let list = "login;programme;groups\nmaelle;M1MIAGE;TD2|CM\n;M1MIAGE;TD2\ntom;;TD1\n";
    let (members, wrong) = read_members(list.as_bytes()).expect("a list");
    assert_eq!(members[0].groups, ["TD2", "CM"]);
    assert_eq!(wrong.iter().map(|it| &*it.column).collect::<Vec<_>>(), ["login", "programme"]);
    let (_, wrong) = read_members("a;b\n1;2\n".as_bytes()).expect("a list");
    assert_eq!(wrong[0].code, "missing_column");
    assert_eq!((kind_of("TD2"), kind_of("Anglais"), kind_of("TP1")), ("TD", "free", "TP"));
}

#[test]
fn a_fold_costs_no_space() {
    // Folded behind a space: the space belongs to the title.
    let folded = EVENT.replace("des\r\n  SI", "des \r\n SI");
    assert_ne!(folded, EVENT);
    let (events, _) = read_ical(&folded, &rules());
    assert_eq!(events[0].subject, "Sécurité des SI");
}

#[test]
fn a_timetable_of_too_many_seances_is_refused_as_a_whole() {
    let daily = EVENT.replace("SEQUENCE:2", "RRULE:FREQ=DAILY");
    let (begin, end) = ("BEGIN:VCALENDAR\r\n", "END:VCALENDAR\r\n");
    let event = daily.replace(begin, "").replace(end, "");
    // 401 days each.
    let events: String =
        (0..125).map(|number| event.replace("88213", &number.to_string())).collect();
    let (planned, wrong) = read_ical(&format!("{begin}{events}{end}"), &rules());
    assert_eq!((planned.len(), wrong[0].code.as_ref()), (0, "too_many"));
    let (planned, wrong) = read_ical(&format!("{begin}{event}{end}"), &rules());
    assert_eq!((planned.len(), wrong), (401, vec![]));
}
