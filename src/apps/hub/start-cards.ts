// The walk's part with a card of one's own: ordered by Kari, made by Lars, and Siri's until it is ended.
import { join } from 'node:path';
import type { StartContent } from '../../edge/web/portal/index.ts';

type Steps = NonNullable<StartContent['steps']>;

/** Nothing where the demo has no authority that signs for cards. */
export function cardSteps({ caUrl, folder }: { caUrl: string | undefined; folder: string }): Steps {
  if (caUrl === undefined) return [];
  return [
    {
      href: '/cards/order',
      title: {
        en: 'Order a card for Siri, as Kari',
        sv: 'Beställ ett kort till Siri, som Kari',
        nb: 'Bestill et kort til Siri, som Kari',
        nn: 'Ting eit kort til Siri, som Kari',
        nl: 'Bestel als Kari een pas voor Siri',
      },
      text: {
        en: 'Kari’s simple card is enough (kari-simple.p12 on this page). Nobody orders or makes a card for themselves.',
        sv: 'Karis enkla kort räcker (kari-simple.p12 på den här sidan). Ingen beställer eller gör ett kort åt sig själv.',
        nb: 'Det enkle kortet til Kari er nok (kari-simple.p12 på denne siden). Ingen bestiller eller lager kort til seg selv.',
        nn: 'Det enkle kortet til Kari er nok (kari-simple.p12 på denne sida). Ingen tingar eller lagar kort til seg sjølv.',
        nl: 'Kari’s eenvoudige pas is genoeg (kari-simple.p12 op deze pagina). Niemand bestelt of maakt een pas voor zichzelf.',
      },
    },
    {
      href: '/cards/find',
      title: {
        en: 'Make it at the counter, as Lars',
        sv: 'Gör kortet vid disken, som Lars',
        nb: 'Lag det ved skranken, som Lars',
        nn: 'Lag det ved skranken, som Lars',
        nl: 'Maak hem aan de balie, als Lars',
      },
      text: {
        en: 'Log out, and come back with lars-simple.p12. Open Siri’s card, note what she showed, make a soft card, save the file and import it with its PIN.',
        sv: 'Logga ut och kom tillbaka med lars-simple.p12. Öppna Siris kort, notera vad hon visade, gör ett mjukt kort, spara filen och importera den med PIN-koden.',
        nb: 'Logg ut, og kom tilbake med lars-simple.p12. Åpne kortet til Siri, noter hva hun viste, lag et mykt kort, lagre filen og importer den med PIN-koden.',
        nn: 'Logg ut, og kom tilbake med lars-simple.p12. Opne kortet til Siri, noter kva ho viste, lag eit mjukt kort, lagre fila og importer ho med PIN-koden.',
        nl: 'Log uit en kom terug met lars-simple.p12. Open de pas van Siri, leg vast wat ze liet zien, maak een softwarepas, sla het bestand op en importeer het met de pincode.',
      },
    },
    {
      href: '/cards',
      title: {
        en: 'Sign for it and use it, as Siri',
        sv: 'Kvittera och använd det, som Siri',
        nb: 'Kvitter for det og bruk det, som Siri',
        nn: 'Kvitter for det og bruk det, som Siri',
        nl: 'Teken ervoor en gebruik hem, als Siri',
      },
      text: {
        en: 'Log in as siri, sign for the card, log out, and log in with it. Then end it as Lars, or make a temporary one: her login ends at once, and the next one says why. Her password is in:',
        sv: 'Logga in som siri, kvittera kortet, logga ut och logga in med det. Avsluta det sedan som Lars, eller gör ett tillfälligt: hennes inloggning avslutas genast, och nästa säger varför. Hennes lösenord finns i:',
        nb: 'Logg inn som siri, kvitter for kortet, logg ut, og logg inn med det. Avslutt det så som Lars, eller lag et midlertidig: innloggingen hennes avsluttes med en gang, og den neste sier hvorfor. Passordet hennes ligger i:',
        nn: 'Logg inn som siri, kvitter for kortet, logg ut, og logg inn med det. Avslutt det så som Lars, eller lag eit mellombels: innlogginga hennar blir avslutta med ein gong, og den neste seier kvifor. Passordet hennar ligg i:',
        nl: 'Log in als siri, teken voor de pas, log uit en log ermee in. Beëindig hem dan als Lars, of maak een tijdelijke: haar sessie eindigt meteen, en de volgende poging zegt waarom. Haar wachtwoord staat in:',
      },
      typed: [join(folder, 'secrets', 'siri.password')],
    },
  ];
}
