// What the EHR says of an answer of the core record's API, in every language: a missing check fails the type check.
import type { Locale } from '../../wire/codes/index.ts';
import type { CheckName } from './record-api/index.ts';

interface RecordTexts {
  readonly title: string;
  readonly refusedTitle: string;
  /** What was shown first, before a new login. */
  readonly earlier: (status: number, check: string) => string;
  readonly checks: string;
  readonly results: Readonly<Record<'passed' | 'failed' | 'notReached', string>>;
  readonly summary: string;
  readonly madeUp: string;
  readonly born: (year: number) => string;
  readonly ticket: string;
  readonly challenge: string;
  readonly back: string;
  readonly names: Readonly<Record<CheckName, string>>;
}

const en: RecordTexts = {
  title: 'A patient’s summary from the core record',
  refusedTitle: 'The core record did not answer',
  earlier: (status, check) =>
    `First the core record said no (${status}). It lacked this: ${check}. So the EHR asked for a new ticket, at the level and with the grounds that are needed.`,
  checks: 'What the core record checked',
  results: { passed: 'Passed', failed: 'Failed', notReached: 'Not looked at' },
  summary: 'Summary',
  madeUp: 'The patient is made up.',
  born: (year) => `born ${year}`,
  ticket: 'The ticket that the core record believed',
  challenge: 'What it said to the EHR',
  back: 'Back to the EHR',
  names: {
    scheme: 'The ticket comes with a proof of its key (DPoP), not as a bearer ticket',
    signature: 'The ticket is signed by the hub',
    type: 'It is an access token',
    issuer: 'The hub issued it',
    audience: 'It is for this API',
    time: 'It is valid now',
    proof: 'The proof is signed with the key that it names',
    proofRequest: 'The proof is for this request',
    proofTime: 'The proof is less than a minute old',
    proofToken: 'The proof is for this very ticket',
    key: 'The ticket is bound to the key of the proof',
    once: 'The proof was not used before',
    level: 'The login reached the level high',
    organisation: 'The organisation has an agreement with the core record',
    attest: 'The ticket says on what grounds',
    legalEntity: 'The grounds are of the same organisation',
    practitioner: 'The practitioner of the grounds is who logged in',
    purpose: 'The purpose is treatment',
  },
};

const sv: RecordTexts = {
  title: 'En patients översikt från Nationell patientöversikt',
  refusedTitle: 'Patientöversikten svarade inte',
  earlier: (status, check) =>
    `Först sade patientöversikten nej (${status}). Det här saknades: ${check}. Därför bad Journalen om en ny biljett, på den nivå och med den grund som behövs.`,
  checks: 'Det här kontrollerade patientöversikten',
  results: { passed: 'Godkänt', failed: 'Underkänt', notReached: 'Inte prövat' },
  summary: 'Översikt',
  madeUp: 'Patienten är påhittad.',
  born: (year) => `född ${year}`,
  ticket: 'Biljetten som patientöversikten litade på',
  challenge: 'Vad den svarade Journalen',
  back: 'Tillbaka till Journalen',
  names: {
    scheme: 'Biljetten kommer med bevis för sin nyckel (DPoP), inte som innehavarbiljett',
    signature: 'Biljetten är signerad av inloggningstjänsten',
    type: 'Det är en åtkomsttoken',
    issuer: 'Inloggningstjänsten har utfärdat den',
    audience: 'Den gäller det här API:et',
    time: 'Den gäller nu',
    proof: 'Beviset är signerat med nyckeln som det anger',
    proofRequest: 'Beviset gäller den här förfrågan',
    proofTime: 'Beviset är yngre än en minut',
    proofToken: 'Beviset gäller just den här biljetten',
    key: 'Biljetten är bunden till bevisets nyckel',
    once: 'Beviset har inte använts förut',
    level: 'Inloggningen nådde nivån hög',
    organisation: 'Organisationen har avtal med patientöversikten',
    attest: 'Biljetten anger grunden för åtkomst',
    legalEntity: 'Grunden gäller samma organisation',
    practitioner: 'Vårdpersonen i grunden är den som loggade in',
    purpose: 'Syftet är vård och behandling',
  },
};

const nb: RecordTexts = {
  title: 'Sammendrag for en pasient fra Kjernejournal',
  refusedTitle: 'Kjernejournalen svarte ikke',
  earlier: (status, check) =>
    `Først sa kjernejournalen nei (${status}). Dette manglet: ${check}. Derfor ba Journalen om en ny billett, på nivået og med grunnlaget som trengs.`,
  checks: 'Dette kontrollerte kjernejournalen',
  results: { passed: 'Godkjent', failed: 'Ikke godkjent', notReached: 'Ikke vurdert' },
  summary: 'Sammendrag',
  madeUp: 'Pasienten er oppdiktet.',
  born: (year) => `født ${year}`,
  ticket: 'Billetten som kjernejournalen stolte på',
  challenge: 'Hva den svarte Journalen',
  back: 'Tilbake til Journalen',
  names: {
    scheme: 'Billetten kommer med bevis for nøkkelen sin (DPoP), ikke som ihendehaverbillett',
    signature: 'Billetten er signert av innloggingstjenesten',
    type: 'Det er et tilgangstoken',
    issuer: 'Innloggingstjenesten har utstedt den',
    audience: 'Den gjelder dette API-et',
    time: 'Den gjelder nå',
    proof: 'Beviset er signert med nøkkelen som det oppgir',
    proofRequest: 'Beviset gjelder denne forespørselen',
    proofTime: 'Beviset er under ett minutt gammelt',
    proofToken: 'Beviset gjelder nettopp denne billetten',
    key: 'Billetten er bundet til nøkkelen i beviset',
    once: 'Beviset er ikke brukt før',
    level: 'Innloggingen nådde nivået høyt',
    organisation: 'Virksomheten har avtale med kjernejournalen',
    attest: 'Billetten sier på hvilket grunnlag',
    legalEntity: 'Grunnlaget gjelder samme virksomhet',
    practitioner: 'Helsepersonellet i grunnlaget er den som logget inn',
    purpose: 'Formålet er behandling',
  },
};

