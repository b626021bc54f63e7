-- A key is published before it is used: empty until then. The one used since last is the one in use.
ALTER TABLE signing_key ADD COLUMN used_since TIMESTAMPTZ;
UPDATE signing_key SET used_since = created_at;
