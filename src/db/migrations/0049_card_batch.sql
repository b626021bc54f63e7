-- Cards are printed in batches (decision 0036). No file is kept: it is made anew of these rows.

CREATE TABLE card_batch (
    id UUID PRIMARY KEY,
    made_at TIMESTAMPTZ NOT NULL,
    made_by UUID REFERENCES person (id) ON DELETE SET NULL
);
CREATE INDEX card_batch_made ON card_batch (made_at);

-- A card in a batch, with what is printed on it.
CREATE TABLE card_print (
    batch UUID NOT NULL REFERENCES card_batch (id) ON DELETE CASCADE,
    card UUID NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,              -- order of the pages
    said JSONB NOT NULL,                -- object, personal: what the card says, whatever becomes of its holder
    outcome TEXT NOT NULL,              -- waiting, printed, misprinted
    outcome_at TIMESTAMPTZ,
    PRIMARY KEY (batch, card)
);
CREATE INDEX card_print_card ON card_print (card);
CREATE UNIQUE INDEX card_print_waiting ON card_print (card) WHERE outcome = 'waiting';
