-- oldest-program: 0.1.0
-- Sources of people with a change feed: how far each was read, and what each said of a person beside what holds (V1).
CREATE TABLE hub.people_feed (
  source text COLLATE "C" PRIMARY KEY,
  -- Absent until everybody was read once.
  cursor text,
  full_at timestamptz,
  -- When it was last read to the end, and when that was last tried.
  synced_at timestamptz,
  tried_at timestamptz,
  fault text,
  -- How many people came of it, by kind.
  changes jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE hub.person_word (
  person text COLLATE "C" NOT NULL REFERENCES hub.person (id) ON DELETE CASCADE,
  attribute text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  value text NOT NULL,
  holds boolean NOT NULL,
  PRIMARY KEY (person, attribute, source)
);
CREATE INDEX person_word_source ON hub.person_word (source) WHERE holds;
