// The words of a text as people look for them: in small letters, without accents, and with o for ø.

/** Letters that no decomposition takes apart, as people write them who do not have them. */
const plainLetters: Readonly<Record<string, string>> = {
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  đ: 'd',
  ł: 'l',
  þ: 'th',
  ð: 'd',
};

/** The words of a text in small letters without accents: what is typed and what is found are made alike. */
export function searchWords(text: string): readonly string[] {
  const folded = text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[øæœßđłþð]/g, (letter) => plainLetters[letter] ?? letter);
  return folded.match(/[\p{L}\p{N}]{1,64}/gu) ?? [];
}
