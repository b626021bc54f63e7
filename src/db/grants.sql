-- What the service's role {role} may do. Run it as the owner of the tables, after each migration:
--   aiguillage migrate --config FILE --print-grants {role} | psql --set ON_ERROR_STOP=1 OWNER-ADDRESS
BEGIN;

-- Who owns a table may do everything to it, whatever is granted.
DO $$
DECLARE
  owner name := (SELECT tableowner FROM pg_tables
                 WHERE schemaname = current_schema() AND tablename = 'audit');
BEGIN
  IF owner IS NULL THEN
    RAISE EXCEPTION 'there is no table audit in schema %: run aiguillage migrate first',
      current_schema();
  END IF;
  IF pg_has_role('{role}', owner, 'MEMBER') THEN
    RAISE EXCEPTION '{role} owns the tables, or may act as their owner: make a role of its own';
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', current_schema());
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO {role}',
    current_schema());
  EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO {role}', current_schema());
  -- Tables of later migrations, until this is run again.
  EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}', current_schema());
END $$;

-- The record: rows are added, closed once within a second, and never changed again.
REVOKE ALL ON audit, audit_personal, audit_chain, _sqlx_migrations FROM {role};
GRANT SELECT ON audit, audit_personal, audit_chain, _sqlx_migrations TO {role};
GRANT INSERT (id, at, event, outcome, reason, person, network, request_id, session, fields)
  ON audit TO {role};
GRANT UPDATE (node, seq, sealed_at, network, fields, personal, hash) ON audit TO {role};
GRANT DELETE ON audit TO {role};
-- What is personal can be erased, and not be replaced.
GRANT INSERT, DELETE ON audit_personal TO {role};
GRANT INSERT, UPDATE ON audit_chain TO {role};

CREATE OR REPLACE FUNCTION audit_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.seq IS NULL THEN
    RETURN NEW;
  END IF;
  -- A purge moves the beginning of a chain first. One day less: clocks differ.
  IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{days} days' AND EXISTS
    (SELECT FROM audit_chain WHERE node = OLD.node AND OLD.seq <= base_seq) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'rows of the audit record stay as they are for {days} days'
    USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER IF EXISTS audit_stays ON audit;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_stays();

COMMIT;
