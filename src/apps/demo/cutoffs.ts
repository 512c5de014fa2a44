// Ways to log in that end in the demo: one that is required, as the core record always was, and one that is planned.
import { coreRecordClient, ehrClient } from './place.ts';

export const demoCutoffs = [
  {
    id: 'core-record-without-passwords',
    text: {
      en: 'The core record takes cards alone.',
      sv: 'Patientöversikten tar bara kort.',
      nb: 'Kjernejournalen tar bare kort.',
      nn: 'Kjernejournalen tek berre kort.',
      nl: 'Het landelijk dossier neemt alleen passen aan.',
    },
    owner: 'National core record',
    applications: [coreRecordClient],
    methods: ['password'],
    state: 'required',
    from: '2026-09-01',
    order: [
      {
        when: { roles: ['nurse', 'doctor'] },
        text: {
          en: 'An advanced card, from the card office of your hospital',
          sv: 'Ett avancerat kort, från sjukhusets kortkontor',
          nb: 'Et avansert kort, fra kortkontoret på sykehuset ditt',
          nn: 'Eit avansert kort, frå kortkontoret på sjukehuset ditt',
          nl: 'Een geavanceerde pas, bij het pasbureau van uw ziekenhuis',
        },
      },
    ],
  },
  {
    id: 'ehr-without-passwords',
    text: {
      en: 'Passwords are to end in the EHR.',
      sv: 'Lösenord ska upphöra i Journalen.',
      nb: 'Passord skal opphøre i Journalen.',
      nn: 'Passord skal opphøyre i Journalen.',
      nl: 'Wachtwoorden verdwijnen uit het EPD.',
    },
    owner: 'Information security',
    applications: [ehrClient],
    organisations: ['demo-region'],
    methods: ['password'],
    state: 'planned',
    order: [],
  },
];
