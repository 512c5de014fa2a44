// The walk's part with a municipality that logs its own people in: while it starts, when it is there, and when it is not.
import { join } from 'node:path';
import type { StartContent } from '../../edge/web/portal/index.ts';

type Steps = NonNullable<StartContent['steps']>;

/** `off`: this demo has none. */
export type MunicipalityState = 'off' | 'starting' | 'up' | 'ended';

export function municipalitySteps(
  state: MunicipalityState,
  { cosmicLinkUrl, ehrUrl, folder }: { cosmicLinkUrl: string; ehrUrl: string; folder: string },
): Steps {
  if (state === 'off') return [];
  const secret = (name: string) => join(folder, 'secrets', name);
  const title = {
    en: 'Open Cosmic Link as a municipality’s nurse',
    sv: 'Öppna Cosmic Link som sjuksköterska i en kommun',
    nb: 'Åpne Cosmic Link som sykepleier i en kommune',
    nn: 'Opne Cosmic Link som sjukepleiar i ein kommune',
    nl: 'Open Cosmic Link als verpleegkundige van een gemeente',
  };
  if (state === 'starting')
    return [
      {
        title,
        text: {
          en: 'The municipality’s own login service is still starting. Load this page again in half a minute.',
          sv: 'Kommunens egen inloggningstjänst håller på att starta. Läs in sidan igen om en halv minut.',
          nb: 'Kommunens egen innloggingstjeneste er ikke klar ennå. Last siden på nytt om et halvt minutt.',
          nn: 'Den eigne innloggingstenesta til kommunen er ikkje klar enno. Last sida på nytt om eit halvt minutt.',
          nl: 'De inlogdienst van de gemeente is nog aan het starten. Laad deze pagina over een halve minuut opnieuw.',
        },
      },
    ];
  if (state === 'ended')
    return [
      {
        title,
        text: {
          en: 'The municipality’s own login service is not running, so this step cannot be tried now. What it said is in:',
          sv: 'Kommunens egen inloggningstjänst är inte igång, så steget går inte att prova nu. Vad den sade finns i:',
          nb: 'Kommunens egen innloggingstjeneste kjører ikke, så dette kan ikke prøves nå. Det den sa, ligger i:',
          nn: 'Den eigne innloggingstenesta til kommunen køyrer ikkje, så dette kan ikkje prøvast no. Det ho sa, ligg i:',
          nl: 'De inlogdienst van de gemeente draait niet, dus deze stap kan nu niet. Wat hij meldde staat in:',
        },
        typed: [join(folder, 'municipality', 'log.txt')],
      },
    ];
  return [
    {
      href: `${cosmicLinkUrl}/`,
      title,
      text: {
        en: 'First log out everywhere. Then choose Fjordvik kommune, and log in there as berit. Cosmic Link shows who came, from which organisation, and at which level. Her password is in:',
        sv: 'Logga först ut överallt. Välj sedan Fjordvik kommune och logga in där som berit. Cosmic Link visar vem som kom, från vilken organisation och på vilken nivå. Hennes lösenord finns i:',
        nb: 'Logg først ut overalt. Velg så Fjordvik kommune, og logg inn der som berit. Cosmic Link viser hvem som kom, fra hvilken virksomhet og på hvilket nivå. Passordet hennes ligger i:',
        nn: 'Logg først ut overalt. Vel så Fjordvik kommune, og logg inn der som berit. Cosmic Link viser kven som kom, frå kva verksemd og på kva nivå. Passordet hennar ligg i:',
        nl: 'Log eerst overal uit. Kies dan Fjordvik kommune en log daar in als berit. Cosmic Link toont wie er kwam, van welke organisatie en op welk niveau. Haar wachtwoord staat in:',
      },
      typed: [secret('berit.password')],
    },
    {
      href: '/demo/directory',
      title: {
        en: 'See her account in the region’s directory',
        sv: 'Se hennes konto i regionens katalog',
        nb: 'Se kontoen hennes i regionens katalog',
        nn: 'Sjå kontoen hennar i katalogen til regionen',
        nl: 'Bekijk haar account in de directory van de regio',
      },
      text: {
        en: 'Cosmic Link stands on it. Her account appeared while she logged in, counts down ten minutes and closes by itself; a new login opens it again.',
        sv: 'Cosmic Link vilar på den. Hennes konto skapades medan hon loggade in, räknar ner tio minuter och stängs av sig självt; en ny inloggning öppnar det igen.',
        nb: 'Cosmic Link hviler på den. Kontoen hennes ble til mens hun logget inn, teller ned ti minutter og lukkes av seg selv; en ny innlogging åpner den igjen.',
        nn: 'Cosmic Link kviler på han. Kontoen hennar vart til medan ho logga inn, tel ned ti minutt og blir lukka av seg sjølv; ei ny innlogging opnar han igjen.',
        nl: 'Cosmic Link steunt erop. Haar account verscheen terwijl ze inlogde, telt tien minuten af en sluit vanzelf; een nieuwe aanmelding opent het weer.',
      },
    },
    {
      href: '/accounts',
      title: {
        en: 'Close it, as Kari',
        sv: 'Stäng det, som Kari',
        nb: 'Lukk den, som Kari',
        nn: 'Lukk han, som Kari',
        nl: 'Sluit het, als Kari',
      },
      text: {
        en: 'Log out, and log in with kari-simple.p12, which is on this page. The account says which rule and which login it exists by, and what has been done to it. Close it, look at the directory, and let Berit log in once more.',
        sv: 'Logga ut och logga in med kari-simple.p12, som finns på den här sidan. Kontot säger vilken regel och vilken inloggning det finns genom, och vad som har gjorts med det. Stäng det, titta i katalogen och låt Berit logga in en gång till.',
        nb: 'Logg ut, og logg inn med kari-simple.p12, som er på denne siden. Kontoen sier hvilken regel og hvilken innlogging den finnes ved, og hva som er gjort med den. Lukk den, se i katalogen, og la Berit logge inn en gang til.',
        nn: 'Logg ut, og logg inn med kari-simple.p12, som er på denne sida. Kontoen seier kva regel og kva innlogging han finst ved, og kva som er gjort med han. Lukk han, sjå i katalogen, og la Berit logge inn ein gong til.',
        nl: 'Log uit en log in met kari-simple.p12, die op deze pagina staat. Het account zegt door welke regel en welke aanmelding het er is, en wat ermee is gedaan. Sluit het, kijk in de directory en laat Berit nog eens inloggen.',
      },
    },
    {
      title: {
        en: 'Log out of everything',
        sv: 'Logga ut ur allt',
        nb: 'Logg ut av alt',
        nn: 'Logg ut av alt',
        nl: 'Log overal uit',
      },
      text: {
        en: 'In Cosmic Link, open My logins and log out there. The page shows each place that ended, the municipality among them. Log out everywhere in Cosmic Link does the same, and comes straight back.',
        sv: 'Öppna Mina inloggningar i Cosmic Link och logga ut där. Sidan visar varje plats som avslutades, också kommunen. Logga ut överallt i Cosmic Link gör detsamma och leder direkt tillbaka.',
        nb: 'Åpne Mine innlogginger i Cosmic Link, og logg ut der. Siden viser hvert sted som ble avsluttet, også kommunen. Logg ut overalt i Cosmic Link gjør det samme, og leder rett tilbake.',
        nn: 'Opne Mine innloggingar i Cosmic Link, og logg ut der. Sida viser kvar stad som vart avslutta, også kommunen. Logg ut overalt i Cosmic Link gjer det same, og leier rett tilbake.',
        nl: 'Open in Cosmic Link Mijn aanmeldingen en log daar uit. De pagina toont elke plek die is beëindigd, ook de gemeente. Overal uitloggen in Cosmic Link doet hetzelfde en leidt direct terug.',
      },
    },
    {
      href: `${ehrUrl}/`,
      title: {
        en: 'Come from a municipality that has left',
        sv: 'Kom från en kommun som har gått ur',
        nb: 'Kom fra en kommune som har gått ut',
        nn: 'Kom frå ein kommune som har gått ut',
        nl: 'Kom uit een gemeente die is vertrokken',
      },
      text: {
        en: 'Log in to the EHR through Utvik kommune as odd, then open Cosmic Link: Utvik is no member of its federation any more, and the hub says so. His password is in:',
        sv: 'Logga in i Journalen genom Utvik kommune som odd och öppna sedan Cosmic Link: Utvik är inte längre medlem i dess federation, och navet säger det. Hans lösenord finns i:',
        nb: 'Logg inn i Journalen gjennom Utvik kommune som odd, og åpne så Cosmic Link: Utvik er ikke lenger medlem av føderasjonen, og navet sier det. Passordet hans ligger i:',
        nn: 'Logg inn i Journalen gjennom Utvik kommune som odd, og opne så Cosmic Link: Utvik er ikkje lenger medlem av føderasjonen, og navet seier det. Passordet hans ligg i:',
        nl: 'Log via Utvik kommune als odd in bij het EPD en open dan Cosmic Link: Utvik is geen lid meer van de federatie, en de hub zegt dat. Zijn wachtwoord staat in:',
      },
      typed: [secret('odd.password')],
    },
  ];
}
