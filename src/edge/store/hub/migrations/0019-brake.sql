-- oldest-program: 0.1.0
-- Changes that would end many people and wait for two of them to be approved. Rows are kept for a year: the trail names them.
CREATE TABLE hub.held_change (
  id text COLLATE "C" PRIMARY KEY,
  source text COLLATE "C" NOT NULL,
  covers text[] NOT NULL,
  digest text COLLATE "C" NOT NULL,
  brought_by text NOT NULL,
  bringers text[] NOT NULL,
  people int NOT NULL,
  over jsonb NOT NULL,
  tops text[] NOT NULL,
  held_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  state text COLLATE "C" NOT NULL,
  decided_at timestamptz,
  decided_by text COLLATE "C",
  reason text,
  -- What carries it out, sealed; gone when it is over.
  sealed bytea
);
CREATE INDEX held_change_open ON hub.held_change (source) WHERE state IN ('waiting', 'approved');
CREATE TABLE hub.held_approval (
  held text COLLATE "C" NOT NULL REFERENCES hub.held_change (id) ON DELETE CASCADE,
  person text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL,
  session text COLLATE "C",
  PRIMARY KEY (held, person)
);
-- Its plan, one row a person.
CREATE TABLE hub.held_person (
  held text COLLATE "C" NOT NULL REFERENCES hub.held_change (id) ON DELETE CASCADE,
  person text COLLATE "C" NOT NULL,
  why text COLLATE "C" NOT NULL,
  tops text[] NOT NULL,
  cards text[] NOT NULL,
  certificates text[] NOT NULL,
  sessions text[] NOT NULL,
  PRIMARY KEY (held, person)
);
-- A card with an old name on it ends then.
ALTER TABLE hub.card ADD COLUMN replace_by timestamptz;
CREATE INDEX card_replace_by ON hub.card (replace_by) WHERE replace_by IS NOT NULL AND state NOT IN ('declined', 'ended', 'expired');
-- What the register of health personnel said last of holders of cards that end with a licence.
CREATE TABLE hub.licence_check (
  person text COLLATE "C" PRIMARY KEY REFERENCES hub.person (id),
  checked_at timestamptz NOT NULL,
  answer text COLLATE "C" NOT NULL,
  -- Since when it says so.
  since timestamptz NOT NULL
);
-- What somebody must revoke by hand is looked for on every page of an officer, and counted.
CREATE INDEX card_by_hand ON hub.card (organisation) WHERE by_hand <> '[]';
