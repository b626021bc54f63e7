-- What services outside were told of cards (decision 0034).

-- How a service does. One that fails again and again is left alone for a while.
CREATE TABLE card_service (
    name TEXT PRIMARY KEY,              -- esc, crous
    failures BIGINT NOT NULL,           -- in a row
    failing_since TIMESTAMPTZ,          -- when the first of them was
    rests_until TIMESTAMPTZ,            -- nobody asks it before, then one does
    last_error TEXT NOT NULL,           -- a stable word
    worked_at TIMESTAMPTZ               -- when it answered last
);

-- A holder as a service knows them.
CREATE TABLE card_subject (
    id UUID PRIMARY KEY,
    service TEXT NOT NULL,
    holder UUID REFERENCES card_holder (id) ON DELETE SET NULL, -- NULL: erased here, to be deleted there
    name TEXT NOT NULL,                 -- personal: their name there; never changes by itself
    digest TEXT NOT NULL,               -- of what was accepted last; ?: perhaps; empty: nothing
    kept JSONB NOT NULL,                -- object, personal: what the service says of them
    told_at TIMESTAMPTZ,                -- when something was accepted last
    asked_at TIMESTAMPTZ,               -- when the service was asked about them last
    UNIQUE (service, holder)
);

-- What a service was told of a card, and what it said.
CREATE TABLE card_told (
    card UUID NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    service TEXT NOT NULL,
    state TEXT NOT NULL,                -- src/card/services/told.rs
    digest TEXT NOT NULL,               -- of what was accepted and counts there; ?: perhaps; empty: nothing
    wanted TEXT NOT NULL,               -- of what was to be told when this state was reached
    told_at TIMESTAMPTZ,                -- when something was accepted last
    tried_at TIMESTAMPTZ NOT NULL,      -- when it was tried, or asked for, last
    tries BIGINT NOT NULL,              -- that failed, since something was accepted
    code TEXT NOT NULL,                 -- what was wrong: the service's code, or a word of ours
    message TEXT NOT NULL,              -- personal: in the words of the service
    field TEXT NOT NULL,
    operation TEXT NOT NULL,            -- POST, …
    place TEXT NOT NULL,                -- personal: path of the call
    reported_at TIMESTAMPTZ,            -- when somebody was written to about it
    PRIMARY KEY (card, service)
);
CREATE INDEX card_told_state ON card_told (state, tried_at);

-- Zone of the CROUS on a chip, as its supplier wrote it.
CREATE TABLE crous_smart_card (
    uid TEXT PRIMARY KEY,               -- number of the chip, upper-case hexadecimal digits
    id_zdc BIGINT NOT NULL UNIQUE,
    id_transmitter BIGINT,
    id_mapping BIGINT,
    created_on TEXT NOT NULL,           -- 2026-06-15, or empty
    pix_ss TEXT NOT NULL,
    pix_nn TEXT NOT NULL,
    appl TEXT NOT NULL,
    rid TEXT NOT NULL
);

-- Fares, as the CROUS publishes them for an institution.
CREATE TABLE crous_fare (
    crous TEXT NOT NULL,                -- number of the CROUS
    rne TEXT NOT NULL,
    place BIGINT NOT NULL,              -- order in which they were read
    status TEXT,                        -- NULL fits everybody, likewise below
    index_min BIGINT,
    index_max BIGINT,
    company BIGINT NOT NULL,
    rate BIGINT NOT NULL,
    read_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (crous, rne, place)
);

-- Names of right holders that the CROUS is asked to change.
CREATE TABLE crous_name (
    was TEXT PRIMARY KEY,               -- personal: the name there now
    becomes TEXT NOT NULL UNIQUE,       -- personal
    mail TEXT NOT NULL,                 -- personal
    state TEXT NOT NULL,                -- listed, waiting, done, refused
    code TEXT NOT NULL,                 -- what was wrong
    message TEXT NOT NULL,              -- the same in the words of the CROUS
    listed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX crous_name_state ON crous_name (state, was);
