-- What the office decided of a holder at the CROUS.

ALTER TABLE card_holder ADD COLUMN crous_off TEXT;          -- personal: why nothing is told of them there; NULL: it is
ALTER TABLE card_holder ADD COLUMN crous_reopen BOOLEAN NOT NULL DEFAULT FALSE; -- with the next visit: open a closed account again
