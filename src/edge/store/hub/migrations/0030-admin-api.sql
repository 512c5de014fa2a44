-- oldest-program: 0.1.0
-- Administration of programs, and over the whole hub (V3). A program of before sees no tasks in these rows.
ALTER TABLE hub.administration ALTER COLUMN person DROP NOT NULL;
ALTER TABLE hub.administration ALTER COLUMN organisation DROP NOT NULL;
ALTER TABLE hub.administration ADD COLUMN client text COLLATE "C";
ALTER TABLE hub.administration ADD CONSTRAINT administration_one_holder CHECK (num_nonnulls(person, client) = 1);
CREATE INDEX administration_client ON hub.administration (client) WHERE client IS NOT NULL;

-- Answers of writes that came with an Idempotency-Key, for a day: the same again gets the same answer (V1).
CREATE TABLE hub.idempotent_answer (
  -- Whose key it is, and the key: by their hash.
  key text COLLATE "C" PRIMARY KEY,
  request_sha256 text COLLATE "C" NOT NULL,
  status integer NOT NULL,
  headers jsonb NOT NULL,
  body text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX idempotent_answer_expires ON hub.idempotent_answer (expires_at);
