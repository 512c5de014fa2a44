// What a card or its certificate can be refused for, in words: Norwegian nynorsk.
import type { CardReason } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

export const nnCardReasons: Readonly<Record<CardReason, ReasonText>> = {
  'card.noCertificate': {
    title: 'Vi fekk ikkje lese noko kort',
    meaning: 'Nettlesaren sende ikkje noko sertifikat frå eit kort. Vi kan ikkje sjå kvifor.',
    action: 'Gå gjennom lista nedanfor og prøv igjen. Du treng ikkje å lukke nettlesaren.',
  },
  'card.expired': {
    title: 'Kortet ditt har gått ut',
    meaning: 'Sertifikatet på kortet er ikkje lenger gyldig, så kortet kan ikkje brukast til å logge inn.',
    action: 'Bruk eit anna gyldig kort, eller bestill eit nytt der du fekk dette.',
  },
  'card.notYetValid': {
    title: 'Kortet ditt er ikkje gyldig enno',
    meaning: 'Sertifikatet på kortet blir gyldig først seinare.',
    action: 'Prøv igjen då, eller bruk eit anna kort. Er datoen feil, spør der du fekk kortet.',
  },
  'card.revoked': {
    title: 'Kortet ditt er sperra',
    meaning: 'Kortet er meldt tapt, bytt ut eller avslutta. Det kan ikkje brukast igjen.',
    action: 'Bruk det nye kortet om du har fått eit. Kontakt elles brukarstøtta.',
  },
  'card.notHandedOver': {
    title: 'Kortet ditt er ikkje teke i bruk enno',
    meaning: 'Kortet er laga, men ingen har notert at du har fått det.',
    action: 'Kvitter for kortet på dine eigne sider, eller spør i kortskranken der du fekk det.',
  },
  'card.suspended': {
    title: 'Kortet ditt er mellombels sperra',
    meaning: 'Kortet er stansa inntil vidare. Det kan opnast att.',
    action: 'Bruk det mellombelse kortet om du har eit. Gå elles til kortskranken eller kontakt brukarstøtta.',
  },
  'card.derivedEnded': {
    title: 'Sertifikatet til eininga gjeld ikkje lenger',
    meaning:
      'Det vart laga for éi vakt, etter at du logga inn med kortet ditt. Vakta, kortet bak det eller eininga er avslutta.',
    action: 'Logg inn med kortet ditt. På dine eigne sider, under Einingane mine, kan du byrje ei ny vakt på eininga.',
  },
  'card.revocationUnknown': {
    title: 'Vi kunne ikkje kontrollere kortet ditt',
    meaning:
      'Vi må sjå at kortet ikkje er sperra, men kortutferdaren svarar ikkje. Det treng ikkje vere feil på kortet.',
    action: 'Vent eit minutt og prøv igjen. Kan du ikkje vente, logg inn på ein annan måte.',
  },
  'card.unknownIssuer': {
    title: 'Vi kjenner ikkje utferdaren av kortet',
    meaning: 'Sertifikatet du valde, kjem frå ein utferdar som ikkje er godkjend her.',
    action: 'Prøv igjen og vel sertifikatet på tilsettkortet ditt.',
  },
  'card.wrongPurpose': {
    title: 'Feil sertifikat vart valt',
    meaning: 'Eit kort har ofte fleire sertifikat. Det du valde, er til signering og ikkje til innlogging.',
    action: 'Prøv igjen og vel sertifikatet for autentisering.',
  },
  'card.wrongPolicy': {
    title: 'Kortet er ikkje godkjent her',
    meaning: 'Sertifikatet verkar, men det er av ein type som ikkje blir godteken for denne innlogginga.',
    action: 'Prøv igjen med eit anna kort, eller logg inn på ein annan måte.',
  },
  'card.otherPopulation': {
    title: 'Du treng ein annan type kort',
    meaning: 'Sertifikatet verkar, men ikkje her: kortet kan vere av ein enklare type eller ikkje vere personleg.',
    action: 'Prøv igjen og vel sertifikatet på det kortet det blir spurt etter.',
  },
  'card.weak': {
    title: 'Kortet er ikkje sikkert nok',
    meaning: 'Sertifikatet byggjer på gammal teknologi som ikkje lenger vernar deg.',
    action: 'Bestill eit nytt kort. Logg inn på ein annan måte så lenge.',
  },
  'card.malformed': {
    title: 'Vi kunne ikkje lese sertifikatet på kortet',
    meaning: 'Det er feil i sertifikatet, så vi kan ikkje stole på det.',
    action: 'Ta ut kortet, set det inn og prøv igjen. Kontakt brukarstøtta om feilen kjem tilbake.',
  },
  'card.identifier': {
    title: 'Kortet seier ikkje kven du er',
    meaning: 'Sertifikatet manglar den identiteten vi ser etter, så vi kan ikkje finne deg.',
    action: 'Prøv igjen med eit anna sertifikat på kortet. Kontakt brukarstøtta om det ikkje hjelper.',
  },
};
