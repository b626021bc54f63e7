//! Writes `etc/aiguillage.ini` from the registry, so that the sample never lags behind.
use super::registry::{Setting, settings};
use std::fmt::Write;

/// The sample file: every setting with its help and its default, switched off by `;`.
pub fn sample_file() -> String {
    let mut text = String::from(
        "; aiguillage.ini - every setting there is, with its default.\n\
         ; Remove the semicolon in front of what you change. Relative paths start from the folder\n\
         ; of this file. AIGUILLAGE_<SECTION>_<KEY> in the environment wins over a line here.\n\
         ; Check your file with: aiguillage check-config --config FILE\n",
    );
    let mut section = "";
    for setting in settings() {
        if setting.section != section {
            section = setting.section;
            // Sections that can be repeated stand as comments: they need a name of your own.
            let mark = if section.ends_with('*') { "; " } else { "" };
            let _ = write!(text, "\n{mark}[{}]\n", section.replace('*', "NAME"));
        }
        write_setting(&mut text, setting);
    }
    text
}

fn write_setting(text: &mut String, setting: &Setting) {
    let key = setting.key.replace('*', "NAME");
    let line = format!(";{key} = {}", setting.default);
    let _ = writeln!(text, "; {}\n{}", setting.help, line.trim_end());
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sample_in_etc_is_the_one_the_program_writes() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/etc/aiguillage.ini");
        let text = std::fs::read_to_string(path).expect("etc/aiguillage.ini");
        assert!(
            text == super::sample_file(),
            "run: aiguillage check-config --sample > etc/aiguillage.ini"
        );
    }
}
