// What a login at another provider can be refused for, in words: Norwegian Nynorsk.
import type { ReasonCode } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

type UpstreamReason = Extract<ReasonCode, `upstream.${string}`>;

export const nnUpstreamReasons: Readonly<Record<UpstreamReason, ReasonText>> = {
  'upstream.unavailable': {
    title: '{provider} svarar ikkje akkurat no',
    meaning: 'Innloggingstenesta du valde har ei forstyrring eller kan ikkje nåast. Det er ikkje din feil.',
    action: 'Logg inn på ein annan måte, eller prøv igjen om ei lita stund.',
  },
  'upstream.cancelled': {
    title: 'Innlogginga vart ikkje fullført',
    meaning: 'Du avbraut henne, eller innloggingstenesta sleppte deg ikkje inn.',
    action: 'Prøv igjen, eller logg inn på ein annan måte.',
  },
  'upstream.invalid': {
    title: 'Vi kunne ikkje stole på svaret',
    meaning: 'Innloggingstenesta sende eit svar som ikkje stod kontrollane våre, så ingen vart logga inn.',
    action: 'Prøv igjen. Skjer det igjen, kontakt brukarstøtta og oppgi koden.',
  },
  'upstream.levelTooLow': {
    title: 'Ei sterkare innlogging trengst',
    meaning: 'Du logga inn, men på ein måte som ikkje er sterk nok for det du vil opne.',
    action: 'Prøv igjen og vel ein sterkare måte, eller logg inn på ein annan måte.',
  },
  'upstream.tooOld': {
    title: 'Du må logge inn på nytt',
    meaning: 'Innloggingstenesta brukte ei tidlegare innlogging, og her trengst ei ny.',
    action: 'Prøv igjen og logg inn på nytt når du blir beden om det.',
  },
  'upstream.noPassive': {
    title: 'Du er ikkje logga inn der',
    meaning: 'Innloggingstenesta vart spurd om du er logga inn der, utan å spørje deg, og svarte nei.',
    action: 'Gå tilbake til tenesta og logg inn derifrå.',
  },
  'upstream.subject': {
    title: 'Vi fekk ikkje vite kven du er',
    meaning: 'Innloggingstenesta sleppte deg inn, men sende ingen identitet som vi kan bruke.',
    action: 'Logg inn på ein annan måte, eller kontakt brukarstøtta og oppgi koden.',
  },
  'upstream.testNumber': {
    title: 'Dette er ein testidentitet',
    meaning: 'Du logga inn med ein oppdikta identitet, og her verkar berre ekte.',
    action: 'Logg inn med din eigen identitet.',
  },
  'upstream.loggedOut': {
    title: 'Du vart logga ut hos innloggingstenesta',
    meaning: 'Innlogginga di der vart avslutta, av deg eller av tenesta sjølv, medan du var på veg inn her.',
    action: 'Logg inn på nytt.',
  },
  'upstream.levelNotOffered': {
    title: 'Så sterk innlogging finst ikkje der',
    meaning: '{provider} kan ikkje logge deg inn så sterkt som det trengst for det du vil opne.',
    action: 'Logg inn på ein annan måte.',
  },
  'upstream.unknownThere': {
    title: '{provider} kjenner deg ikkje att',
    meaning: 'Innloggingstenesta har ingen brukar som passar til det du oppgav.',
    action: 'Sjå etter at du valde rett organisasjon, eller logg inn på ein annan måte.',
  },
  'upstream.otherOrganisation': {
    title: 'Svaret galdt ein annan organisasjon',
    meaning: 'Innloggingstenesta oppgav ein organisasjon som ho ikkje kan svare for, så ingen vart logga inn.',
    action: 'Vel din eigen organisasjon, eller kontakt brukarstøtte og oppgi koden.',
  },
  'upstream.noMetadata': {
    title: '{provider} kan ikkje brukast akkurat no',
    meaning:
      'Det vi veit om innloggingstenesta, er gått ut eller blir kontrollert, så vi stolar ikkje på noko ho seier. Det er ikkje din feil.',
    action: 'Logg inn på ein annan måte, eller kontakt brukarstøtta og oppgi koden.',
  },
};
