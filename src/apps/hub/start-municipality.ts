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
      title: {
        en: 'In Cosmic Link, log out everywhere',
        sv: 'Logga ut överallt i Cosmic Link',
        nb: 'Logg ut overalt i Cosmic Link',
        nn: 'Logg ut overalt i Cosmic Link',
        nl: 'Log in Cosmic Link overal uit',
      },
      text: {
        en: 'The hub ends its own session, the applications’ and the municipality’s, and tells you which.',
        sv: 'Navet avslutar sin egen session, systemens och kommunens, och säger vilka.',
        nb: 'Navet avslutter sin egen økt, systemenes og kommunens, og sier hvilke.',
        nn: 'Navet avsluttar si eiga økt, økta i systema og i kommunen, og seier kva for nokre.',
        nl: 'De hub beëindigt zijn eigen sessie, die van de toepassingen en die van de gemeente, en zegt welke.',
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
