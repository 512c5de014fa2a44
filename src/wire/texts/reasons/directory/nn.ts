// What a password of an organisation's own directory can be refused for, in words: Norwegian Nynorsk.
import type { DirectoryReason } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

export const nnDirectoryReasons: Readonly<Record<DirectoryReason, ReasonText>> = {
  'directory.mustChange': {
    title: 'Passordet ditt må bytast først',
    meaning: 'Passordet var rett, men organisasjonen din krev eit nytt før du blir sleppt inn.',
    action: 'Byt det på ei av datamaskinene til organisasjonen, eller kontakt brukarstøtta. Logg så inn med det nye.',
  },
  'directory.notNow': {
    title: 'Du kan ikkje logge inn på dette tidspunktet',
    meaning: 'Passordet var rett. Organisasjonen din slepper kontoen inn berre til visse tider, og ikkje no.',
    action: 'Logg inn innanfor tidene dine, eller kontakt brukarstøtta dersom dei er feil.',
  },
  'directory.notHere': {
    title: 'Du kan ikkje logge inn på denne måten',
    meaning:
      'Passordet var rett, men organisasjonen din slepper kontoen inn berre på visse datamaskiner eller på andre måtar.',
    action: 'Logg inn med kortet ditt, eller kontakt brukarstøtta.',
  },
  'directory.disabled': {
    title: 'Kontoen din er stengd',
    meaning: 'Passordet var rett, men organisasjonen din har stengt kontoen.',
    action: 'Kontakt brukarstøtta eller leiaren din dersom du framleis skal ha tilgang.',
  },
  'directory.accountExpired': {
    title: 'Kontoen din har gått ut',
    meaning: 'Passordet var rett, men kontoen skulle slutte å gjelde ein viss dag, og den dagen er forbi.',
    action: 'Kontakt leiaren din eller brukarstøtta for å få han forlengd.',
  },
  'directory.locked': {
    title: 'Kontoen er låst',
    meaning:
      'Det har vore for mange feil passord, her eller på ei datamaskin, så organisasjonen din har låst kontoen ei stund.',
    action: 'Vent litt eller kontakt brukarstøtta for å få han opna. Du kan logge inn med kortet ditt så lenge.',
  },
  'directory.unavailable': {
    title: 'Katalogen svarar ikkje',
    meaning:
      'Passordet kunne ikkje kontrollerast, fordi katalogen til organisasjonen din ikkje kan nåast akkurat no. Det er ikkje din feil.',
    action: 'Logg inn med kortet ditt eller på ein annan måte, eller prøv igjen om ei lita stund.',
  },
};
