-- oldest-program: 0.1.0
-- Logins at providers that are not ours, counted in the commit of the login itself; nothing here tells of a person.
-- A row of one shard alone may be negative (a login is moved to its organisation when it ends): only sums mean anything.
CREATE TABLE hub.login_count (
  month text COLLATE "C" NOT NULL CHECK (month ~ '^\d{4}-\d{2}$'),
  provider text COLLATE "C" NOT NULL,
  organisation text COLLATE "C" NOT NULL,
  application text COLLATE "C" NOT NULL,
  price text COLLATE "C" NOT NULL,
  shard smallint NOT NULL,
  logins bigint NOT NULL,
  avoided bigint NOT NULL,
  PRIMARY KEY (month, provider, organisation, application, price, shard)
) WITH (fillfactor = 50);
