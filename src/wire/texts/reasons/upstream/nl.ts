// What a login at another provider can be refused for, in words: Dutch.
import type { ReasonCode } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

type UpstreamReason = Extract<ReasonCode, `upstream.${string}`>;

export const nlUpstreamReasons: Readonly<Record<UpstreamReason, ReasonText>> = {
  'upstream.unavailable': {
    title: '{provider} antwoordt nu niet',
    meaning: 'De inlogdienst die u koos heeft een storing of is niet bereikbaar. Het ligt niet aan u.',
    action: 'Log op een andere manier in, of probeer het over een tijdje opnieuw.',
  },
  'upstream.cancelled': {
    title: 'Het inloggen is niet afgerond',
    meaning: 'U hebt het geannuleerd, of de inlogdienst heeft u niet toegelaten.',
    action: 'Probeer het opnieuw, of log op een andere manier in.',
  },
  'upstream.invalid': {
    title: 'We konden het antwoord niet vertrouwen',
    meaning: 'De inlogdienst stuurde een antwoord dat onze controles niet doorstond, dus er is niemand ingelogd.',
    action: 'Probeer het opnieuw. Gebeurt het weer, neem dan contact op met de helpdesk en noem de code.',
  },
  'upstream.levelTooLow': {
    title: 'Een sterkere inlog is nodig',
    meaning: 'U bent ingelogd, maar op een manier die niet sterk genoeg is voor wat u wilt openen.',
    action: 'Probeer het opnieuw en kies een sterkere manier, of log op een andere manier in.',
  },
  'upstream.tooOld': {
    title: 'U moet opnieuw inloggen',
    meaning: 'De inlogdienst gebruikte een eerdere inlog van u, en hier is een nieuwe nodig.',
    action: 'Probeer het opnieuw en log opnieuw in wanneer daarom wordt gevraagd.',
  },
  'upstream.noPassive': {
    title: 'U bent daar niet ingelogd',
    meaning:
      'Aan de inlogdienst is gevraagd of u daar bent ingelogd, zonder u iets te vragen, en het antwoord was nee.',
    action: 'Ga terug naar de toepassing en log van daaruit in.',
  },
  'upstream.subject': {
    title: 'We weten niet wie u bent',
    meaning: 'De inlogdienst liet u toe, maar stuurde geen identiteit die wij mogen gebruiken.',
    action: 'Log op een andere manier in, of neem contact op met de helpdesk en noem de code.',
  },
  'upstream.testNumber': {
    title: 'Dit is een testidentiteit',
    meaning: 'U bent ingelogd met een verzonnen identiteit, en hier werken alleen echte.',
    action: 'Log in met uw eigen identiteit.',
  },
  'upstream.loggedOut': {
    title: 'U bent uitgelogd bij de inlogdienst',
    meaning: 'Uw inlog daar is beëindigd, door u of door de dienst zelf, terwijl u hier aan het inloggen was.',
    action: 'Log opnieuw in.',
  },
  'upstream.levelNotOffered': {
    title: 'Zo sterk kunt u daar niet inloggen',
    meaning: '{provider} kan u niet zo sterk laten inloggen als nodig is voor wat u wilt openen.',
    action: 'Log op een andere manier in.',
  },
  'upstream.unknownThere': {
    title: '{provider} kent u niet',
    meaning: 'De inlogdienst heeft geen gebruiker die past bij wat u opgaf.',
    action: 'Controleer of u de juiste organisatie koos, of log op een andere manier in.',
  },
  'upstream.otherOrganisation': {
    title: 'Het antwoord ging over een andere organisatie',
    meaning: 'De inlogdienst noemde een organisatie waarvoor die niet mag antwoorden, dus niemand is ingelogd.',
    action: 'Kies uw eigen organisatie, of neem contact op met de helpdesk en geef de code door.',
  },
  'upstream.noMetadata': {
    title: '{provider} kan nu niet worden gebruikt',
    meaning:
      'Wat wij van de inlogdienst weten is verlopen of wordt nagekeken, dus wij vertrouwen niets van wat die zegt. Het ligt niet aan u.',
    action: 'Log op een andere manier in, of neem contact op met de helpdesk en noem de code.',
  },
};
