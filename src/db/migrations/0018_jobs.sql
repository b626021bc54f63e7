-- Work that goes on in the background: what is to be done, and what is to be done again and again.

CREATE TABLE job (
    id UUID PRIMARY KEY,                -- UUID v7: in the order in which jobs were asked for
    kind TEXT NOT NULL,
    payload JSONB NOT NULL,             -- object: ids only, never names or addresses
    service TEXT,                       -- jobs with the same service and subject keep their order
    subject UUID,                       -- the person, account or card it is about
    once TEXT,                          -- of one kind, one waiting job with this text is enough
    priority BIGINT NOT NULL,           -- the highest first
    state TEXT NOT NULL,                -- waiting, running, done, given_up, uncertain
    run_at TIMESTAMPTZ NOT NULL,        -- not before
    created_at TIMESTAMPTZ NOT NULL,
    since TIMESTAMPTZ NOT NULL,         -- created, or tried again by hand: time to give up counts from here
    attempts BIGINT NOT NULL,
    last_error TEXT NOT NULL,           -- a few words without personal data
    node TEXT NOT NULL,                 -- who runs it, or ran it last
    epoch BIGINT NOT NULL,              -- which try this is: a late one is known by an old number
    lease_until TIMESTAMPTZ,            -- while running: others may take it over afterwards
    progress_done BIGINT NOT NULL,
    progress_total BIGINT NOT NULL,     -- 0: nobody knows
    finished_at TIMESTAMPTZ
);
CREATE INDEX job_waiting ON job (priority DESC, run_at, id) WHERE state = 'waiting';
CREATE INDEX job_due ON job (run_at) WHERE state = 'waiting';
CREATE INDEX job_running ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_order ON job (service, subject, id) WHERE state IN ('waiting', 'running');
CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX job_state ON job (state, id);
CREATE UNIQUE INDEX job_once ON job (kind, once) WHERE state = 'waiting';

-- Sessions are forgotten in this order.
CREATE INDEX session_expires ON session (expires_at);

-- When each entry of the timetable is put into the queue. What the entries are stands in code.
CREATE TABLE timetable (
    name TEXT PRIMARY KEY,
    next_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ                 -- when it was put into the queue last
);
