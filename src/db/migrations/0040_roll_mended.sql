-- Rolls: when one was opened again, who looked at what a timetable changed, and which card a number of
-- a reader was about.

-- The clock closes a roll that was opened again some time after that, not some time after its end.
ALTER TABLE class_session ADD COLUMN reopened_at TIMESTAMPTZ;
-- Since when somebody knows that its timetable says something else, or names it no more.
ALTER TABLE class_session ADD COLUMN looked_at TIMESTAMPTZ;
CREATE INDEX class_session_look ON class_session (rne, starts_at) WHERE is_orphan OR has_conflict;

ALTER TABLE tap ADD COLUMN card_hash BYTEA; -- SHA-256 of kind and number; NULL: of an older version

-- A code of a programme means something in one school only. A right on a code goes on in the school
-- that alone has it, and in those where its holder belongs; anything wider has to be given anew.
INSERT INTO role_grant (person, role, scope_kind, scope, rule, granted_by, granted_at)
    SELECT DISTINCT g.person, g.role, g.scope_kind, p.rne || '/' || p.code, g.rule, g.granted_by,
        g.granted_at
    FROM role_grant g JOIN programme p ON p.code = g.scope
    WHERE g.scope_kind = 'programme'
        AND (NOT EXISTS (SELECT 1 FROM programme o WHERE o.code = p.code AND o.rne <> p.rne)
            OR EXISTS (SELECT 1 FROM affiliation f WHERE f.person = g.person AND f.rne = p.rne));
DELETE FROM role_grant WHERE scope_kind = 'programme' AND NOT EXISTS (
    SELECT 1 FROM programme p WHERE p.rne || '/' || p.code = role_grant.scope);
