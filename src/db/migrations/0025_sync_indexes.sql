-- What ending and moving an account asks for, once for each of many.
CREATE INDEX session_account ON session (account) WHERE ended_at IS NULL;
CREATE INDEX account_link_to ON account_link (to_person);
CREATE INDEX account_link_from ON account_link (from_person);
