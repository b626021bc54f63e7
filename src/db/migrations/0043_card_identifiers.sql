-- What chips carry for each application, and cards that were handed out.

-- Identifier of a card for an application on its chip, as this office gave it.
CREATE TABLE card_app_id (
    card UUID NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    application TEXT NOT NULL,          -- access-control, …: a name of [card] applications
    value TEXT NOT NULL,
    PRIMARY KEY (card, application),
    UNIQUE (application, value)
);

-- The last number that an application gave out: no number is given twice.
CREATE TABLE card_app_line (
    application TEXT PRIMARY KEY,
    last_number BIGINT NOT NULL
);

-- When somebody handed the card to its holder.
ALTER TABLE card ADD COLUMN delivered_at TIMESTAMPTZ;
