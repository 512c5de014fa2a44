// Code systems and registers of the trust framework: their identifiers, who answers for them, and texts of closed lists.

const oid = (suffix: string): string => `urn:oid:2.16.578.1.12.4.1.${suffix}`;

/** Registers that identifiers come from, with the authority that a ticket names. */
export const registers = {
  fNumber: { system: oid('4.1'), authority: 'https://www.skatteetaten.no' },
  dNumber: { system: oid('4.2'), authority: 'https://www.skatteetaten.no' },
  hNumber: { system: oid('4.3'), authority: undefined },
  hpr: { system: oid('4.4'), authority: 'https://www.helsedirektoratet.no/' },
  organisations: { system: oid('4.101'), authority: 'https://www.brreg.no' },
  departments: { system: oid('4.102'), authority: 'https://www.nhn.no' },
} as const;

export interface CodeSystem {
  readonly assigner: string;
  /** Code -> text, for lists that are closed; undefined: codes of this system are taken by their form. */
  readonly texts?: ReadonlyMap<string, string> | undefined;
}

const helsedirektoratet = 'https://www.helsedirektoratet.no/';
const open = (assigner: string): CodeSystem => ({ assigner });

/** Volven 9060, kategori helsepersonell. */
const professions: ReadonlyMap<string, string> = new Map([
  ['AA', 'Ambulansearbeider'],
  ['AT', 'Apotektekniker'],
  ['AU', 'Audiograf'],
  ['BI', 'Bioingeniør'],
  ['ET', 'Ergoterapeut'],
  ['FA1', 'Provisorfarmasøyt'],
  ['FA2', 'Reseptarfarmasøyt'],
  ['FB', 'Fiskehelsebiolog'],
  ['FO', 'Fotterapeut'],
  ['FT', 'Fysioterapeut'],
  ['HE', 'Helsesekretær'],
  ['HF', 'Helsefagarbeider'],
  ['HP', 'Hjelpepleier'],
  ['JO', 'Jordmor'],
  ['KE', 'Klinisk ernæringsfysiolog'],
  ['KI', 'Kiropraktor'],
  ['LE', 'Lege'],
  ['MT', 'Manuellterapeut'],
  ['NA', 'Naprapat'],
  ['OA', 'Omsorgsarbeider'],
  ['OI', 'Ortopediingeniør'],
  ['OP', 'Optiker'],
  ['OR', 'Ortoptist'],
  ['OS', 'Osteopat'],
  ['PE', 'Perfusjonist'],
  ['PM', 'Paramedisiner'],
  ['PS', 'Psykolog'],
  ['RA', 'Radiograf'],
  ['SP', 'Sykepleier'],
  ['TH', 'Tannhelsesekretær'],
  ['TL', 'Tannlege'],
  ['TP', 'Tannpleier'],
  ['TT', 'Tanntekniker'],
  ['VE', 'Veterinær'],
  ['VP', 'Vernepleier'],
]);

/** HL7 v3 PurposeOfUse, the four that the trust framework takes (ATT-38 to ATT-41). */
const purposes: ReadonlyMap<string, string> = new Map([
  ['TREAT', 'Behandling'],
  ['ETREAT', 'Øyeblikkelig hjelp'],
  ['COC', 'Koordinering av helsehjelp'],
  ['BTG', 'Overstyring av tilgangsregler'],
]);

/** By member of the attest: system -> what is known of it (ATT-32, ATT-37, ATT-38, ATT-45). */
export const codeSystems = {
  authorization: new Map<string, CodeSystem>([[oid('1.9060'), { assigner: helsedirektoratet, texts: professions }]]),
  healthcare_service: new Map<string, CodeSystem>(
    ['8451', '8627', '8655', '8662', '8663', '8664', '8666', '8668'].map((list) => [
      oid(`1.${list}`),
      open(helsedirektoratet),
    ]),
  ),
  purpose_of_use: new Map<string, CodeSystem>([
    ['urn:oid:2.16.840.1.113883.1.11.20448', { assigner: 'http://www.hl7.org/', texts: purposes }],
  ]),
  purpose_of_use_details: new Map<string, CodeSystem>([
    ['urn:AuditEventHL7Norway/CodeSystem/carerelation', open('https://www.hl7.no/')],
    [oid('1.9151'), open('https://www.volven.no/')],
  ]),
} as const;

export type CodedMember = keyof typeof codeSystems;

/** A code of a code system, as it is sent. */
export interface Coded {
  readonly code: string;
  readonly system: string;
}

/** What is known of a code's system, if it is one that the member takes and the code is in it. */
export function systemOf(member: CodedMember, { code, system }: Coded): CodeSystem | undefined {
  const known: CodeSystem | undefined = codeSystems[member].get(system);
  return known === undefined || known.texts?.has(code) === false ? undefined : known;
}
