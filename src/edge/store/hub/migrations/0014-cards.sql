-- oldest-program: 0.1.0
-- Cards from their order to their end: one row a card. Never deleted: an old login is explained by one.
CREATE TABLE hub.card (
  id text COLLATE "C" PRIMARY KEY,
  profile text COLLATE "C" NOT NULL,
  holder text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  -- The employer. No foreign key: the card's history outlives an organisation.
  organisation text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  revision int NOT NULL,
  ordered_by text COLLATE "C" NOT NULL,
  ordered_at timestamptz NOT NULL,
  temporary boolean NOT NULL,
  replaces text COLLATE "C" REFERENCES hub.card (id),
  identity_document text COLLATE "C",
  checked_by text COLLATE "C",
  made_by text COLLATE "C",
  end_asked_by text COLLATE "C",
  ending text COLLATE "C",
  requests jsonb NOT NULL DEFAULT '[]',
  -- Of the last certificate; absent while there is none.
  valid_until timestamptz
);
CREATE INDEX card_holder ON hub.card (holder);
CREATE INDEX card_open ON hub.card (organisation, ordered_at) WHERE state NOT IN ('ended', 'declined');
CREATE INDEX card_valid_until ON hub.card (valid_until) WHERE state NOT IN ('ended', 'declined');
-- Its certificates: a card login finds its card by one.
CREATE TABLE hub.card_certificate (
  fingerprint text COLLATE "C" PRIMARY KEY,
  card text COLLATE "C" NOT NULL REFERENCES hub.card (id),
  profile text COLLATE "C" NOT NULL,
  serial text COLLATE "C" NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  -- As its issuer made it: what is written onto the card.
  der bytea NOT NULL
);
CREATE INDEX card_certificate_card ON hub.card_certificate (card);
-- Its history, one row a step; only ever added to.
CREATE TABLE hub.card_step (
  card text COLLATE "C" NOT NULL REFERENCES hub.card (id),
  revision int NOT NULL,
  action text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL,
  by text COLLATE "C",
  reason text,
  PRIMARY KEY (card, revision)
);
