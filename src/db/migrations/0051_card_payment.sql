-- Cards that are paid for by Paybox (decision 0038). A row is an order that somebody was given to pay; what became
-- of it is said by the callback. Until then, and after a refusal, it is worth nothing.
CREATE TABLE card_payment (
    id UUID PRIMARY KEY,
    holder UUID REFERENCES card_holder (id) ON DELETE SET NULL, -- NULL: erased; money stays received
    reference TEXT NOT NULL UNIQUE,     -- what Paybox knows it by; names nobody
    amount BIGINT NOT NULL,             -- cents
    is_renewal BOOLEAN NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    error TEXT NOT NULL,                -- the last code of Paybox; empty: it said nothing yet
    answered_at TIMESTAMPTZ,
    paid_at TIMESTAMPTZ,
    transaction_id TEXT UNIQUE,         -- idtrans of the payment
    approval TEXT NOT NULL,             -- number of the bank
    used_at TIMESTAMPTZ,                -- stays when its card is forgotten: nothing is used twice
    card UUID REFERENCES card (id) ON DELETE SET NULL,
    refunded_at TIMESTAMPTZ
);
CREATE INDEX card_payment_holder ON card_payment (holder);
CREATE INDEX card_payment_asked ON card_payment (asked_at);
-- A card has one payment.
CREATE UNIQUE INDEX card_payment_card ON card_payment (card);
