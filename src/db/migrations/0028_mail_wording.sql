-- Texts of messages as administrators write them. The row with the highest number of a template and a
-- language is in force; without one, or when it holds no text, the default that is built in is.

CREATE TABLE mail_wording (
    template TEXT NOT NULL,
    lang TEXT NOT NULL,
    number BIGINT NOT NULL,             -- from 1: whoever edits an old one is told
    subject TEXT,                       -- all three NULL: back to the default
    text TEXT,
    html TEXT,
    person UUID REFERENCES person (id) ON DELETE SET NULL, -- who wrote it
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (template, lang, number)
);
CREATE INDEX mail_wording_person ON mail_wording (person);
