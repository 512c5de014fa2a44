// Texts that were right: with a piece put in, taken out, doubled or moved, for the tests that spoil messages at random.
import fc from 'fast-check';

/** The good text, spoilt in one place. */
export const spoilt = (text: string, given: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.nat(60),
      fc.oneof(fc.constantFrom(...given), fc.string({ unit: 'binary', maxLength: 4 })),
    )
    .chain(([from, length, piece]) =>
      fc.constantFrom(
        text.slice(0, from) + piece + text.slice(from),
        text.slice(0, from) + piece + text.slice(from + length),
        text.slice(0, from + length) + text.slice(from),
        text.slice(from, from + length) + text.slice(0, from) + text.slice(from + length),
      ),
    );

/** Pieces to spoil XML with: its own tags, and what parsers trip over. */
export const pieces = (xml: string): readonly string[] => [
  ...new Set(xml.match(/<[^>]+>/g) ?? []),
  '<!-- -->',
  '<![CDATA[x]]>',
  '&amp;',
  '&#0;',
  '<!DOCTYPE x>',
  '<?x?>',
  ' ',
  ' xmlns:saml="urn:x"',
  '"',
];
