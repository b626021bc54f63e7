-- By what an identity provider knows a session of ours, so that either side can end it.

CREATE TABLE session_provenance (
    session UUID PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    idp TEXT NOT NULL,                  -- [idp:NAME]
    name_id TEXT NOT NULL,              -- what it calls the person: NameID, sub or user
    name_format TEXT,                   -- of a NameID
    name_qualifier TEXT,
    sp_name_qualifier TEXT,
    session_index TEXT                  -- SessionIndex, sid or the ticket
);
CREATE INDEX session_provenance_name ON session_provenance (idp, name_id);
CREATE INDEX session_provenance_index ON session_provenance (idp, session_index);
