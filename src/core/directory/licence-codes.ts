// Codes of licensed professions (code system 1.2.752.116.3.1.3) by the names that HSA writes, for answers that have the name alone.

const codes: Readonly<Record<string, string>> = {
  apotekare: 'AP',
  arbetsterapeut: 'AT',
  audionom: 'AU',
  barnmorska: 'BA',
  'biomedicinsk analytiker': 'BM',
  dietist: 'DT',
  fysioterapeut: 'FT',
  kiropraktor: 'KP',
  logoped: 'LG',
  läkare: 'LK',
  naprapat: 'NA',
  optiker: 'OP',
  ortopedingenjör: 'OT',
  psykolog: 'PS',
  psykoterapeut: 'PT',
  receptarie: 'RC',
  röntgensjuksköterska: 'RS',
  sjukhusfysiker: 'SF',
  sjuksköterska: 'SJ',
  tandhygienist: 'TH',
  tandläkare: 'TL',
};

/** The code of a licensed profession; a name that is not in the table stands for itself. */
export const licenceCodeOf = (name: string): string => codes[name.normalize('NFC').trim().toLowerCase()] ?? name.trim();
