// What a login at another provider can be refused for, in words: Swedish.
import type { ReasonCode } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

type UpstreamReason = Extract<ReasonCode, `upstream.${string}`>;

export const svUpstreamReasons: Readonly<Record<UpstreamReason, ReasonText>> = {
  'upstream.unavailable': {
    title: '{provider} svarar inte just nu',
    meaning: 'Inloggningstjänsten som du valde har en störning eller går inte att nå. Det beror inte på dig.',
    action: 'Logga in på ett annat sätt, eller försök igen om en liten stund.',
  },
  'upstream.cancelled': {
    title: 'Inloggningen slutfördes inte',
    meaning: 'Du avbröt den, eller så släppte inloggningstjänsten inte in dig.',
    action: 'Försök igen, eller logga in på ett annat sätt.',
  },
  'upstream.invalid': {
    title: 'Vi kunde inte lita på svaret',
    meaning: 'Inloggningstjänsten skickade ett svar som inte klarade våra kontroller, så ingen blev inloggad.',
    action: 'Försök igen. Händer det igen, kontakta supporten och uppge koden.',
  },
  'upstream.levelTooLow': {
    title: 'En starkare inloggning behövs',
    meaning: 'Du loggade in, men på ett sätt som inte är starkt nog för det du vill öppna.',
    action: 'Försök igen och välj ett starkare sätt, eller logga in på ett annat sätt.',
  },
  'upstream.tooOld': {
    title: 'Du behöver logga in på nytt',
    meaning: 'Inloggningstjänsten använde en tidigare inloggning, och här behövs en ny.',
    action: 'Försök igen och logga in på nytt när du blir ombedd.',
  },
  'upstream.noPassive': {
    title: 'Du är inte inloggad där',
    meaning: 'Inloggningstjänsten tillfrågades om du är inloggad där, utan att fråga dig, och svarade nej.',
    action: 'Gå tillbaka till tjänsten och logga in därifrån.',
  },
  'upstream.subject': {
    title: 'Vi fick inte veta vem du är',
    meaning: 'Inloggningstjänsten släppte in dig, men skickade ingen identitet som vi får använda.',
    action: 'Logga in på ett annat sätt, eller kontakta supporten och uppge koden.',
  },
  'upstream.testNumber': {
    title: 'Det här är en testidentitet',
    meaning: 'Du loggade in med en påhittad identitet, och här fungerar bara riktiga.',
    action: 'Logga in med din egen identitet.',
  },
  'upstream.loggedOut': {
    title: 'Du loggades ut hos inloggningstjänsten',
    meaning: 'Din inloggning där avslutades, av dig eller av tjänsten själv, medan du var på väg in här.',
    action: 'Logga in på nytt.',
  },
  'upstream.levelNotOffered': {
    title: 'Så stark inloggning finns inte där',
    meaning: '{provider} kan inte logga in dig så starkt som behövs för det du vill öppna.',
    action: 'Logga in på ett annat sätt.',
  },
  'upstream.unknownThere': {
    title: '{provider} känner inte igen dig',
    meaning: 'Inloggningstjänsten har ingen användare som passar till det du angav.',
    action: 'Kontrollera att du valde rätt organisation, eller logga in på ett annat sätt.',
  },
  'upstream.otherOrganisation': {
    title: 'Svaret gällde en annan organisation',
    meaning: 'Inloggningstjänsten angav en organisation som den inte får svara för, så ingen blev inloggad.',
    action: 'Välj din egen organisation, eller kontakta supporten och uppge koden.',
  },
  'upstream.noMetadata': {
    title: '{provider} går inte att använda just nu',
    meaning:
      'Det vi vet om inloggningstjänsten har gått ut eller kontrolleras, så vi litar inte på något som den säger. Det beror inte på dig.',
    action: 'Logga in på ett annat sätt, eller kontakta supporten och uppge koden.',
  },
};
