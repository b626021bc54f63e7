-- The card office: who may have cards, the cards, what became of each of them, and their photos.

-- Somebody as the office knows them: an account that may have cards. Whose it is says the account.
CREATE TABLE card_holder (
    id UUID PRIMARY KEY,
    account UUID NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE,
    eppn TEXT NOT NULL,                 -- personal: as the account says; an attribute, never a key
    card_type TEXT NOT NULL,            -- E, P, I, …: on what managers have their rights
    due_at TIMESTAMPTZ,                 -- end of the rights; NULL: it could not be read
    shows_photo BOOLEAN NOT NULL,       -- agreed that others inside see the photo
    created_at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX card_holder_eppn ON card_holder (eppn);

-- A row stands before its file does and goes after it: no file is ever without one.
CREATE TABLE card_photo (
    id UUID PRIMARY KEY,
    holder UUID REFERENCES card_holder (id) ON DELETE SET NULL, -- NULL: to be removed
    storage_key TEXT NOT NULL UNIQUE,   -- name of the file, random
    size BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    scan_state TEXT NOT NULL,           -- arriving, pending, clean, infected
    created_at TIMESTAMPTZ NOT NULL,
    delete_after TIMESTAMPTZ            -- NULL: as long as a card needs it
);
CREATE INDEX card_photo_holder ON card_photo (holder);
CREATE INDEX card_photo_old ON card_photo (delete_after);

CREATE TABLE card (
    id UUID PRIMARY KEY,
    holder UUID NOT NULL REFERENCES card_holder (id) ON DELETE CASCADE,
    state TEXT NOT NULL,                -- src/card/state.rs
    state_at TIMESTAMPTZ NOT NULL,
    state_by UUID REFERENCES person (id) ON DELETE SET NULL, -- NULL: the rules, or a station
    note TEXT NOT NULL,                 -- personal: what was said with the last step
    stopped_for TEXT,                   -- lost, theft, out_of_order
    csn TEXT UNIQUE,                    -- number of the chip, upper-case hexadecimal digits
    requested_at TIMESTAMPTZ NOT NULL,
    encoded_at TIMESTAMPTZ,
    last_encoded_at TIMESTAMPTZ,
    enabled_at TIMESTAMPTZ,
    due_at TIMESTAMPTZ,
    photo UUID REFERENCES card_photo (id) ON DELETE SET NULL,
    renews UUID REFERENCES card (id) ON DELETE SET NULL,
    rejections BIGINT NOT NULL,
    escn TEXT UNIQUE,                   -- number of a European student card, lower case
    qr TEXT NOT NULL,                   -- personal: exact text of the printed code
    is_external BOOLEAN NOT NULL,       -- made elsewhere
    version BIGINT NOT NULL
);
CREATE INDEX card_holder_of ON card (holder);
CREATE INDEX card_state ON card (state, state_at);
CREATE INDEX card_photo_of ON card (photo);
CREATE UNIQUE INDEX card_one_enabled ON card (holder) WHERE state = 'enabled';
CREATE UNIQUE INDEX card_one_request ON card (holder) WHERE state IN ('new', 'renewed',
    'request_checked', 'rejected', 'in_print', 'printed', 'in_encode', 'encoded');

-- What became of a card, step by step.
CREATE TABLE card_change (
    id UUID PRIMARY KEY,
    card UUID NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    at TIMESTAMPTZ NOT NULL,
    by_whom UUID REFERENCES person (id) ON DELETE SET NULL,
    actor TEXT NOT NULL,                -- manager, owner, station, system
    was TEXT,                           -- NULL: it began
    became TEXT NOT NULL,
    note TEXT NOT NULL                  -- personal: as it was typed
);
CREATE INDEX card_change_card ON card_change (card, at);

-- The last step of time for which an issuer gave a European number out.
CREATE TABLE escn_issuer (
    node TEXT PRIMARY KEY,              -- prefix and PIC, twelve digits
    last_step BIGINT NOT NULL
);
