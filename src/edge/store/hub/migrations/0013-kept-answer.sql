-- oldest-program: 0.1.0
-- Answers that wait for their application to fetch them with a reference (SAML's artifacts), sealed, for a minute.
CREATE TABLE hub.kept_answer (
  hash text COLLATE "C" PRIMARY KEY,
  sealed bytea NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX kept_answer_expires ON hub.kept_answer (expires_at);
