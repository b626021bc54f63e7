-- A person may say that an address takes mail after all: what came back from it before counts no more.
ALTER TABLE mail ADD COLUMN forgiven_at TIMESTAMPTZ;
