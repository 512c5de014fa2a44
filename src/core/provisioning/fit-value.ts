// Texts cut to what directories take, between letters as people see them: nobody's login fails for a long name.

/**
 * The longest value of what rules may say of a person, in UTF-16 units as Active Directory counts (MS-ADA1 to MS-ADA3 and MS-ADLS,
 * rangeUpper). What is not here is written as it is.
 */
const longest: Readonly<Record<string, number>> = {
  admindisplayname: 256,
  co: 128,
  company: 64,
  department: 64,
  description: 1024,
  displayname: 256,
  displaynameprintable: 256,
  division: 256,
  employeenumber: 512,
  employeetype: 256,
  facsimiletelephonenumber: 64,
  givenname: 64,
  info: 1024,
  initials: 6,
  l: 128,
  mail: 256,
  middlename: 64,
  mobile: 64,
  personaltitle: 64,
  physicaldeliveryofficename: 128,
  postalcode: 40,
  sn: 64,
  st: 128,
  streetaddress: 1024,
  telephonenumber: 64,
  title: 128,
};

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The text as the attribute takes it: halves of letters made whole, and cut where a letter ends. */
export function fittedValue(attribute: string, text: string): string {
  const whole = text.toWellFormed();
  const most = longest[attribute.toLowerCase()];
  if (most === undefined || whole.length <= most) return whole;
  let end = 0;
  for (const { index, segment } of graphemes.segment(whole)) {
    if (index + segment.length > most) break;
    end = index + segment.length;
  }
  // A letter may be longer than the attribute: a heap of accents.
  return (end === 0 ? whole.slice(0, most).toWellFormed() : whole.slice(0, end)).trimEnd();
}
