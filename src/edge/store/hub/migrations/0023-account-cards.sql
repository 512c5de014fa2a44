-- oldest-program: 0.1.0
-- Accounts that the servers which applications ask have too; and the cards that people log in with where an account is to know them (K5).
ALTER TABLE hub.account ADD COLUMN confirmed boolean NOT NULL DEFAULT true;
-- SHA-256 of the certificate that a login was made with.
ALTER TABLE hub.account_grant ADD COLUMN card text COLLATE "C";
CREATE TABLE hub.account_card (
  target text COLLATE "C" NOT NULL,
  person text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  fingerprint text COLLATE "C" NOT NULL,
  -- What its mapping is made of, and what a look at its status needs.
  doc jsonb NOT NULL,
  checked_at timestamptz NOT NULL,
  -- Revoked, lost or out of date: it opens nothing any more.
  ended_at timestamptz,
  PRIMARY KEY (target, person, fingerprint)
);
CREATE INDEX account_card_person ON hub.account_card (person);
CREATE INDEX account_card_check ON hub.account_card (checked_at) WHERE ended_at IS NULL;
