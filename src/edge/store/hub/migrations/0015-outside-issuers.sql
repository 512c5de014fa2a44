-- oldest-program: 0.1.0
-- Who signed a certificate, and what must be revoked there by hand because that issuer takes no revocation over the network.
ALTER TABLE hub.card_certificate ADD COLUMN issuer text COLLATE "C" NOT NULL DEFAULT 'own';
ALTER TABLE hub.card ADD COLUMN by_hand jsonb NOT NULL DEFAULT '[]';
-- How far an order has come at an outside issuer: a kill at any point finds the same transaction and the same certificate again.
CREATE TABLE hub.issuer_order (
  issuer text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  memo text,
  certificate bytea,
  -- The issuer asked not to be asked before.
  not_before timestamptz,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, id)
);
CREATE INDEX issuer_order_changed ON hub.issuer_order (changed_at);
