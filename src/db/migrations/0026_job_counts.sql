-- A try is one of three things: it did its part, it failed, or its node died. Only failures use up
-- patience, and only deaths make a job suspect, so each is counted by itself. What waits when this is
-- applied begins to count anew; the time to give up goes on.

ALTER TABLE job ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;  -- since it was asked for or tried again by hand
ALTER TABLE job ADD COLUMN deaths BIGINT NOT NULL DEFAULT 0;    -- nodes that went away while they did it

-- Of those about the same subject one runs at a time, whatever the nodes see of each other.
CREATE UNIQUE INDEX job_alone ON job (service, subject) WHERE state = 'running';
