-- Mail accounts that show a token instead of a password: how their provider is asked, what it gave,
-- and how administrators got it to.

-- Settings; empty where the account shows no token.
ALTER TABLE mail_account ADD COLUMN provider TEXT NOT NULL DEFAULT 'custom'; -- google, microsoft
ALTER TABLE mail_account ADD COLUMN sasl TEXT NOT NULL DEFAULT 'auto';       -- or a mechanism
ALTER TABLE mail_account ADD COLUMN first_answer TEXT NOT NULL DEFAULT 'auto'; -- always, never
ALTER TABLE mail_account ADD COLUMN client_id TEXT NOT NULL DEFAULT '';
ALTER TABLE mail_account ADD COLUMN client_secret BYTEA;                     -- sealed, as password
ALTER TABLE mail_account ADD COLUMN client_proof TEXT NOT NULL DEFAULT 'body'; -- or basic
ALTER TABLE mail_account ADD COLUMN auth_endpoint TEXT NOT NULL DEFAULT '';
ALTER TABLE mail_account ADD COLUMN token_endpoint TEXT NOT NULL DEFAULT '';
ALTER TABLE mail_account ADD COLUMN device_endpoint TEXT NOT NULL DEFAULT '';
ALTER TABLE mail_account ADD COLUMN revocation_endpoint TEXT NOT NULL DEFAULT '';
ALTER TABLE mail_account ADD COLUMN scopes TEXT NOT NULL DEFAULT '';         -- blank between

-- What the provider gave. Where a transaction needs both, mail_account is taken first.
CREATE TABLE mail_token (
    account UUID PRIMARY KEY REFERENCES mail_account (id) ON DELETE CASCADE,
    version UUID NOT NULL,              -- another one at each change of the tokens
    access BYTEA NOT NULL,              -- sealed by the master key; table, column and row are bound in
    refresh BYTEA,                      -- sealed; NULL: none was given, or the provider took it back
    scopes TEXT NOT NULL,               -- as granted
    obtained_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,    -- of the access token
    lease UUID,                         -- who is asking for new ones now
    lease_until TIMESTAMPTZ,
    failures BIGINT NOT NULL,           -- since it worked last
    retry_at TIMESTAMPTZ                -- not before
);

-- An administrator connects an account, by a browser that comes back or by a code typed elsewhere.
CREATE TABLE mail_attempt (
    id UUID PRIMARY KEY,
    account UUID NOT NULL REFERENCES mail_account (id) ON DELETE CASCADE,
    person UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE, -- the administrator
    way TEXT NOT NULL,                  -- code, device
    state TEXT NOT NULL,                -- created, polling, granted, denied, expired, failed, cancelled
    problem TEXT NOT NULL,              -- why it failed: a stable word
    detail TEXT NOT NULL,               -- what the provider said to that
    secret BYTEA,                       -- sealed: state and verifier, or device code; goes at the end
    user_code TEXT NOT NULL,            -- what is typed elsewhere; empty when a browser comes back
    verification_uri TEXT NOT NULL,     -- and where
    verification_uri_complete TEXT NOT NULL, -- the same with the code in it; may be empty
    message TEXT NOT NULL,              -- what the provider says to the person
    wait BIGINT NOT NULL,               -- seconds between an answer and the next question
    next_at TIMESTAMPTZ,                -- when it is asked next
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX mail_attempt_account ON mail_attempt (account, created_at);
CREATE INDEX mail_attempt_state ON mail_attempt (state);
CREATE INDEX mail_attempt_person ON mail_attempt (person);