const nn: RecordTexts = {
  title: 'Samandrag for ein pasient frå Kjernejournal',
  refusedTitle: 'Kjernejournalen svara ikkje',
  earlier: (status, check) =>
    `Først sa kjernejournalen nei (${status}). Dette mangla: ${check}. Difor bad Journalen om ein ny billett, på nivået og med grunnlaget som trengst.`,
  checks: 'Dette kontrollerte kjernejournalen',
  results: { passed: 'Godkjent', failed: 'Ikkje godkjent', notReached: 'Ikkje vurdert' },
  summary: 'Samandrag',
  madeUp: 'Pasienten er oppdikta.',
  born: (year) => `fødd ${year}`,
  ticket: 'Billetten som kjernejournalen stolte på',
  challenge: 'Kva han svara Journalen',
  back: 'Tilbake til Journalen',
  names: {
    scheme: 'Billetten kjem med prov for nøkkelen sin (DPoP), ikkje som ihendehavarbillett',
    signature: 'Billetten er signert av innloggingstenesta',
    type: 'Det er eit tilgangstoken',
    issuer: 'Innloggingstenesta har skrive han ut',
    audience: 'Han gjeld dette API-et',
    time: 'Han gjeld no',
    proof: 'Provet er signert med nøkkelen som det oppgir',
    proofRequest: 'Provet gjeld denne førespurnaden',
    proofTime: 'Provet er under eitt minutt gammalt',
    proofToken: 'Provet gjeld nettopp denne billetten',
    key: 'Billetten er bunden til nøkkelen i provet',
    once: 'Provet er ikkje brukt før',
    level: 'Innlogginga nådde nivået høgt',
    organisation: 'Verksemda har avtale med kjernejournalen',
    attest: 'Billetten seier på kva grunnlag',
    legalEntity: 'Grunnlaget gjeld same verksemd',
    practitioner: 'Helsepersonellet i grunnlaget er den som logga inn',
    purpose: 'Føremålet er behandling',
  },
};

const nl: RecordTexts = {
  title: 'Samenvatting van een patiënt uit het landelijk dossier',
  refusedTitle: 'Het landelijk dossier gaf geen antwoord',
  earlier: (status, check) =>
    `Eerst zei het landelijk dossier nee (${status}). Dit ontbrak: ${check}. Daarom vroeg het EPD om een nieuw ticket, op het niveau en met de grond die nodig zijn.`,
  checks: 'Wat het landelijk dossier controleerde',
  results: { passed: 'In orde', failed: 'Niet in orde', notReached: 'Niet bekeken' },
  summary: 'Samenvatting',
  madeUp: 'De patiënt is verzonnen.',
  born: (year) => `geboren in ${year}`,
  ticket: 'Het ticket dat het landelijk dossier vertrouwde',
  challenge: 'Wat het aan het EPD antwoordde',
  back: 'Terug naar het EPD',
  names: {
    scheme: 'Het ticket komt met een bewijs van zijn sleutel (DPoP), niet als ticket aan toonder',
    signature: 'Het ticket is ondertekend door de inlogdienst',
    type: 'Het is een toegangstoken',
    issuer: 'De inlogdienst gaf het uit',
    audience: 'Het is voor deze API',
    time: 'Het is nu geldig',
    proof: 'Het bewijs is ondertekend met de sleutel die het noemt',
    proofRequest: 'Het bewijs is voor dit verzoek',
    proofTime: 'Het bewijs is minder dan een minuut oud',
    proofToken: 'Het bewijs is voor precies dit ticket',
    key: 'Het ticket is gebonden aan de sleutel van het bewijs',
    once: 'Het bewijs is niet eerder gebruikt',
    level: 'De aanmelding haalde het niveau hoog',
    organisation: 'De organisatie heeft een overeenkomst met het landelijk dossier',
    attest: 'Het ticket zegt op welke grond',
    legalEntity: 'De grond is van dezelfde organisatie',
    practitioner: 'De zorgverlener van de grond is wie inlogde',
    purpose: 'Het doel is behandeling',
  },
};

export const recordTexts: Readonly<Record<Locale, RecordTexts>> = { sv, nb, nn, en, nl };
