-- oldest-program: 0.1.0
-- Permits to fetch one certificate by EST. What a permit gave is the order `permit:<id>` of authority.certificate: nothing here says "used".
CREATE TABLE authority.enrolment_permit (
  id text COLLATE "C" PRIMARY KEY,
  profile text COLLATE "C" NOT NULL,
  holder jsonb NOT NULL,
  secret_hash text COLLATE "C" NOT NULL,
  ends_at timestamptz NOT NULL,
  wrong_tries integer NOT NULL DEFAULT 0
);
