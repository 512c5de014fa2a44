-- oldest-program: 0.1.0
-- Public keys that applications registered themselves, and keys of their records that they removed. Never deleted:
-- a key is registered once, and an old assertion can be explained by it.
CREATE TABLE hub.client_key (
  client text COLLATE "C" NOT NULL,
  thumbprint text COLLATE "C" NOT NULL,
  jwk jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  removed_at timestamptz,
  PRIMARY KEY (client, thumbprint)
);
