//! Chromium as the beamer, the teacher and two students; zbarimg reads the wall.
use super::{Class, STUDENTS, TEACHER};
use crate::house::{House, Setup};
use crate::peers::browser;
use aiguillage::attendance::record::Status;

#[actix_web::test]
async fn a_code_on_the_wall_is_read_by_a_stranger_and_marks_on_a_telephone() {
    let house = House::open_with(Setup { real_time: true, ..Setup::default() }).await;
    let class = Class::plan(&house).await;
    let base = house.url("");
    let students = serde_json::json!([STUDENTS[0], STUDENTS[1]]).to_string();
    let path = class.path();
    let settings = [
        ("BASE", base.as_str()),
        ("CLASS", &path),
        ("TEACHER", TEACHER),
        ("STUDENTS", &students),
        ("NAME", "Maëlle Legrand"),
    ];
    browser::run("roll.mjs", &settings).await.praise();
    for login in &STUDENTS[..2] {
        assert_eq!(class.status(&house, login).await, Status::Present, "{login}");
    }
}
