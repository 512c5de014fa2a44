// What Cosmic Link says beside the words of all demo applications.
import type { Locale } from '../../../wire/codes/index.ts';

interface LinkTexts {
  /** Before the organisation that the person comes from. */
  readonly from: string;
  readonly attributes: string;
  readonly assertion: string;
  readonly protection: (bothSigned: boolean, encrypted: boolean) => string;
}

const en: LinkTexts = {
  from: 'From',
  attributes: 'Attributes: who logged in, and from where',
  assertion: 'Assertion: how, by whom, in which session',
  protection: (signed, encrypted) =>
    `${signed ? 'The hub signed the answer and the assertion.' : 'Not every part was signed.'} ${encrypted ? 'The assertion was encrypted to Cosmic Link.' : 'The assertion was not encrypted.'}`,
};

const sv: LinkTexts = {
  from: 'Från',
  attributes: 'Attribut: vem som loggade in, och varifrån',
  assertion: 'Intyg: hur, av vem, i vilken session',
  protection: (signed, encrypted) =>
    `${signed ? 'Navet signerade svaret och intyget.' : 'Alla delar var inte signerade.'} ${encrypted ? 'Intyget var krypterat till Cosmic Link.' : 'Intyget var inte krypterat.'}`,
};

const nb: LinkTexts = {
  from: 'Fra',
  attributes: 'Attributter: hvem som logget inn, og hvor fra',
  assertion: 'Billett: hvordan, av hvem, i hvilken økt',
  protection: (signed, encrypted) =>
    `${signed ? 'Navet signerte svaret og billetten.' : 'Ikke alle deler var signert.'} ${encrypted ? 'Billetten var kryptert til Cosmic Link.' : 'Billetten var ikke kryptert.'}`,
};

const nn: LinkTexts = {
  from: 'Frå',
  attributes: 'Attributt: kven som logga inn, og kvar frå',
  assertion: 'Billett: korleis, av kven, i kva økt',
  protection: (signed, encrypted) =>
    `${signed ? 'Navet signerte svaret og billetten.' : 'Ikkje alle delar var signerte.'} ${encrypted ? 'Billetten var kryptert til Cosmic Link.' : 'Billetten var ikkje kryptert.'}`,
};

const nl: LinkTexts = {
  from: 'Van',
  attributes: 'Attributen: wie heeft ingelogd, en waarvandaan',
  assertion: 'Ticket: hoe, door wie, in welke sessie',
  protection: (signed, encrypted) =>
    `${signed ? 'De hub heeft het antwoord en het ticket ondertekend.' : 'Niet elk deel was ondertekend.'} ${encrypted ? 'Het ticket was versleuteld voor Cosmic Link.' : 'Het ticket was niet versleuteld.'}`,
};

export const linkTexts: Readonly<Record<Locale, LinkTexts>> = { sv, nb, nn, en, nl };
