// What happened, what it means and what to do, for every reason code: Norwegian nynorsk.

import { nnCardReasons } from './card/nn.ts';
import { nnDirectoryReasons } from './directory/nn.ts';
import type { ReasonTexts } from './en.ts';
import { nnUpstreamReasons } from './upstream/nn.ts';

export const nnReasons: ReasonTexts = {
  ...nnCardReasons,
  ...nnDirectoryReasons,
  ...nnUpstreamReasons,
  'password.wrong': {
    title: 'Feil brukarnamn eller passord',
    meaning: 'Brukarnamnet og passordet høyrer ikkje saman. Sjekk at Caps Lock er av.',
    action: 'Prøv igjen. Har du gløymt passordet, kontakt brukarstøtta.',
  },
  'password.delayed': {
    title: 'Vent før du prøver igjen',
    meaning: 'Fleire forsøk med dette brukarnamnet har slått feil. Pausen vernar deg, kontoen er ikkje låst.',
    action: 'Prøv igjen om {wait}, eller logg inn med kortet ditt.',
  },
  'password.addressDelayed': {
    title: 'For mange mislukka forsøk herifrå',
    meaning: 'Mange forsøk med ulike brukarnamn har slått feil frå nettet ditt, så passord er sette på pause no.',
    action: 'Prøv igjen om {wait}, eller logg inn med kortet ditt.',
  },
  'person.unknown': {
    title: 'Du er ikkje registrert her',
    meaning: 'Innlogginga verka, men ho høyrer ikkje til nokon vi kjenner.',
    action: 'Be leiaren din eller brukarstøtta om å registrere deg, og gi dei koden nedanfor.',
  },
  'person.closed': {
    title: 'Tilgangen din er avslutta',
    meaning: 'Du er registrert, men ikkje lenger aktiv. Eit arbeidsforhold kan vere avslutta.',
    action: 'Er dette feil, kontakt leiaren din eller brukarstøtta.',
  },
  'person.otherThanSession': {
    title: 'Dette er innlogginga til ein annan person',
    meaning: 'Nokon andre er logga inn på denne maskina, og innlogginga du nettopp gjorde, høyrer ikkje til dei.',
    action: 'Vel «Ikkje deg?» for å logge inn som deg sjølv, eller avbryt.',
  },
  'link.taken': {
    title: 'Denne innlogginga høyrer til nokon andre',
    meaning: 'Ho er allereie kopla til ein annan person her. To personar blir aldri slått saman til éin.',
    action: 'Er ho di? Kontakt brukarstøtta med koden nedanfor. Dei ser kva som er kopla, og kan rette det.',
  },
  'link.already': {
    title: 'Denne innlogginga er allereie di',
    meaning: 'Du kan logge inn med ho, og ingenting treng å leggjast til.',
    action: 'Gå tilbake til dine eigne sider.',
  },
  'link.otherNumber': {
    title: 'Denne innlogginga er ein annan person si',
    meaning: 'Innloggingstenesta sende eit fødselsnummer som ikkje er det du er registrert med.',
    action: 'Bruk ei eiga innlogging. Er nummeret ditt feil her, kontakt brukarstøtta med koden nedanfor.',
  },
  'link.noIdentity': {
    title: 'Denne innlogginga kan ikkje leggjast til',
    meaning: 'Innloggingstenesta sende ingen identitet som kan koplast til deg.',
    action: 'Vel ei anna innlogging, eller kontakt brukarstøtta med koden nedanfor.',
  },
  'link.sessionChanged': {
    title: 'Innlogginga di her er endra',
    meaning:
      'Du vart logga ut, eller logga inn på nytt, medan du la til ei innlogging. For tryggleiken din vart ingenting lagt til.',
    action: 'Gå tilbake til dine eigne sider og begynn på nytt.',
  },
  'link.unknown': {
    title: 'Denne innlogginga er ikkje mellom dine',
    meaning: 'Ho er allereie fjerna, eller ho høyrer ikkje til deg.',
    action: 'Opne dine eigne sider igjen for å sjå kva for innloggingar du har no.',
  },
  'link.given': {
    title: 'Organisasjonen din har registrert denne innlogginga',
    meaning: 'Du kan ikkje fjerne ho sjølv.',
    action: 'Er ho feil, kontakt leiaren din eller brukarstøtta.',
  },
  'link.last': {
    title: 'Dette er den siste innlogginga di',
    meaning: 'Utan ho kunne du ikkje logge inn meir.',
    action: 'Legg først til ei anna innlogging. Deretter kan du fjerne denne.',
  },
  'policy.denied': {
    title: 'Du har ikkje tilgang',
    meaning: 'Ein regel for tenesta eller for verksemda di tillèt ikkje denne innlogginga.',
    action: 'Treng du tilgang i arbeidet, kontakt leiaren din eller brukarstøtta.',
  },
  'policy.notLoggedIn': {
    title: 'Ingen er logga inn enno',
    meaning: 'Her må du vise kven du er.',
    action: 'Logg inn på ein av måtane som er viste.',
  },
  'policy.assuranceTooLow': {
    title: 'Det trengst ei sterkare innlogging',
    meaning: 'Her må du vise kven du er på ein sikrare måte enn du har gjort så langt.',
    action: 'Logg inn på ein av måtane som er viste.',
  },
  'policy.methodNotAllowed': {
    title: 'Du må logge inn på ein annan måte',
    meaning: 'Ein regel seier kva måtar du kan bruke på denne maskina og i dette systemet.',
    action: 'Logg inn på ein av måtane som er viste.',
  },
  'policy.methodCutOff': {
    title: 'Denne innloggingsmåten blir ikkje brukt her lenger',
    meaning: 'Systemet slepp ikkje lenger inn nokon med innloggingsmåten du brukte.',
    action: 'Bestill det som er nemnt her, eller kontakt brukarstøtta.',
  },
  'policy.tooOld': {
    title: 'Det er på tide å logge inn på nytt',
    meaning: 'Det er for lenge sidan du logga inn for dette systemet.',
    action: 'Logg inn igjen for å gå vidare.',
  },
  'policy.fresh': {
    title: 'Stadfest at det er deg',
    meaning: 'Systemet ber deg om å logge inn no, sjølv om du allereie er logga inn.',
    action: 'Logg inn igjen for å gå vidare.',
  },
  'policy.noWayToReach': {
    title: 'Du kan ikkje logge inn sterkt nok her',
    meaning: 'Systemet krev ei sterkare innlogging enn nokon du kan bruke herifrå.',
    action: 'Kontakt brukarstøtta. Dei kan sjå kva du treng, til dømes eit anna kort.',
  },
  'source.notFound': {
    title: 'Katalogen kjenner deg ikkje enno',
    meaning: 'Vi spurde katalogen som verksemda di er i, og han har ingen med identiteten du viste.',
    action: 'Be administratoren av katalogen om å kontrollere at du er registrert med identiteten på kortet ditt.',
  },
  'source.noCommission': {
    title: 'Du har ikkje noko oppdrag som gir tilgang her',
    meaning: 'Du er i katalogen, men har ikkje noko oppdrag i ei verksemd som er med i denne innlogginga.',
    action: 'Be administratoren av katalogen om eit oppdrag i verksemda di, og logg inn igjen.',
  },
  'source.unavailable': {
    title: 'Personalkatalogen svarer ikkje',
    meaning: 'Vi må spørje han kven du er, og han svarer ikkje akkurat no. Du har ikkje gjort noko gale.',
    action: 'Prøv igjen om nokre minutt. Følg rutinen for driftsstans om det hastar.',
  },
  'source.contradiction': {
    title: 'Katalogen seier noko anna om deg',
    meaning:
      'Det du viste og det katalogen har stemmer ikkje overeins, så vi slepp ingen inn på det. Administratoren kan sjå det.',
    action: 'Kontakt brukarstøtte med koden.',
  },
  'policy.sourceGone': {
    title: 'Du har ikkje lenger noko oppdrag',
    meaning: 'Katalogen gir deg ikkje lenger noko oppdrag i ei verksemd som er med i denne innlogginga.',
    action: 'Be administratoren av katalogen om å kontrollere oppdraga dine og datoane deira.',
  },
  'policy.sourceSilent': {
    title: 'Det vi veit om deg er for gammalt',
    meaning: 'Personalkatalogen har ikkje svart på ei stund, og dette systemet godtek ikkje gamle opplysningar.',
    action: 'Prøv igjen om nokre minutt. Følg rutinen for driftsstans om det hastar.',
  },
  'policy.assignmentsConflict': {
    title: 'Du har to oppdrag som ikkje kan gjelde samstundes',
    meaning:
      'Ein regel held to av oppdraga dine frå kvarandre, fordi den som har det eine ikkje skal kjenne det som det andre gir tilgang til. Så lenge begge gjeld, slepp ingen av dei deg inn. Du har ikkje gjort noko gale, og dei andre oppdraga dine verkar som før.',
    action:
      'Be leiaren din, eller den som svarer for regelen, om å avslutte eitt av dei to. Logg inn att når det er avslutta.',
  },
  'policy.noAssignment': {
    title: 'Du manglar ei gyldig rolle',
    meaning: 'Systemet krev ei rolle i ei verksemd som gjeld no, og du har inga i dag.',
    action: 'Be leiaren din om å kontrollere rollene dine og datoane deira.',
  },
  'policy.notMember': {
    title: 'Systemet er ikkje for verksemda di',
    meaning: 'Berre nokre verksemder bruker det, og du har inga rolle i nokon av dei.',
    action: 'Skal du ha ei rolle der, spør leiaren din. Avbryt elles.',
  },
  'policy.providerNotMember': {
    title: 'Verksemda di er ikkje med i samarbeidet',
    meaning: 'Systemet er for verksemder som er med i ein føderasjon, og den du logga inn gjennom er ikkje med no.',
    action:
      'Har du ei rolle i ei anna verksemd, logg inn gjennom den. Spør elles IT-støtta i verksemda om medlemskapen.',
  },
  'policy.employerNotMember': {
    title: 'Du har inga rolle hos ein medlem',
    meaning:
      'Systemet er for verksemder som er med i ein føderasjon. Ingen av rollene dine er i ei slik verksemd no; det som står på kortet er ikkje nok.',
    action: 'Skal du ha ei rolle der, spør leiaren din. Avbryt elles.',
  },
  'policy.applicationClosed': {
    title: 'Systemet er stengt',
    meaning: 'Det tek ikkje lenger imot innloggingar gjennom denne tenesta.',
    action: 'Spør brukarstøtta kva du skal bruke i staden.',
  },
  'policy.cardRecheckFailed': {
    title: 'Kortet ditt kunne ikkje stadfestast',
    meaning: 'Vi kontrollerte kortet igjen medan du var logga inn, og kunne ikkje lenger godta det. Du er logga ut.',
    action: 'Logg inn igjen med eit gyldig kort.',
  },
  'policy.clientNotAllowed': {
    title: 'Systemet har ikkje lov til å bruke tenesta',
    meaning: 'Eigaren av ei teneste bak systemet har ikkje godkjent systemet for henne.',
    action: 'Gå tilbake og fortel brukarstøtta kva system det gjaldt. Dei kan spørje eigaren.',
  },
  'policy.organisationNotAllowed': {
    title: 'Tenesta er ikkje for verksemda di',
    meaning: 'Eigaren av ei teneste bak systemet slepper berre inn nokre verksemder, og di er ikkje mellom dei.',
    action: 'Arbeider du i ei av dei, logg inn igjen og vel den rolla. Spør elles leiaren din.',
  },
  'policy.roleNotAllowed': {
    title: 'Tenesta er ikkje for rolla di',
    meaning: 'Eigaren av ei teneste bak systemet slepper berre inn nokre roller eller yrke.',
    action: 'Har du ei anna rolle, logg inn igjen og vel henne. Treng du tenesta i arbeidet, spør leiaren din.',
  },
  'policy.networkNotAllowed': {
    title: 'Tenesta kan ikkje brukast herifrå',
    meaning: 'Eigaren av ei teneste bak systemet slepper berre inn frå nokre nett, og du er på eit anna.',
    action: 'Kople til nettet på arbeidsplassen og prøv igjen, eller bruk ein PC på jobben.',
  },
  'policy.outsideHours': {
    title: 'Tenesta er stengd no',
    meaning: 'Eigaren av ei teneste bak systemet har bestemt når ho kan brukast.',
    action: 'Prøv igjen innanfor dei tidene. Kan det ikkje vente, kontakt brukarstøtta.',
  },
  'account.refused': {
    title: 'Kontoen din kunne ikkje gjerast klar',
    meaning:
      'Programmet treng ein konto til deg i eit anna system, og det systemet tok ikkje imot han. Ingenting er halvferdig, og du har ikkje gjort noko gale.',
    action: 'Kontakt brukarstøtta og oppgje koden nedanfor. Dei ser nøyaktig kva som vart stoppa.',
  },
  'account.late': {
    title: 'Kontoen din er ikkje klar enno',
    meaning:
      'Programmet treng ein konto til deg i eit anna system. Han blir gjord klar no, og det tek lengre tid enn det skal.',
    action:
      'Prøv igjen om nokre minutt: det som er gjort klart, blir teke vare på. Skjer det igjen, kontakt brukarstøtta og oppgje koden nedanfor.',
  },
  'account.others': {
    title: 'Kontoen til nokon annan har nummeret ditt',
    meaning:
      'I systemet som programmet bruker, finst det alt ein konto med tilsettnummeret ditt, og han er ikkje laga av oss. Vi tek ikkje over kontoar.',
    action: 'Kontakt brukarstøtta og oppgje koden nedanfor, så dei kan finne ut kven kontoen høyrer til.',
  },
  'precondition.missing': {
    title: 'Du har ikkje fått tilgang enno',
    meaning: 'Systemet bak programmet kjenner deg ikkje enno. Du er logga inn og har ikkje gjort noko gale.',
    action:
      'Bestill det som står nedanfor. Når bestillinga er klar, trykkjer du på «Prøv igjen», eller loggar inn på nytt.',
  },
  'precondition.silent': {
    title: 'Vi kunne ikkje spørje om du får gå vidare',
    meaning:
      'Systemet bak programmet seier kven som får bruke det, og det svarer ikkje akkurat no. Det kjem ikkje av deg.',
    action: 'Prøv igjen om nokre minutt. Skjer det igjen, kontakt brukarstøtta og oppgje koden nedanfor.',
  },
  'precondition.noKey': {
    title: 'Du manglar nummeret som programmet kjenner folk igjen på',
    meaning: 'Systemet bak programmet kjenner personar igjen på HSA-ID, og ingen er skriven for oppdraget ditt.',
    action:
      'Kontakt brukarstøtta hos arbeidsgivaren din og oppgje koden nedanfor, så HSA-ID-en din blir skriven inn i oppdraget.',
  },
  'journey.unknown': {
    title: 'Innlogginga finst ikkje lenger',
    meaning: 'Sida høyrer til ei innlogging som er avslutta. Det kan vere ei gammal fane eller eit bokmerke.',
    action: 'Gå tilbake til systemet og logg inn derifrå.',
  },
  'journey.expired': {
    title: 'Innlogginga tok for lang tid',
    meaning: 'For din tryggleik må ei innlogging bli ferdig innan ei viss tid.',
    action: 'Gå tilbake til systemet og logg inn igjen.',
  },
  'journey.otherBrowser': {
    title: 'Innlogginga vart starta i ein annan nettlesar',
    meaning: 'Ei innlogging kan berre halde fram i den nettlesaren der ho starta.',
    action: 'Start på nytt frå systemet. Har nokon sendt deg lenkja, så lat vere å bruke henne.',
  },
  'journey.alreadyUsed': {
    title: 'Sida er allereie brukt',
    meaning: 'Du kan ha gått tilbake, trykt to gonger på knappen eller ha innlogginga open i to faner.',
    action: 'Hald fram der innlogginga er no, eller start på nytt frå systemet.',
  },
  'journey.cancelled': {
    title: 'Innlogginga vart avbroten',
    meaning: 'Du valde å avbryte og vart difor ikkje logga inn i systemet.',
    action: 'Gå tilbake til systemet om du vil logge inn.',
  },
  'journey.noCookie': {
    title: 'Nettlesaren sende ikkje informasjonskapselen vår',
    meaning: 'Innlogginga treng han. Han kan vere blokkert, eller sida vart opna frå ei lenkje ein annan stad.',
    action: 'Tillat informasjonskapslar for denne nettstaden og start på nytt frå systemet.',
  },
  'request.unknownApplication': {
    title: 'Vi kjenner ikkje systemet',
    meaning: 'Systemet som sende deg hit, er ikkje registrert hos oss. Du har ikkje gjort noko gale.',
    action: 'Kontakt brukarstøtta og sei kva system du kom frå.',
  },
  'request.redirectUri': {
    title: 'Adressa til systemet er ikkje registrert',
    meaning: 'Vi sender berre tilbake til adresser vi kjenner, og denne er ikkje mellom dei.',
    action: 'Kontakt brukarstøtta og sei kva system du kom frå.',
  },
  'request.malformed': {
    title: 'Vi forstod ikkje systemet',
    meaning: 'Systemet som sende deg hit, spurde på ein måte vi ikkje kan svare på. Du har ikkje gjort noko gale.',
    action: 'Prøv igjen frå systemet. Kontakt brukarstøtta om feilen kjem tilbake.',
  },
  'request.expired': {
    title: 'Førespurnaden er for gammal',
    meaning: 'Det tok for lang tid frå du starta i systemet, eller sida vart opna på nytt seinare.',
    action: 'Gå tilbake til systemet og logg inn igjen.',
  },
  'request.noMetadata': {
    title: 'Vi kan ikkje sleppe deg inn i systemet akkurat no',
    meaning:
      'Det vi veit om systemet som sende deg hit, er gått ut eller blir kontrollert. Du har ikkje gjort noko gale.',
    action: 'Prøv igjen om ei lita stund. Skjer det igjen, kontakt brukarstøtta og oppgi koden.',
  },
  internal: {
    title: 'Noko gjekk gale',
    meaning: 'Feilen ligg hos oss, ikkje hos deg.',
    action: 'Prøv igjen om ei stund. Kjem feilen tilbake, gi brukarstøtta koden nedanfor.',
  },
  notFound: {
    title: 'Sida finst ikkje',
    meaning: 'Adressa kan vere feilstava, eller sida kan vere flytta.',
    action: 'Kontroller adressa, eller gå til startsida.',
  },
  tooMany: {
    title: 'For mange forsøk',
    meaning: 'Det er gjort mange forsøk på kort tid, så det er ein pause.',
    action: 'Vent nokre minutt og prøv igjen.',
  },
  unavailable: {
    title: 'Innloggingstenesta svarar ikkje',
    meaning: 'Noko vi treng, verkar ikkje akkurat no. Vi kan ikkje logge inn nokon.',
    action: 'Prøv igjen om nokre minutt. Hastar det, følg naudrutinen dykkar.',
  },
  forbidden: {
    title: 'Vi kunne ikkje stadfeste at det var deg',
    meaning: 'Sida kan ha vore open lenge, eller det som vart sendt, kom ikkje frå sida.',
    action: 'Gå tilbake, last sida på nytt og prøv ein gong til.',
  },
  tooLarge: {
    title: 'For mykje vart sendt',
    meaning: 'Sida sende meir enn vi tek imot, så ingenting vart gjort.',
    action: 'Gå tilbake og prøv igjen med mindre.',
  },
};
