// What a login at another provider can be refused for, in words: Norwegian Bokmål.
import type { ReasonCode } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

type UpstreamReason = Extract<ReasonCode, `upstream.${string}`>;

export const nbUpstreamReasons: Readonly<Record<UpstreamReason, ReasonText>> = {
  'upstream.unavailable': {
    title: '{provider} svarer ikke akkurat nå',
    meaning: 'Innloggingstjenesten du valgte har en forstyrrelse eller kan ikke nås. Det er ikke din feil.',
    action: 'Logg inn på en annen måte, eller prøv igjen om en liten stund.',
  },
  'upstream.cancelled': {
    title: 'Innloggingen ble ikke fullført',
    meaning: 'Du avbrøt den, eller innloggingstjenesten slapp deg ikke inn.',
    action: 'Prøv igjen, eller logg inn på en annen måte.',
  },
  'upstream.invalid': {
    title: 'Vi kunne ikke stole på svaret',
    meaning: 'Innloggingstjenesten sendte et svar som ikke besto kontrollene våre, så ingen ble logget inn.',
    action: 'Prøv igjen. Skjer det igjen, kontakt brukerstøtten og oppgi koden.',
  },
  'upstream.levelTooLow': {
    title: 'En sterkere innlogging trengs',
    meaning: 'Du logget inn, men på en måte som ikke er sterk nok for det du vil åpne.',
    action: 'Prøv igjen og velg en sterkere måte, eller logg inn på en annen måte.',
  },
  'upstream.tooOld': {
    title: 'Du må logge inn på nytt',
    meaning: 'Innloggingstjenesten brukte en tidligere innlogging, og her trengs en ny.',
    action: 'Prøv igjen og logg inn på nytt når du blir bedt om det.',
  },
  'upstream.noPassive': {
    title: 'Du er ikke logget inn der',
    meaning: 'Innloggingstjenesten ble spurt om du er logget inn der, uten å spørre deg, og svarte nei.',
    action: 'Gå tilbake til tjenesten og logg inn derfra.',
  },
  'upstream.subject': {
    title: 'Vi fikk ikke vite hvem du er',
    meaning: 'Innloggingstjenesten slapp deg inn, men sendte ingen identitet som vi kan bruke.',
    action: 'Logg inn på en annen måte, eller kontakt brukerstøtten og oppgi koden.',
  },
  'upstream.testNumber': {
    title: 'Dette er en testidentitet',
    meaning: 'Du logget inn med en oppdiktet identitet, og her virker bare ekte.',
    action: 'Logg inn med din egen identitet.',
  },
  'upstream.loggedOut': {
    title: 'Du ble logget ut hos innloggingstjenesten',
    meaning: 'Innloggingen din der ble avsluttet, av deg eller av tjenesten selv, mens du var på vei inn her.',
    action: 'Logg inn på nytt.',
  },
  'upstream.levelNotOffered': {
    title: 'Så sterk innlogging finnes ikke der',
    meaning: '{provider} kan ikke logge deg inn så sterkt som det trengs for det du vil åpne.',
    action: 'Logg inn på en annen måte.',
  },
  'upstream.unknownThere': {
    title: '{provider} kjenner deg ikke igjen',
    meaning: 'Innloggingstjenesten har ingen bruker som passer til det du oppga.',
    action: 'Se etter at du valgte riktig organisasjon, eller logg inn på en annen måte.',
  },
  'upstream.otherOrganisation': {
    title: 'Svaret gjaldt en annen organisasjon',
    meaning: 'Innloggingstjenesten oppga en organisasjon som den ikke kan svare for, så ingen ble logget inn.',
    action: 'Velg din egen organisasjon, eller kontakt brukerstøtte og oppgi koden.',
  },
  'upstream.noMetadata': {
    title: '{provider} kan ikke brukes akkurat nå',
    meaning:
      'Det vi vet om innloggingstjenesten, er utløpt eller blir kontrollert, så vi stoler ikke på noe den sier. Det er ikke din feil.',
    action: 'Logg inn på en annen måte, eller kontakt brukerstøtten og oppgi koden.',
  },
};
