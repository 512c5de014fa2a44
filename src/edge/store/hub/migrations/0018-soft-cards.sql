-- oldest-program: 0.1.0
-- Soft cards: whose keys the hub made; and what of a card was made and never handed over, which never proves anybody.
ALTER TABLE hub.card ADD COLUMN soft boolean NOT NULL DEFAULT false;
ALTER TABLE hub.card_certificate ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;
-- A name as people look for it, the same as base/search-words: small letters, without accents, with o for ø.
CREATE FUNCTION hub.folded(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(replace(replace(replace(replace(replace(replace(replace(translate(
    regexp_replace(normalize(name, NFKD), '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'),
    'ØøĐđŁłÐð', 'OoDdLlDd'), 'Æ', 'AE'), 'æ', 'ae'), 'Œ', 'OE'), 'œ', 'oe'), 'ß', 'ss'), 'Þ', 'TH'), 'þ', 'th'))
$$;
