//! What is wrong with one file, gathered while it is read.
use crate::finding::Finding;
use crate::ini::Document;

pub(super) struct Report<'a> {
    file: &'a str,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        Self { file: document.file(), findings: Vec::new() }
    }

    pub(super) fn add(&mut self, code: &'static str, line: u32, subject: &str, why: &str) {
        self.findings.push(Finding::at(code, self.file, line, subject).detail(why));
    }
}
