-- A rule that named somebody and then came to mean something else is another rule: what the first one
-- told stays with it.
ALTER TABLE alert_rule ADD COLUMN is_retired BOOLEAN NOT NULL DEFAULT FALSE;
