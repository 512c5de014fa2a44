-- oldest-program: 0.1.0
-- What a card needs to know of its holder's account, to log on to a domain as that account and no other (KB5014754).
ALTER TABLE hub.account ADD COLUMN sid text COLLATE "C";
-- Whose a login name in a target is or was. It is nobody else's for good: a card that names it outlives the account.
CREATE TABLE hub.account_name (
  target text COLLATE "C" NOT NULL,
  login_name text COLLATE "C" NOT NULL,
  person text COLLATE "C" NOT NULL,
  PRIMARY KEY (target, login_name)
);
INSERT INTO hub.account_name (target, login_name, person)
  SELECT target, lower(login_name), person FROM hub.account WHERE login_name IS NOT NULL ON CONFLICT DO NOTHING;
