-- oldest-program: 0.1.0
-- Devices with a key of their own: where they are, whose they are, and how they ended. Those with a cookie alone have no key.
ALTER TABLE hub.device ALTER COLUMN secret_hash DROP NOT NULL;
ALTER TABLE hub.device ADD COLUMN organisation text COLLATE "C";
ALTER TABLE hub.device ADD COLUMN holder text COLLATE "C" REFERENCES hub.person (id);
ALTER TABLE hub.device ADD COLUMN key_hash text COLLATE "C" UNIQUE;
ALTER TABLE hub.device ADD COLUMN key bytea;
ALTER TABLE hub.device ADD COLUMN ending text COLLATE "C";
CREATE INDEX device_organisation ON hub.device (organisation) WHERE NOT closed;
CREATE INDEX device_holder ON hub.device (holder) WHERE NOT closed;
-- Codes that a person carries to a device; the hash alone.
CREATE TABLE hub.device_code (
  hash text COLLATE "C" PRIMARY KEY,
  doc jsonb NOT NULL,
  expires_at timestamptz NOT NULL,
  used_for text COLLATE "C"
);
CREATE INDEX device_code_expires ON hub.device_code (expires_at);
-- Certificates for devices: one a code. Written before the authority is asked; never deleted: an old login is explained by one.
CREATE TABLE hub.derived (
  id text COLLATE "C" PRIMARY KEY,
  code text COLLATE "C" NOT NULL UNIQUE,
  device text COLLATE "C" NOT NULL REFERENCES hub.device (id),
  person text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  organisation text COLLATE "C" NOT NULL,
  population text COLLATE "C" NOT NULL,
  -- The card login behind it; the card, where it was ordered here.
  proof jsonb NOT NULL,
  card text COLLATE "C",
  assurance text COLLATE "C" NOT NULL,
  request bytea NOT NULL,
  key_hash text COLLATE "C" NOT NULL UNIQUE,
  asked_at timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  state text COLLATE "C" NOT NULL,
  serial text COLLATE "C",
  fingerprint text COLLATE "C" UNIQUE,
  certificate bytea,
  ending text COLLATE "C"
);
CREATE INDEX derived_live ON hub.derived (valid_until) WHERE state IN ('asked', 'issued');
CREATE INDEX derived_device ON hub.derived (device) WHERE state IN ('asked', 'issued');
CREATE INDEX derived_person ON hub.derived (person);
CREATE INDEX derived_card ON hub.derived (card) WHERE state IN ('asked', 'issued');
