// What happened, what it means and what to do, for every reason code: Swedish.

import { svCardReasons } from './card/sv.ts';
import { svDirectoryReasons } from './directory/sv.ts';
import type { ReasonTexts } from './en.ts';
import { svUpstreamReasons } from './upstream/sv.ts';

export const svReasons: ReasonTexts = {
  ...svCardReasons,
  ...svDirectoryReasons,
  ...svUpstreamReasons,
  'password.wrong': {
    title: 'Fel användarnamn eller lösenord',
    meaning: 'Användarnamnet och lösenordet hör inte ihop. Kontrollera att Caps Lock är av.',
    action: 'Försök igen. Har du glömt lösenordet, kontakta supporten.',
  },
  'password.delayed': {
    title: 'Vänta innan du försöker igen',
    meaning: 'Flera försök med det här användarnamnet har misslyckats. Pausen skyddar dig, kontot är inte låst.',
    action: 'Försök igen om {wait}, eller logga in med ditt kort.',
  },
  'password.addressDelayed': {
    title: 'För många misslyckade försök härifrån',
    meaning: 'Många försök med olika användarnamn har misslyckats från ditt nät, så lösenord är pausade just nu.',
    action: 'Försök igen om {wait}, eller logga in med ditt kort.',
  },
  'person.unknown': {
    title: 'Du är inte registrerad här',
    meaning: 'Inloggningen fungerade, men den hör inte till någon som vi känner till.',
    action: 'Be din chef eller supporten att registrera dig, och ge dem koden nedan.',
  },
  'person.closed': {
    title: 'Din behörighet har upphört',
    meaning: 'Du finns registrerad men är inte längre aktiv. En anställning eller ett uppdrag kan ha avslutats.',
    action: 'Är det fel, kontakta din chef eller supporten.',
  },
  'person.otherThanSession': {
    title: 'Det här är någon annans inloggning',
    meaning: 'Någon annan är inloggad på den här datorn, och inloggningen du just gjorde är inte den personens.',
    action: 'Välj ”Inte du?” för att logga in som dig själv, eller avbryt.',
  },
  'link.taken': {
    title: 'Den här inloggningen hör till någon annan',
    meaning: 'Den är redan kopplad till en annan person här. Två personer slås aldrig ihop till en.',
    action: 'Är den din? Kontakta supporten med koden nedan. De ser vad som är kopplat och kan rätta det.',
  },
  'link.already': {
    title: 'Den här inloggningen är redan din',
    meaning: 'Du kan logga in med den, och inget behöver läggas till.',
    action: 'Gå tillbaka till dina egna sidor.',
  },
  'link.otherNumber': {
    title: 'Den här inloggningen är en annan persons',
    meaning: 'Inloggningstjänsten skickade ett personnummer som inte är det du är registrerad med.',
    action: 'Använd en egen inloggning. Är ditt nummer fel här, kontakta supporten med koden nedan.',
  },
  'link.noIdentity': {
    title: 'Den här inloggningen kan inte läggas till',
    meaning: 'Inloggningstjänsten skickade ingen identitet som kan kopplas till dig.',
    action: 'Välj en annan inloggning, eller kontakta supporten med koden nedan.',
  },
  'link.sessionChanged': {
    title: 'Din inloggning här har ändrats',
    meaning:
      'Du blev utloggad, eller loggade in på nytt, medan du lade till en inloggning. För din säkerhet lades inget till.',
    action: 'Gå tillbaka till dina egna sidor och börja om.',
  },
  'link.unknown': {
    title: 'Den här inloggningen finns inte bland dina',
    meaning: 'Den är redan borttagen, eller så hör den inte till dig.',
    action: 'Öppna dina egna sidor igen för att se vilka inloggningar du har nu.',
  },
  'link.given': {
    title: 'Din organisation har registrerat den här inloggningen',
    meaning: 'Du kan inte ta bort den själv.',
    action: 'Är den fel, kontakta din chef eller supporten.',
  },
  'link.last': {
    title: 'Det här är din sista inloggning',
    meaning: 'Utan den skulle du inte kunna logga in mer.',
    action: 'Lägg först till en annan inloggning. Sedan kan du ta bort den här.',
  },
  'policy.denied': {
    title: 'Du har inte behörighet',
    meaning: 'En regel för tjänsten eller för din organisation tillåter inte den här inloggningen.',
    action: 'Behöver du behörighet för ditt arbete, kontakta din chef eller supporten.',
  },
  'policy.notLoggedIn': {
    title: 'Ingen är inloggad än',
    meaning: 'Här behöver du visa vem du är.',
    action: 'Logga in på något av de sätt som visas.',
  },
  'policy.assuranceTooLow': {
    title: 'Det behövs en starkare inloggning',
    meaning: 'Här måste du visa vem du är på ett säkrare sätt än du har gjort hittills.',
    action: 'Logga in på något av de sätt som visas.',
  },
  'policy.methodNotAllowed': {
    title: 'Du behöver logga in på ett annat sätt',
    meaning: 'En regel säger vilka sätt du får använda på den här datorn och för det här systemet.',
    action: 'Logga in på något av de sätt som visas.',
  },
  'policy.methodCutOff': {
    title: 'Det här inloggningssättet används inte längre här',
    meaning: 'Systemet släpper inte längre in någon med det inloggningssätt som du använde.',
    action: 'Beställ det som nämns här, eller kontakta supporten.',
  },
  'policy.tooOld': {
    title: 'Det är dags att logga in igen',
    meaning: 'Det är för länge sedan du loggade in för det här systemet.',
    action: 'Logga in igen för att fortsätta.',
  },
  'policy.fresh': {
    title: 'Bekräfta att det är du',
    meaning: 'Systemet ber dig att logga in nu, trots att du redan är inloggad.',
    action: 'Logga in igen för att fortsätta.',
  },
  'policy.noWayToReach': {
    title: 'Du kan inte logga in tillräckligt starkt här',
    meaning: 'Systemet kräver en starkare inloggning än någon som du kan använda härifrån.',
    action: 'Kontakta supporten. De kan se vad du behöver, till exempel ett annat kort.',
  },
  'source.notFound': {
    title: 'Katalogen känner inte till dig än',
    meaning: 'Vi frågade katalogen som din organisation finns i, och den har ingen med den identitet som du visade.',
    action: 'Be din HSA-administratör att kontrollera att du är registrerad med identiteten på ditt kort.',
  },
  'source.noCommission': {
    title: 'Du har inget uppdrag som ger åtkomst här',
    meaning: 'Du finns i HSA, men har inget medarbetaruppdrag hos en organisation som är med i den här inloggningen.',
    action: 'Be din HSA-administratör om ett medarbetaruppdrag hos din organisation och logga in igen.',
  },
  'source.unavailable': {
    title: 'Personalkatalogen svarar inte',
    meaning: 'Vi måste fråga den vem du är, och den svarar inte just nu. Du har inte gjort något fel.',
    action: 'Försök igen om några minuter. Följ er rutin för driftstopp om det är bråttom.',
  },
  'source.contradiction': {
    title: 'Katalogen säger något annat om dig',
    meaning:
      'Det du visade och det som katalogen har stämmer inte överens, så vi släpper inte in någon på det. Din administratör kan se det.',
    action: 'Kontakta supporten med koden.',
  },
  'policy.sourceGone': {
    title: 'Du har inte längre något uppdrag',
    meaning:
      'Katalogen ger dig inte längre något medarbetaruppdrag hos en organisation som är med i den här inloggningen.',
    action: 'Be din HSA-administratör att kontrollera dina uppdrag och deras datum.',
  },
  'policy.sourceSilent': {
    title: 'Det vi vet om dig är för gammalt',
    meaning: 'Personalkatalogen har inte svarat på ett tag, och det här systemet godtar inte gamla uppgifter.',
    action: 'Försök igen om några minuter. Följ er rutin för driftstopp om det är bråttom.',
  },
  'policy.assignmentsConflict': {
    title: 'Du har två uppdrag som inte får finnas samtidigt',
    meaning:
      'En regel håller isär två av dina uppdrag, eftersom den som har det ena inte får ta del av det som det andra ger tillgång till. Så länge båda gäller kommer du inte in med något av dem. Du har inte gjort något fel, och dina andra uppdrag fungerar som förut.',
    action:
      'Be din chef, eller den som ansvarar för regeln, att avsluta ett av de två. Logga in igen när det är avslutat.',
  },
  'policy.noAssignment': {
    title: 'Du saknar ett aktuellt uppdrag',
    meaning: 'Systemet kräver ett uppdrag som gäller nu hos en organisation, och du har inget i dag.',
    action: 'Be din chef att kontrollera dina uppdrag och deras datum.',
  },
  'policy.notMember': {
    title: 'Systemet är inte till för din organisation',
    meaning: 'Bara vissa organisationer använder det, och du har inget uppdrag hos någon av dem.',
    action: 'Ska du ha ett uppdrag där, fråga din chef. Avbryt annars.',
  },
  'policy.providerNotMember': {
    title: 'Din organisation är inte med i samarbetet',
    meaning:
      'Systemet är till för organisationer som är med i en federation, och den vars inloggning du använde är inte med nu.',
    action:
      'Har du uppdrag hos en annan organisation, logga in med dess inloggning. Fråga annars organisationens IT-stöd om medlemskapet.',
  },
  'policy.employerNotMember': {
    title: 'Du har inget uppdrag hos en medlem',
    meaning:
      'Systemet är till för organisationer som är med i en federation. Inget av dina uppdrag är hos en sådan organisation just nu; vad som står på kortet räcker inte.',
    action: 'Ska du ha ett uppdrag där, fråga din chef. Avbryt annars.',
  },
  'policy.applicationClosed': {
    title: 'Systemet är stängt',
    meaning: 'Det tar inte längre emot inloggningar genom den här tjänsten.',
    action: 'Fråga supporten vad du ska använda i stället.',
  },
  'policy.cardRecheckFailed': {
    title: 'Ditt kort kunde inte bekräftas',
    meaning: 'Vi kontrollerade kortet igen medan du var inloggad och kunde inte längre godta det. Du har loggats ut.',
    action: 'Logga in igen med ett giltigt kort.',
  },
  'policy.clientNotAllowed': {
    title: 'Systemet får inte använda tjänsten',
    meaning: 'Ägaren till en tjänst bakom systemet har inte godkänt systemet för den.',
    action: 'Gå tillbaka och berätta för supporten vilket system det gällde. De kan fråga ägaren.',
  },
  'policy.organisationNotAllowed': {
    title: 'Tjänsten är inte till för din organisation',
    meaning: 'Ägaren till en tjänst bakom systemet släpper bara in vissa organisationer, och din är inte en av dem.',
    action: 'Arbetar du hos någon av dem, logga in igen och välj det uppdraget. Fråga annars din chef.',
  },
  'policy.roleNotAllowed': {
    title: 'Tjänsten är inte till för din roll',
    meaning: 'Ägaren till en tjänst bakom systemet släpper bara in vissa roller eller yrken.',
    action: 'Har du en annan roll, logga in igen och välj den. Behöver du tjänsten i ditt arbete, fråga din chef.',
  },
  'policy.networkNotAllowed': {
    title: 'Tjänsten kan inte användas härifrån',
    meaning: 'Ägaren till en tjänst bakom systemet släpper bara in från vissa nät, och du är på ett annat.',
    action: 'Anslut till nätet på din arbetsplats och försök igen, eller använd en dator på jobbet.',
  },
  'policy.outsideHours': {
    title: 'Tjänsten är stängd just nu',
    meaning: 'Ägaren till en tjänst bakom systemet har bestämt vilka tider den kan användas.',
    action: 'Försök igen inom de tiderna. Kan det inte vänta, kontakta supporten.',
  },
  'account.refused': {
    title: 'Ditt konto kunde inte förberedas',
    meaning:
      'Applikationen behöver ett konto åt dig i ett annat system, och det systemet tog inte emot det. Inget är halvfärdigt och du har inte gjort något fel.',
    action: 'Kontakta supporten och uppge koden nedan. De ser exakt vad som stoppades.',
  },
  'account.late': {
    title: 'Ditt konto är inte klart än',
    meaning:
      'Applikationen behöver ett konto åt dig i ett annat system. Det håller på att förberedas och tar längre tid än det ska.',
    action:
      'Försök igen om några minuter: det som är förberett finns kvar. Händer det igen, kontakta supporten och uppge koden nedan.',
  },
  'account.others': {
    title: 'Någon annans konto har ditt nummer',
    meaning:
      'I systemet som applikationen använder finns redan ett konto med ditt anställningsnummer, och det är inte vi som har skapat det. Vi tar inte över konton.',
    action: 'Kontakta supporten och uppge koden nedan, så att de kan reda ut vems kontot är.',
  },
  'precondition.missing': {
    title: 'Du har inte fått tillgång än',
    meaning: 'Systemet bakom applikationen känner inte till dig än. Du är inloggad och har inte gjort något fel.',
    action:
      'Beställ det som står nedan. När beställningen är klar trycker du på ”Försök igen”, eller loggar in på nytt.',
  },
  'precondition.silent': {
    title: 'Vi kunde inte fråga om du får gå vidare',
    meaning:
      'Systemet bakom applikationen säger vem som får använda den, och det svarar inte just nu. Det beror inte på dig.',
    action: 'Försök igen om några minuter. Händer det igen, kontakta supporten och uppge koden nedan.',
  },
  'precondition.noKey': {
    title: 'Du saknar det nummer som applikationen känner igen folk på',
    meaning: 'Systemet bakom applikationen känner igen personer på HSA-id, och inget är skrivet för ditt uppdrag.',
    action: 'Kontakta supporten hos din arbetsgivare och uppge koden nedan, så att ditt HSA-id skrivs in i uppdraget.',
  },
  'journey.unknown': {
    title: 'Inloggningen finns inte längre',
    meaning: 'Sidan hör till en inloggning som är avslutad. Det kan vara en gammal flik eller ett bokmärke.',
    action: 'Gå tillbaka till systemet och logga in därifrån.',
  },
  'journey.expired': {
    title: 'Inloggningen tog för lång tid',
    meaning: 'För din säkerhet måste en inloggning bli klar inom en viss tid.',
    action: 'Gå tillbaka till systemet och logga in igen.',
  },
  'journey.otherBrowser': {
    title: 'Inloggningen påbörjades i en annan webbläsare',
    meaning: 'En inloggning kan bara fortsätta i den webbläsare där den började.',
    action: 'Börja om från systemet. Har någon skickat länken till dig ska du inte använda den.',
  },
  'journey.alreadyUsed': {
    title: 'Sidan har redan använts',
    meaning: 'Du kan ha gått tillbaka, tryckt två gånger på knappen eller ha inloggningen öppen i två flikar.',
    action: 'Fortsätt där inloggningen är nu, eller börja om från systemet.',
  },
  'journey.cancelled': {
    title: 'Inloggningen avbröts',
    meaning: 'Du valde att avbryta och blev därför inte inloggad i systemet.',
    action: 'Gå tillbaka till systemet om du vill logga in.',
  },
  'journey.noCookie': {
    title: 'Webbläsaren skickade inte vår kaka',
    meaning:
      'Inloggningen behöver en kaka. Den kan vara blockerad, eller så öppnades sidan från en länk någon annanstans.',
    action: 'Tillåt kakor för den här webbplatsen och börja om från systemet.',
  },
  'request.unknownApplication': {
    title: 'Vi känner inte till systemet',
    meaning: 'Systemet som skickade dig hit är inte registrerat hos oss. Du har inte gjort något fel.',
    action: 'Kontakta supporten och säg vilket system du kom från.',
  },
  'request.redirectUri': {
    title: 'Systemets adress är inte registrerad',
    meaning: 'Vi skickar bara tillbaka till adresser som vi känner till, och den här hör inte dit.',
    action: 'Kontakta supporten och säg vilket system du kom från.',
  },
  'request.malformed': {
    title: 'Vi förstod inte systemet',
    meaning: 'Systemet som skickade dig hit frågade på ett sätt som vi inte kan svara på. Du har inte gjort något fel.',
    action: 'Försök igen från systemet. Kontakta supporten om felet kommer tillbaka.',
  },
  'request.expired': {
    title: 'Begäran är för gammal',
    meaning: 'Det tog för lång tid från att du började i systemet, eller så öppnades sidan på nytt senare.',
    action: 'Gå tillbaka till systemet och logga in igen.',
  },
  'request.noMetadata': {
    title: 'Vi kan inte släppa in dig i systemet just nu',
    meaning: 'Det vi vet om systemet som skickade dig hit har gått ut eller kontrolleras. Du har inte gjort något fel.',
    action: 'Försök igen om en liten stund. Händer det igen, kontakta supporten och uppge koden.',
  },
  internal: {
    title: 'Något gick fel',
    meaning: 'Felet ligger hos oss, inte hos dig.',
    action: 'Försök igen om en stund. Kommer felet tillbaka, ge supporten koden nedan.',
  },
  notFound: {
    title: 'Sidan finns inte',
    meaning: 'Adressen kan vara felstavad, eller så har sidan flyttats.',
    action: 'Kontrollera adressen eller gå till startsidan.',
  },
  tooMany: {
    title: 'För många försök',
    meaning: 'Det har gjorts många försök på kort tid, så det är en paus.',
    action: 'Vänta några minuter och försök igen.',
  },
  unavailable: {
    title: 'Inloggningstjänsten svarar inte',
    meaning: 'Något som vi behöver fungerar inte just nu. Vi kan inte logga in någon.',
    action: 'Försök igen om några minuter. Är det bråttom, följ er reservrutin.',
  },
  forbidden: {
    title: 'Vi kunde inte bekräfta att det var du',
    meaning: 'Sidan kan ha varit öppen länge, eller så kom det som skickades inte från den.',
    action: 'Gå tillbaka, ladda om sidan och försök en gång till.',
  },
  tooLarge: {
    title: 'För mycket skickades',
    meaning: 'Sidan skickade mer än vi tar emot, så ingenting gjordes.',
    action: 'Gå tillbaka och försök igen med mindre.',
  },
};
