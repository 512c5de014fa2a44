// What a card or its certificate can be refused for, in words: Norwegian bokmål.
import type { CardReason } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

export const nbCardReasons: Readonly<Record<CardReason, ReasonText>> = {
  'card.noCertificate': {
    title: 'Vi fikk ikke lest noe kort',
    meaning: 'Nettleseren sendte ikke noe sertifikat fra et kort. Vi kan ikke se hvorfor.',
    action: 'Gå gjennom listen nedenfor og prøv igjen. Du trenger ikke å lukke nettleseren.',
  },
  'card.expired': {
    title: 'Kortet ditt er utløpt',
    meaning: 'Sertifikatet på kortet er ikke lenger gyldig, så kortet kan ikke brukes til å logge inn.',
    action: 'Bruk et annet gyldig kort, eller bestill et nytt der du fikk dette.',
  },
  'card.notYetValid': {
    title: 'Kortet ditt er ikke gyldig ennå',
    meaning: 'Sertifikatet på kortet blir gyldig først senere.',
    action: 'Prøv igjen da, eller bruk et annet kort. Er datoen feil, spør der du fikk kortet.',
  },
  'card.revoked': {
    title: 'Kortet ditt er sperret',
    meaning: 'Kortet er meldt tapt, byttet ut eller avsluttet. Det kan ikke brukes igjen.',
    action: 'Bruk det nye kortet hvis du har fått et. Kontakt ellers brukerstøtte.',
  },
  'card.notHandedOver': {
    title: 'Kortet ditt er ikke tatt i bruk ennå',
    meaning: 'Kortet er laget, men ingen har notert at du har fått det.',
    action: 'Kvitter for kortet på dine egne sider, eller spør i kortskranken der du fikk det.',
  },
  'card.suspended': {
    title: 'Kortet ditt er midlertidig sperret',
    meaning: 'Kortet er stanset inntil videre. Det kan åpnes igjen.',
    action: 'Bruk det midlertidige kortet hvis du har et. Gå ellers til kortskranken eller kontakt brukerstøtte.',
  },
  'card.derivedEnded': {
    title: 'Enhetens sertifikat gjelder ikke lenger',
    meaning:
      'Det ble laget for én vakt, etter at du logget inn med kortet ditt. Vakten, kortet bak det eller enheten er avsluttet.',
    action: 'Logg inn med kortet ditt. På dine egne sider, under Mine enheter, kan du begynne en ny vakt på enheten.',
  },
  'card.revocationUnknown': {
    title: 'Vi kunne ikke kontrollere kortet ditt',
    meaning:
      'Vi må se at kortet ikke er sperret, men kortutstederen svarer ikke. Det trenger ikke være feil på kortet.',
    action: 'Vent et minutt og prøv igjen. Kan du ikke vente, logg inn på en annen måte.',
  },
  'card.unknownIssuer': {
    title: 'Vi kjenner ikke utstederen av kortet',
    meaning: 'Sertifikatet du valgte, kommer fra en utsteder som ikke er godkjent her.',
    action: 'Prøv igjen og velg sertifikatet på ansattkortet ditt.',
  },
  'card.wrongPurpose': {
    title: 'Feil sertifikat ble valgt',
    meaning: 'Et kort har ofte flere sertifikater. Det du valgte, er til signering og ikke til innlogging.',
    action: 'Prøv igjen og velg sertifikatet for autentisering.',
  },
  'card.wrongPolicy': {
    title: 'Kortet er ikke godkjent her',
    meaning: 'Sertifikatet virker, men det er av en type som ikke godtas for denne innloggingen.',
    action: 'Prøv igjen med et annet kort, eller logg inn på en annen måte.',
  },
  'card.otherPopulation': {
    title: 'Du trenger en annen type kort',
    meaning: 'Sertifikatet virker, men ikke her: kortet kan være av en enklere type eller ikke være personlig.',
    action: 'Prøv igjen og velg sertifikatet på det kortet som det spørres etter.',
  },
  'card.weak': {
    title: 'Kortet er ikke sikkert nok',
    meaning: 'Sertifikatet bygger på gammel teknologi som ikke lenger beskytter deg.',
    action: 'Bestill et nytt kort. Logg inn på en annen måte så lenge.',
  },
  'card.malformed': {
    title: 'Vi kunne ikke lese sertifikatet på kortet',
    meaning: 'Det er feil i sertifikatet, så vi kan ikke stole på det.',
    action: 'Ta ut kortet, sett det inn og prøv igjen. Kontakt brukerstøtte hvis feilen kommer tilbake.',
  },
  'card.identifier': {
    title: 'Kortet sier ikke hvem du er',
    meaning: 'Sertifikatet mangler den identiteten vi ser etter, så vi kan ikke finne deg.',
    action: 'Prøv igjen med et annet sertifikat på kortet. Kontakt brukerstøtte hvis det ikke hjelper.',
  },
};
