// The summary of the one patient that the demo core record knows: made up, in every language.
import type { Locale } from '../../../wire/codes/index.ts';
import type { PatientSummary } from './check-names.ts';

const rows: Readonly<Record<Locale, PatientSummary['rows']>> = {
  en: [
    { title: 'Allergies', content: 'Penicillin: rash (2011)' },
    { title: 'Medicines', content: 'Metoprolol 50 mg, one tablet in the morning' },
    { title: 'Critical information', content: 'Pacemaker since 2019' },
  ],
  sv: [
    { title: 'Allergier', content: 'Penicillin: hudutslag (2011)' },
    { title: 'Läkemedel', content: 'Metoprolol 50 mg, en tablett på morgonen' },
    { title: 'Viktig information', content: 'Pacemaker sedan 2019' },
  ],
  nb: [
    { title: 'Allergier', content: 'Penicillin: utslett (2011)' },
    { title: 'Legemidler', content: 'Metoprolol 50 mg, én tablett om morgenen' },
    { title: 'Kritisk informasjon', content: 'Pacemaker siden 2019' },
  ],
  nn: [
    { title: 'Allergiar', content: 'Penicillin: utslett (2011)' },
    { title: 'Legemiddel', content: 'Metoprolol 50 mg, éin tablett om morgonen' },
    { title: 'Kritisk informasjon', content: 'Pacemaker sidan 2019' },
  ],
  nl: [
    { title: 'Allergieën', content: 'Penicilline: huiduitslag (2011)' },
    { title: 'Medicijnen', content: 'Metoprolol 50 mg, één tablet in de ochtend' },
    { title: 'Belangrijke informatie', content: 'Pacemaker sinds 2019' },
  ],
};

export const summaryIn = (locale: Locale): PatientSummary => ({
  name: 'Gro Fiktivsen',
  born: 1951,
  rows: rows[locale],
});
