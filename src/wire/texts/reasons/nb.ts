// What happened, what it means and what to do, for every reason code: Norwegian bokmål.

import { nbCardReasons } from './card/nb.ts';
import { nbDirectoryReasons } from './directory/nb.ts';
import type { ReasonTexts } from './en.ts';
import { nbUpstreamReasons } from './upstream/nb.ts';

export const nbReasons: ReasonTexts = {
  ...nbCardReasons,
  ...nbDirectoryReasons,
  ...nbUpstreamReasons,
  'password.wrong': {
    title: 'Feil brukernavn eller passord',
    meaning: 'Brukernavnet og passordet hører ikke sammen. Sjekk at Caps Lock er av.',
    action: 'Prøv igjen. Har du glemt passordet, kontakt brukerstøtte.',
  },
  'password.delayed': {
    title: 'Vent før du prøver igjen',
    meaning: 'Flere forsøk med dette brukernavnet har slått feil. Pausen beskytter deg, kontoen er ikke låst.',
    action: 'Prøv igjen om {wait}, eller logg inn med kortet ditt.',
  },
  'password.addressDelayed': {
    title: 'For mange mislykkede forsøk herfra',
    meaning: 'Mange forsøk med ulike brukernavn har slått feil fra nettet ditt, så passord er satt på pause nå.',
    action: 'Prøv igjen om {wait}, eller logg inn med kortet ditt.',
  },
  'person.unknown': {
    title: 'Du er ikke registrert her',
    meaning: 'Innloggingen virket, men den hører ikke til noen vi kjenner.',
    action: 'Be lederen din eller brukerstøtte om å registrere deg, og gi dem koden nedenfor.',
  },
  'person.closed': {
    title: 'Tilgangen din er avsluttet',
    meaning: 'Du er registrert, men ikke lenger aktiv. Et arbeidsforhold kan være avsluttet.',
    action: 'Er dette feil, kontakt lederen din eller brukerstøtte.',
  },
  'person.otherThanSession': {
    title: 'Dette er en annen persons innlogging',
    meaning: 'Noen andre er logget inn på denne maskinen, og innloggingen du nettopp gjorde, hører ikke til dem.',
    action: 'Velg «Ikke deg?» for å logge inn som deg selv, eller avbryt.',
  },
  'link.taken': {
    title: 'Denne innloggingen tilhører noen andre',
    meaning: 'Den er allerede koblet til en annen person her. To personer blir aldri slått sammen til én.',
    action: 'Er den din? Kontakt brukerstøtte med koden nedenfor. De ser hva som er koblet, og kan rette det.',
  },
  'link.already': {
    title: 'Denne innloggingen er allerede din',
    meaning: 'Du kan logge inn med den, og ingenting trenger å legges til.',
    action: 'Gå tilbake til dine egne sider.',
  },
  'link.otherNumber': {
    title: 'Denne innloggingen er en annen persons',
    meaning: 'Innloggingstjenesten sendte et fødselsnummer som ikke er det du er registrert med.',
    action: 'Bruk en egen innlogging. Er nummeret ditt feil her, kontakt brukerstøtte med koden nedenfor.',
  },
  'link.noIdentity': {
    title: 'Denne innloggingen kan ikke legges til',
    meaning: 'Innloggingstjenesten sendte ingen identitet som kan kobles til deg.',
    action: 'Velg en annen innlogging, eller kontakt brukerstøtte med koden nedenfor.',
  },
  'link.sessionChanged': {
    title: 'Innloggingen din her er endret',
    meaning:
      'Du ble logget ut, eller logget inn på nytt, mens du la til en innlogging. For din sikkerhet ble ingenting lagt til.',
    action: 'Gå tilbake til dine egne sider og begynn på nytt.',
  },
  'link.unknown': {
    title: 'Denne innloggingen er ikke blant dine',
    meaning: 'Den er allerede fjernet, eller den tilhører ikke deg.',
    action: 'Åpne dine egne sider igjen for å se hvilke innlogginger du har nå.',
  },
  'link.given': {
    title: 'Organisasjonen din har registrert denne innloggingen',
    meaning: 'Du kan ikke fjerne den selv.',
    action: 'Er den feil, kontakt lederen din eller brukerstøtte.',
  },
  'link.last': {
    title: 'Dette er din siste innlogging',
    meaning: 'Uten den kunne du ikke logge inn mer.',
    action: 'Legg først til en annen innlogging. Deretter kan du fjerne denne.',
  },
  'policy.denied': {
    title: 'Du har ikke tilgang',
    meaning: 'En regel for tjenesten eller for virksomheten din tillater ikke denne innloggingen.',
    action: 'Trenger du tilgang i arbeidet, kontakt lederen din eller brukerstøtte.',
  },
  'policy.notLoggedIn': {
    title: 'Ingen er logget inn ennå',
    meaning: 'Her må du vise hvem du er.',
    action: 'Logg inn på en av måtene som vises.',
  },
  'policy.assuranceTooLow': {
    title: 'Det trengs en sterkere innlogging',
    meaning: 'Her må du vise hvem du er på en sikrere måte enn du har gjort så langt.',
    action: 'Logg inn på en av måtene som vises.',
  },
  'policy.methodNotAllowed': {
    title: 'Du må logge inn på en annen måte',
    meaning: 'En regel sier hvilke måter du kan bruke på denne maskinen og i dette systemet.',
    action: 'Logg inn på en av måtene som vises.',
  },
  'policy.methodCutOff': {
    title: 'Denne innloggingsmåten brukes ikke lenger her',
    meaning: 'Systemet slipper ikke lenger inn noen med innloggingsmåten du brukte.',
    action: 'Bestill det som nevnes her, eller kontakt brukerstøtte.',
  },
  'policy.tooOld': {
    title: 'Det er på tide å logge inn igjen',
    meaning: 'Det er for lenge siden du logget inn for dette systemet.',
    action: 'Logg inn igjen for å gå videre.',
  },
  'policy.fresh': {
    title: 'Bekreft at det er deg',
    meaning: 'Systemet ber deg om å logge inn nå, selv om du allerede er logget inn.',
    action: 'Logg inn igjen for å gå videre.',
  },
  'policy.noWayToReach': {
    title: 'Du kan ikke logge inn sterkt nok her',
    meaning: 'Systemet krever en sterkere innlogging enn noen du kan bruke herfra.',
    action: 'Kontakt brukerstøtte. De kan se hva du trenger, for eksempel et annet kort.',
  },
  'source.notFound': {
    title: 'Katalogen kjenner deg ikke ennå',
    meaning: 'Vi spurte katalogen som virksomheten din er i, og den har ingen med identiteten du viste.',
    action: 'Be administratoren av katalogen om å kontrollere at du er registrert med identiteten på kortet ditt.',
  },
  'source.noCommission': {
    title: 'Du har ikke noe oppdrag som gir tilgang her',
    meaning: 'Du er i katalogen, men har ikke noe oppdrag i en virksomhet som er med i denne innloggingen.',
    action: 'Be administratoren av katalogen om et oppdrag i virksomheten din, og logg inn igjen.',
  },
  'source.unavailable': {
    title: 'Personalkatalogen svarer ikke',
    meaning: 'Vi må spørre den hvem du er, og den svarer ikke akkurat nå. Du har ikke gjort noe galt.',
    action: 'Prøv igjen om noen minutter. Følg rutinen for driftsstans hvis det haster.',
  },
  'source.contradiction': {
    title: 'Katalogen sier noe annet om deg',
    meaning:
      'Det du viste og det katalogen har stemmer ikke overens, så vi slipper ingen inn på det. Administratoren kan se det.',
    action: 'Kontakt brukerstøtte med koden.',
  },
  'policy.sourceGone': {
    title: 'Du har ikke lenger noe oppdrag',
    meaning: 'Katalogen gir deg ikke lenger noe oppdrag i en virksomhet som er med i denne innloggingen.',
    action: 'Be administratoren av katalogen om å kontrollere oppdragene dine og datoene deres.',
  },
  'policy.sourceSilent': {
    title: 'Det vi vet om deg er for gammelt',
    meaning: 'Personalkatalogen har ikke svart på en stund, og dette systemet godtar ikke gamle opplysninger.',
    action: 'Prøv igjen om noen minutter. Følg rutinen for driftsstans hvis det haster.',
  },
  'policy.assignmentsConflict': {
    title: 'Du har to oppdrag som ikke kan gjelde samtidig',
    meaning:
      'En regel holder to av oppdragene dine fra hverandre, fordi den som har det ene ikke skal kjenne det som det andre gir tilgang til. Så lenge begge gjelder, slipper ingen av dem deg inn. Du har ikke gjort noe galt, og de andre oppdragene dine virker som før.',
    action:
      'Be lederen din, eller den som svarer for regelen, om å avslutte ett av de to. Logg inn igjen når det er avsluttet.',
  },
  'policy.noAssignment': {
    title: 'Du mangler en gyldig rolle',
    meaning: 'Systemet krever en rolle i en virksomhet som gjelder nå, og du har ingen i dag.',
    action: 'Be lederen din om å kontrollere rollene dine og datoene deres.',
  },
  'policy.notMember': {
    title: 'Systemet er ikke for din virksomhet',
    meaning: 'Bare noen virksomheter bruker det, og du har ingen rolle i noen av dem.',
    action: 'Skal du ha en rolle der, spør lederen din. Avbryt ellers.',
  },
  'policy.providerNotMember': {
    title: 'Virksomheten din er ikke med i samarbeidet',
    meaning: 'Systemet er for virksomheter som er med i en føderasjon, og den du logget inn gjennom er ikke med nå.',
    action:
      'Har du en rolle i en annen virksomhet, logg inn gjennom den. Spør ellers IT-støtten i virksomheten om medlemskapet.',
  },
  'policy.employerNotMember': {
    title: 'Du har ingen rolle hos et medlem',
    meaning:
      'Systemet er for virksomheter som er med i en føderasjon. Ingen av rollene dine er i en slik virksomhet nå; det som står på kortet er ikke nok.',
    action: 'Skal du ha en rolle der, spør lederen din. Avbryt ellers.',
  },
  'policy.applicationClosed': {
    title: 'Systemet er stengt',
    meaning: 'Det tar ikke lenger imot innlogginger gjennom denne tjenesten.',
    action: 'Spør brukerstøtte hva du skal bruke i stedet.',
  },
  'policy.cardRecheckFailed': {
    title: 'Kortet ditt kunne ikke bekreftes',
    meaning: 'Vi kontrollerte kortet igjen mens du var logget inn, og kunne ikke lenger godta det. Du er logget ut.',
    action: 'Logg inn igjen med et gyldig kort.',
  },
  'policy.clientNotAllowed': {
    title: 'Systemet har ikke lov til å bruke tjenesten',
    meaning: 'Eieren av en tjeneste bak systemet har ikke godkjent systemet for den.',
    action: 'Gå tilbake og fortell brukerstøtte hvilket system det gjaldt. De kan spørre eieren.',
  },
  'policy.organisationNotAllowed': {
    title: 'Tjenesten er ikke for din virksomhet',
    meaning: 'Eieren av en tjeneste bak systemet slipper bare inn noen virksomheter, og din er ikke blant dem.',
    action: 'Arbeider du i en av dem, logg inn igjen og velg den rollen. Spør ellers lederen din.',
  },
  'policy.roleNotAllowed': {
    title: 'Tjenesten er ikke for din rolle',
    meaning: 'Eieren av en tjeneste bak systemet slipper bare inn noen roller eller yrker.',
    action: 'Har du en annen rolle, logg inn igjen og velg den. Trenger du tjenesten i arbeidet, spør lederen din.',
  },
  'policy.networkNotAllowed': {
    title: 'Tjenesten kan ikke brukes herfra',
    meaning: 'Eieren av en tjeneste bak systemet slipper bare inn fra noen nett, og du er på et annet.',
    action: 'Koble til nettet på arbeidsplassen og prøv igjen, eller bruk en PC på jobben.',
  },
  'policy.outsideHours': {
    title: 'Tjenesten er stengt nå',
    meaning: 'Eieren av en tjeneste bak systemet har bestemt når den kan brukes.',
    action: 'Prøv igjen innenfor de tidene. Kan det ikke vente, kontakt brukerstøtte.',
  },
  'account.refused': {
    title: 'Kontoen din kunne ikke klargjøres',
    meaning:
      'Programmet trenger en konto til deg i et annet system, og det systemet tok ikke imot den. Ingenting er halvferdig, og du har ikke gjort noe galt.',
    action: 'Kontakt brukerstøtten og oppgi koden nedenfor. De ser nøyaktig hva som ble stoppet.',
  },
  'account.late': {
    title: 'Kontoen din er ikke klar ennå',
    meaning:
      'Programmet trenger en konto til deg i et annet system. Den klargjøres nå, og det tar lengre tid enn det skal.',
    action:
      'Prøv igjen om noen minutter: det som er klargjort, beholdes. Skjer det igjen, kontakt brukerstøtten og oppgi koden nedenfor.',
  },
  'account.others': {
    title: 'En annens konto har nummeret ditt',
    meaning:
      'I systemet som programmet bruker, finnes det allerede en konto med ansattnummeret ditt, og den er ikke laget av oss. Vi overtar ikke kontoer.',
    action: 'Kontakt brukerstøtten og oppgi koden nedenfor, så de kan finne ut hvem kontoen tilhører.',
  },
  'precondition.missing': {
    title: 'Du har ikke fått tilgang ennå',
    meaning: 'Systemet bak programmet kjenner deg ikke ennå. Du er logget inn og har ikke gjort noe galt.',
    action:
      'Bestill det som står nedenfor. Når bestillingen er klar, trykker du på «Prøv igjen», eller logger inn på nytt.',
  },
  'precondition.silent': {
    title: 'Vi kunne ikke spørre om du får gå videre',
    meaning:
      'Systemet bak programmet sier hvem som får bruke det, og det svarer ikke akkurat nå. Det skyldes ikke deg.',
    action: 'Prøv igjen om noen minutter. Skjer det igjen, kontakt brukerstøtten og oppgi koden nedenfor.',
  },
  'precondition.noKey': {
    title: 'Du mangler nummeret som programmet kjenner folk igjen på',
    meaning: 'Systemet bak programmet kjenner personer igjen på HSA-ID, og ingen er skrevet for oppdraget ditt.',
    action:
      'Kontakt brukerstøtten hos arbeidsgiveren din og oppgi koden nedenfor, så HSA-ID-en din blir skrevet inn i oppdraget.',
  },
  'journey.unknown': {
    title: 'Innloggingen finnes ikke lenger',
    meaning: 'Siden hører til en innlogging som er avsluttet. Det kan være en gammel fane eller et bokmerke.',
    action: 'Gå tilbake til systemet og logg inn derfra.',
  },
  'journey.expired': {
    title: 'Innloggingen tok for lang tid',
    meaning: 'For din sikkerhet må en innlogging bli ferdig innen en viss tid.',
    action: 'Gå tilbake til systemet og logg inn igjen.',
  },
  'journey.otherBrowser': {
    title: 'Innloggingen ble startet i en annen nettleser',
    meaning: 'En innlogging kan bare fortsette i den nettleseren der den startet.',
    action: 'Start på nytt fra systemet. Har noen sendt deg lenken, skal du ikke bruke den.',
  },
  'journey.alreadyUsed': {
    title: 'Siden er allerede brukt',
    meaning: 'Du kan ha gått tilbake, trykket to ganger på knappen eller ha innloggingen åpen i to faner.',
    action: 'Fortsett der innloggingen er nå, eller start på nytt fra systemet.',
  },
  'journey.cancelled': {
    title: 'Innloggingen ble avbrutt',
    meaning: 'Du valgte å avbryte og ble derfor ikke logget inn i systemet.',
    action: 'Gå tilbake til systemet hvis du vil logge inn.',
  },
  'journey.noCookie': {
    title: 'Nettleseren sendte ikke informasjonskapselen vår',
    meaning: 'Innloggingen trenger den. Den kan være blokkert, eller siden ble åpnet fra en lenke et annet sted.',
    action: 'Tillat informasjonskapsler for dette nettstedet og start på nytt fra systemet.',
  },
  'request.unknownApplication': {
    title: 'Vi kjenner ikke systemet',
    meaning: 'Systemet som sendte deg hit, er ikke registrert hos oss. Du har ikke gjort noe galt.',
    action: 'Kontakt brukerstøtte og si hvilket system du kom fra.',
  },
  'request.redirectUri': {
    title: 'Adressen til systemet er ikke registrert',
    meaning: 'Vi sender bare tilbake til adresser vi kjenner, og denne er ikke blant dem.',
    action: 'Kontakt brukerstøtte og si hvilket system du kom fra.',
  },
  'request.malformed': {
    title: 'Vi forsto ikke systemet',
    meaning: 'Systemet som sendte deg hit, spurte på en måte vi ikke kan svare på. Du har ikke gjort noe galt.',
    action: 'Prøv igjen fra systemet. Kontakt brukerstøtte hvis feilen kommer tilbake.',
  },
  'request.expired': {
    title: 'Forespørselen er for gammel',
    meaning: 'Det tok for lang tid fra du startet i systemet, eller siden ble åpnet på nytt senere.',
    action: 'Gå tilbake til systemet og logg inn igjen.',
  },
  'request.noMetadata': {
    title: 'Vi kan ikke slippe deg inn i systemet akkurat nå',
    meaning: 'Det vi vet om systemet som sendte deg hit, er utløpt eller blir kontrollert. Du har ikke gjort noe galt.',
    action: 'Prøv igjen om en liten stund. Skjer det igjen, kontakt brukerstøtten og oppgi koden.',
  },
  internal: {
    title: 'Noe gikk galt',
    meaning: 'Feilen ligger hos oss, ikke hos deg.',
    action: 'Prøv igjen om en stund. Kommer feilen tilbake, gi brukerstøtte koden nedenfor.',
  },
  notFound: {
    title: 'Siden finnes ikke',
    meaning: 'Adressen kan være feilstavet, eller siden kan være flyttet.',
    action: 'Kontroller adressen, eller gå til startsiden.',
  },
  tooMany: {
    title: 'For mange forsøk',
    meaning: 'Det er gjort mange forsøk på kort tid, så det er en pause.',
    action: 'Vent noen minutter og prøv igjen.',
  },
  unavailable: {
    title: 'Innloggingstjenesten svarer ikke',
    meaning: 'Noe vi trenger, virker ikke akkurat nå. Vi kan ikke logge inn noen.',
    action: 'Prøv igjen om noen minutter. Haster det, følg nødrutinen deres.',
  },
  forbidden: {
    title: 'Vi kunne ikke bekrefte at det var deg',
    meaning: 'Siden kan ha vært åpen lenge, eller det som ble sendt, kom ikke fra den.',
    action: 'Gå tilbake, last siden på nytt og prøv en gang til.',
  },
  tooLarge: {
    title: 'For mye ble sendt',
    meaning: 'Siden sendte mer enn vi tar imot, så ingenting ble gjort.',
    action: 'Gå tilbake og prøv igjen med mindre.',
  },
};
