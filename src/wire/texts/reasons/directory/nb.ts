// What a password of an organisation's own directory can be refused for, in words: Norwegian Bokmål.
import type { DirectoryReason } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

export const nbDirectoryReasons: Readonly<Record<DirectoryReason, ReasonText>> = {
  'directory.mustChange': {
    title: 'Passordet ditt må byttes først',
    meaning: 'Passordet var riktig, men organisasjonen din krever et nytt før du slippes inn.',
    action: 'Bytt det på en av organisasjonens datamaskiner, eller kontakt brukerstøtte. Logg så inn med det nye.',
  },
  'directory.notNow': {
    title: 'Du kan ikke logge inn på dette tidspunktet',
    meaning: 'Passordet var riktig. Organisasjonen din slipper kontoen inn bare til visse tider, og ikke nå.',
    action: 'Logg inn innenfor tidene dine, eller kontakt brukerstøtte hvis de er feil.',
  },
  'directory.notHere': {
    title: 'Du kan ikke logge inn på denne måten',
    meaning:
      'Passordet var riktig, men organisasjonen din slipper kontoen inn bare på visse datamaskiner eller på andre måter.',
    action: 'Logg inn med kortet ditt, eller kontakt brukerstøtte.',
  },
  'directory.disabled': {
    title: 'Kontoen din er stengt',
    meaning: 'Passordet var riktig, men organisasjonen din har stengt kontoen.',
    action: 'Kontakt brukerstøtte eller lederen din hvis du fortsatt skal ha tilgang.',
  },
  'directory.accountExpired': {
    title: 'Kontoen din er utløpt',
    meaning: 'Passordet var riktig, men kontoen skulle slutte å gjelde en bestemt dag, og den dagen er forbi.',
    action: 'Kontakt lederen din eller brukerstøtte for å få den forlenget.',
  },
  'directory.locked': {
    title: 'Kontoen er låst',
    meaning:
      'Det har vært for mange feil passord, her eller på en datamaskin, så organisasjonen din har låst kontoen en stund.',
    action: 'Vent litt eller kontakt brukerstøtte for å få den åpnet. Du kan logge inn med kortet ditt så lenge.',
  },
  'directory.unavailable': {
    title: 'Katalogen svarer ikke',
    meaning:
      'Passordet kunne ikke kontrolleres, fordi katalogen til organisasjonen din ikke kan nås akkurat nå. Det er ikke din feil.',
    action: 'Logg inn med kortet ditt eller på en annen måte, eller prøv igjen om en liten stund.',
  },
};
