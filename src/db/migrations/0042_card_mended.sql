-- When the scanner could not see a photo: the next one is not kept from being scanned.
ALTER TABLE card_photo ADD COLUMN tried_at TIMESTAMPTZ;
-- Cards are forgotten some time after they ended: what names them is found without reading all.
CREATE INDEX card_renews ON card (renews);
