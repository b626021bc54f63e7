-- The login that a record names, in small letters: records that came before their person are found by it.
ALTER TABLE cloud_record ADD COLUMN login_key TEXT NOT NULL DEFAULT '';

UPDATE cloud_record SET login_key = lower(coalesce(fields->>'userid', '')) WHERE person IS NULL;

CREATE INDEX cloud_record_login ON cloud_record (login_key) WHERE person IS NULL;
