-- Who is known to a service by a name: several accounts may be one person there.
CREATE INDEX card_subject_name ON card_subject (service, name);
-- What services took and said something against (src/card/services/store/tellings.rs).
CREATE INDEX card_told_noted ON card_told (state, tried_at) WHERE operation <> '';
-- crous_name.state may be `asked`, too: the next visit for its holder asks for it.
