-- oldest-program: 0.1.0
-- Who administers which organisation, for how long and why. Rows are never deleted: an old confirmation is explained by one.
CREATE TABLE hub.administration (
  id text COLLATE "C" PRIMARY KEY,
  person text COLLATE "C" NOT NULL REFERENCES hub.person (id),
  role text COLLATE "C" NOT NULL,
  -- The scope. No foreign key: an organisation that is removed has no administrators by that alone.
  organisation text COLLATE "C" NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  granted_by text NOT NULL,
  reason text NOT NULL CHECK (reason <> ''),
  ended_at timestamptz,
  ended_by text
);
CREATE INDEX administration_person ON hub.administration (person);
CREATE INDEX administration_organisation ON hub.administration (organisation);

-- Clients that programs ask to become, until an administrator of the organisation decides.
CREATE TABLE hub.client_draft (
  id text COLLATE "C" PRIMARY KEY,
  system text COLLATE "C" NOT NULL,
  organisation text COLLATE "C" NOT NULL,
  thumbprint text COLLATE "C" NOT NULL UNIQUE,
  asks jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  decision text COLLATE "C" CHECK (decision IN ('confirmed', 'refused')),
  decided_at timestamptz,
  decided_by text COLLATE "C",
  reason text
);
CREATE INDEX client_draft_organisation ON hub.client_draft (organisation) WHERE decision IS NULL;
CREATE INDEX client_draft_expires ON hub.client_draft (expires_at);
