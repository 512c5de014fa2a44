-- oldest-program: 0.1.0
-- Renewals of many cards: a job, what it does to each card, and how far it has come.
ALTER TABLE hub.card ADD COLUMN renewal_job text COLLATE "C";
CREATE TABLE hub.card_renewal (
  id text COLLATE "C" PRIMARY KEY,
  state text COLLATE "C" NOT NULL,
  revision int NOT NULL,
  organisation text COLLATE "C" NOT NULL,
  profile text COLLATE "C" NOT NULL,
  expiring_before timestamptz NOT NULL,
  asked_by text COLLATE "C" NOT NULL,
  drafted_at timestamptz NOT NULL,
  approved_by text COLLATE "C",
  running_since timestamptz,
  ended_at timestamptz,
  -- A draft that nobody began is forgotten in a day, what is over after a year; the trail and the cards stay.
  expires_at timestamptz
);
CREATE INDEX card_renewal_running ON hub.card_renewal (id) WHERE state = 'running';
CREATE TABLE hub.card_renewal_item (
  job text COLLATE "C" NOT NULL REFERENCES hub.card_renewal (id) ON DELETE CASCADE,
  place int NOT NULL,
  card text COLLATE "C" NOT NULL REFERENCES hub.card (id),
  -- Id of the card to be: given with the draft, so that no try makes a second one.
  renewal text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  reason text COLLATE "C",
  attempts int NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (job, place)
);
CREATE INDEX card_renewal_item_state ON hub.card_renewal_item (job, state, place);
-- What runs out next, without what has run out already.
DROP INDEX hub.card_valid_until;
CREATE INDEX card_valid_until ON hub.card (valid_until) WHERE state IN ('made', 'received', 'inUse', 'suspended');
