-- Mail: the accounts through which it leaves, and each message from the act to the final reply.

CREATE TABLE mail_account (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,          -- what administrators call it
    from_address TEXT NOT NULL,
    from_name TEXT NOT NULL,
    reply_to TEXT NOT NULL,             -- empty: as from_address
    host TEXT NOT NULL,
    port BIGINT NOT NULL,
    tls TEXT NOT NULL,                  -- starttls, implicit, none
    auth TEXT NOT NULL,                 -- none, password
    smtp_user TEXT NOT NULL,
    password BYTEA,                     -- sealed by the master key; table, column and row are bound in
    is_default BOOLEAN NOT NULL,
    state TEXT NOT NULL,                -- untested, ok, stopped, disabled
    problem TEXT NOT NULL,              -- why it is stopped: a stable word; empty when it is not
    reply TEXT NOT NULL,                -- what the server said to that
    per_minute BIGINT NOT NULL,         -- messages at most
    per_day BIGINT NOT NULL,
    redirect_to TEXT NOT NULL,          -- test mode: every message goes here; empty: it is off
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE mail (
    id UUID PRIMARY KEY,                -- UUID v7; the Message-ID is made of it
    account UUID REFERENCES mail_account (id) ON DELETE SET NULL,
    person UUID REFERENCES person (id) ON DELETE SET NULL,
    recipient TEXT NOT NULL,            -- personal: goes with the row after a year
    template TEXT NOT NULL,
    lang TEXT NOT NULL,
    vars JSONB,                         -- personal: goes after 30 days
    dedupe TEXT NOT NULL UNIQUE,        -- the act that it tells of: a second run of it sends nothing
    state TEXT NOT NULL,                -- queued, sending, sent, deferred, held, failed, uncertain, suppressed
    reply TEXT NOT NULL,                -- what the server said last
    created_at TIMESTAMPTZ NOT NULL,
    begun_at TIMESTAMPTZ,               -- when its content began to leave: the limits count these
    sent_at TIMESTAMPTZ
);
CREATE INDEX mail_begun ON mail (account, begun_at);
CREATE INDEX mail_recipient ON mail (recipient, state);
CREATE INDEX mail_person ON mail (person);
CREATE INDEX mail_state ON mail (state, id);
CREATE INDEX mail_created ON mail (created_at);
