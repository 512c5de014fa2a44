// What a password of an organisation's own directory can be refused for, in words: Swedish.
import type { DirectoryReason } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

export const svDirectoryReasons: Readonly<Record<DirectoryReason, ReasonText>> = {
  'directory.mustChange': {
    title: 'Ditt lösenord måste bytas först',
    meaning: 'Lösenordet var rätt, men din organisation kräver ett nytt innan du släpps in.',
    action: 'Byt det på en av din organisations datorer, eller kontakta supporten. Logga sedan in med det nya.',
  },
  'directory.notNow': {
    title: 'Du får inte logga in vid den här tiden',
    meaning: 'Lösenordet var rätt. Din organisation släpper in kontot bara vissa tider, och inte nu.',
    action: 'Logga in under dina tider, eller kontakta supporten om de är fel.',
  },
  'directory.notHere': {
    title: 'Du får inte logga in på det här sättet',
    meaning: 'Lösenordet var rätt, men din organisation släpper in kontot bara på vissa datorer eller på andra sätt.',
    action: 'Logga in med ditt kort, eller kontakta supporten.',
  },
  'directory.disabled': {
    title: 'Ditt konto är stängt',
    meaning: 'Lösenordet var rätt, men din organisation har stängt kontot.',
    action: 'Kontakta supporten eller din chef om du fortfarande ska ha tillgång.',
  },
  'directory.accountExpired': {
    title: 'Ditt konto har gått ut',
    meaning: 'Lösenordet var rätt, men kontot skulle sluta gälla en viss dag, och den dagen har passerat.',
    action: 'Kontakta din chef eller supporten för att få det förlängt.',
  },
  'directory.locked': {
    title: 'Kontot är låst',
    meaning: 'Det har varit för många fel lösenord, här eller på en dator, så din organisation har låst kontot en tid.',
    action: 'Vänta en stund eller kontakta supporten för att få det öppnat. Du kan logga in med ditt kort så länge.',
  },
  'directory.unavailable': {
    title: 'Katalogen svarar inte',
    meaning:
      'Lösenordet kunde inte kontrolleras, eftersom din organisations katalog inte går att nå just nu. Det beror inte på dig.',
    action: 'Logga in med ditt kort eller på ett annat sätt, eller försök igen om en liten stund.',
  },
};
