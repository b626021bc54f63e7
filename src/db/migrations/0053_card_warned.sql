-- A holder is written to once about each end of a card that works.
ALTER TABLE card ADD COLUMN warned_due_at TIMESTAMPTZ;      -- the end that they were told of last
