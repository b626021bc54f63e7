-- Whoever takes the next job goes by priority. An index by the state alone looks better to SQLite than the one
-- made for that, and has all that wait read and sorted.

DROP INDEX job_state;
CREATE INDEX job_listed ON job (id, state);
