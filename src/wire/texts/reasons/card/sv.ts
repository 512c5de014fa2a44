// What a card or its certificate can be refused for, in words: Swedish.
import type { CardReason } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

export const svCardReasons: Readonly<Record<CardReason, ReasonText>> = {
  'card.noCertificate': {
    title: 'Vi kunde inte läsa något kort',
    meaning: 'Webbläsaren skickade inget certifikat från något kort. Vi kan inte se varför.',
    action: 'Gå igenom listan nedan och försök igen. Du behöver inte stänga webbläsaren.',
  },
  'card.expired': {
    title: 'Ditt kort har gått ut',
    meaning: 'Certifikatet på kortet gäller inte längre, så kortet går inte att logga in med.',
    action: 'Använd ett annat giltigt kort eller beställ ett nytt där du fick det här.',
  },
  'card.notYetValid': {
    title: 'Ditt kort har inte börjat gälla',
    meaning: 'Certifikatet på kortet börjar gälla först senare.',
    action: 'Försök igen då, eller använd ett annat kort. Är datumet fel, fråga där du fick kortet.',
  },
  'card.revoked': {
    title: 'Ditt kort är spärrat',
    meaning: 'Kortet har anmälts som borttappat, bytts ut eller avslutats. Det går inte att använda igen.',
    action: 'Använd ditt nya kort om du har fått ett. Kontakta annars supporten.',
  },
  'card.notHandedOver': {
    title: 'Ditt kort är inte i bruk än',
    meaning: 'Kortet är tillverkat, men ingen har noterat att du har fått det.',
    action: 'Kvittera kortet på dina egna sidor, eller fråga i den kortdisk där du fick det.',
  },
  'card.suspended': {
    title: 'Ditt kort är tillfälligt spärrat',
    meaning: 'Kortet är stoppat tills vidare. Det kan öppnas igen.',
    action: 'Använd ditt tillfälliga kort om du har ett. Gå annars till kortdisken eller kontakta supporten.',
  },
  'card.derivedEnded': {
    title: 'Enhetens certifikat gäller inte längre',
    meaning:
      'Det gjordes för ett arbetspass, efter att du loggat in med ditt kort. Passet, kortet bakom det eller enheten har avslutats.',
    action: 'Logga in med ditt kort. På dina egna sidor, under Mina enheter, kan du börja ett nytt pass på enheten.',
  },
  'card.revocationUnknown': {
    title: 'Vi kunde inte kontrollera ditt kort',
    meaning:
      'Vi måste se att kortet inte är spärrat, men kortutgivaren svarar inte. Det behöver inte vara fel på kortet.',
    action: 'Vänta en minut och försök igen. Kan du inte vänta, logga in på ett annat sätt.',
  },
  'card.unknownIssuer': {
    title: 'Vi känner inte igen kortets utgivare',
    meaning: 'Certifikatet som du valde kommer från en utgivare som inte är godkänd här.',
    action: 'Försök igen och välj certifikatet på ditt tjänstekort.',
  },
  'card.wrongPurpose': {
    title: 'Fel certifikat valdes',
    meaning: 'Ett kort har ofta flera certifikat. Det som du valde är till för underskrift, inte för inloggning.',
    action: 'Försök igen och välj certifikatet för legitimering.',
  },
  'card.wrongPolicy': {
    title: 'Kortet är inte godkänt här',
    meaning: 'Certifikatet fungerar, men det är av ett slag som inte godtas för den här inloggningen.',
    action: 'Försök igen med ett annat kort, eller logga in på ett annat sätt.',
  },
  'card.otherPopulation': {
    title: 'Det behövs ett annat slags kort',
    meaning: 'Certifikatet fungerar, men inte här: kortet kan vara av ett enklare slag eller inte vara personligt.',
    action: 'Försök igen och välj certifikatet på det kort som efterfrågas.',
  },
  'card.weak': {
    title: 'Kortet är inte säkert nog',
    meaning: 'Certifikatet bygger på gammal teknik som inte längre skyddar dig.',
    action: 'Beställ ett nytt kort. Logga in på ett annat sätt så länge.',
  },
  'card.malformed': {
    title: 'Vi kunde inte läsa kortets certifikat',
    meaning: 'Det finns fel i certifikatet, så vi kan inte lita på det.',
    action: 'Ta ut kortet, sätt i det igen och försök på nytt. Kontakta supporten om felet kommer tillbaka.',
  },
  'card.identifier': {
    title: 'Kortet säger inte vem du är',
    meaning: 'Certifikatet saknar den identitet som vi letar efter, så vi kan inte hitta dig.',
    action: 'Försök igen med ett annat certifikat på kortet. Kontakta supporten om det inte hjälper.',
  },
};
