// What happened, what it means and what to do, for every reason code: Dutch.

import { nlCardReasons } from './card/nl.ts';
import { nlDirectoryReasons } from './directory/nl.ts';
import type { ReasonTexts } from './en.ts';
import { nlUpstreamReasons } from './upstream/nl.ts';

export const nlReasons: ReasonTexts = {
  ...nlCardReasons,
  ...nlDirectoryReasons,
  ...nlUpstreamReasons,
  'password.wrong': {
    title: 'Gebruikersnaam of wachtwoord onjuist',
    meaning: 'De gebruikersnaam en het wachtwoord horen niet bij elkaar. Controleer of Caps Lock uit staat.',
    action: 'Probeer het opnieuw. Wachtwoord vergeten? Neem contact op met de helpdesk.',
  },
  'password.delayed': {
    title: 'Wacht voordat u het opnieuw probeert',
    meaning:
      'Er zijn meerdere pogingen met deze gebruikersnaam mislukt. De pauze beschermt u, u bent niet geblokkeerd.',
    action: 'Probeer het over {wait} opnieuw, of log in met uw pas.',
  },
  'password.addressDelayed': {
    title: 'Te veel mislukte pogingen vanaf hier',
    meaning:
      'Vanaf uw netwerk zijn veel pogingen met verschillende namen mislukt. Wachtwoorden zijn nu even gepauzeerd.',
    action: 'Probeer het over {wait} opnieuw, of log in met uw pas.',
  },
  'person.unknown': {
    title: 'U bent hier niet geregistreerd',
    meaning: 'Het inloggen is gelukt, maar het hoort niet bij iemand die wij kennen.',
    action: 'Vraag uw leidinggevende of de helpdesk om u te registreren, en geef hun de code hieronder.',
  },
  'person.closed': {
    title: 'Uw toegang is beëindigd',
    meaning: 'U bent geregistreerd, maar niet meer actief. Een dienstverband of functie kan zijn beëindigd.',
    action: 'Klopt dit niet, neem dan contact op met uw leidinggevende of de helpdesk.',
  },
  'person.otherThanSession': {
    title: 'Dit zijn de gegevens van iemand anders',
    meaning: 'Op deze computer is iemand anders ingelogd, en u hebt net niet als die persoon ingelogd.',
    action: 'Kies “Bent u dit niet?” om als uzelf in te loggen, of annuleer.',
  },
  'link.taken': {
    title: 'Deze inlog is van iemand anders',
    meaning: 'Hij is hier al aan een andere persoon gekoppeld. Twee personen worden nooit samengevoegd.',
    action:
      'Is hij van u? Neem met de code hieronder contact op met de helpdesk. Zij zien wat er gekoppeld is en kunnen het herstellen.',
  },
  'link.already': {
    title: 'Deze inlog is al van u',
    meaning: 'U kunt er al mee inloggen; er hoeft niets te worden toegevoegd.',
    action: 'Ga terug naar uw eigen pagina’s.',
  },
  'link.otherNumber': {
    title: 'Deze inlog is van een andere persoon',
    meaning: 'De inlogdienst stuurde een persoonsnummer waarmee u hier niet geregistreerd bent.',
    action:
      'Gebruik een inlog van uzelf. Staat uw nummer hier verkeerd, neem dan met de code hieronder contact op met de helpdesk.',
  },
  'link.noIdentity': {
    title: 'Deze inlog kan niet worden toegevoegd',
    meaning: 'De inlogdienst stuurde geen identiteit die aan u gekoppeld kan worden.',
    action: 'Kies een andere inlog, of neem met de code hieronder contact op met de helpdesk.',
  },
  'link.sessionChanged': {
    title: 'Uw inlog hier is veranderd',
    meaning:
      'U bent uitgelogd, of opnieuw ingelogd, terwijl u een inlog toevoegde. Voor uw veiligheid is er niets toegevoegd.',
    action: 'Ga terug naar uw eigen pagina’s en begin opnieuw.',
  },
  'link.unknown': {
    title: 'Deze inlog staat niet bij die van u',
    meaning: 'Hij is al verwijderd, of hij is niet van u.',
    action: 'Open uw eigen pagina’s opnieuw om te zien welke inlogs u nu hebt.',
  },
  'link.given': {
    title: 'Uw organisatie heeft deze inlog geregistreerd',
    meaning: 'U kunt hem niet zelf verwijderen.',
    action: 'Klopt hij niet, neem dan contact op met uw leidinggevende of de helpdesk.',
  },
  'link.last': {
    title: 'Dit is uw laatste inlog',
    meaning: 'Zonder deze inlog kunt u niet meer inloggen.',
    action: 'Voeg eerst een andere inlog toe. Daarna kunt u deze verwijderen.',
  },
  'policy.denied': {
    title: 'U hebt geen toegang',
    meaning: 'Een regel van de dienst of van uw organisatie staat niet toe dat u hier inlogt.',
    action: 'Hebt u toegang nodig voor uw werk, neem dan contact op met uw leidinggevende of de helpdesk.',
  },
  'policy.notLoggedIn': {
    title: 'Er is nog niemand ingelogd',
    meaning: 'Hier moet u laten zien wie u bent.',
    action: 'Log in op een van de getoonde manieren.',
  },
  'policy.assuranceTooLow': {
    title: 'U moet op een sterkere manier inloggen',
    meaning: 'Hier moet u op een veiliger manier aantonen wie u bent dan u tot nu toe hebt gedaan.',
    action: 'Log in op een van de getoonde manieren.',
  },
  'policy.methodNotAllowed': {
    title: 'U moet op een andere manier inloggen',
    meaning: 'Een regel bepaalt welke manieren u op deze computer en voor deze toepassing mag gebruiken.',
    action: 'Log in op een van de getoonde manieren.',
  },
  'policy.methodCutOff': {
    title: 'Deze manier van inloggen wordt hier niet meer gebruikt',
    meaning: 'De toepassing laat niemand meer binnen met de manier van inloggen die u hebt gebruikt.',
    action: 'Bestel wat hier wordt genoemd of neem contact op met de helpdesk.',
  },
  'policy.tooOld': {
    title: 'Het is tijd om opnieuw in te loggen',
    meaning: 'U hebt voor deze toepassing te lang geleden ingelogd.',
    action: 'Log opnieuw in om verder te gaan.',
  },
  'policy.fresh': {
    title: 'Bevestig dat u het bent',
    meaning: 'De toepassing vraagt u nu in te loggen, ook al bent u al ingelogd.',
    action: 'Log opnieuw in om verder te gaan.',
  },
  'policy.noWayToReach': {
    title: 'U kunt hier niet sterk genoeg inloggen',
    meaning: 'De toepassing vraagt om een sterkere manier van inloggen dan u hier kunt gebruiken.',
    action: 'Neem contact op met de helpdesk. Zij kunnen zien wat u nodig hebt, bijvoorbeeld een andere pas.',
  },
  'source.notFound': {
    title: 'De personeelsgids kent u nog niet',
    meaning:
      'Wij hebben de gids van uw organisatie gevraagd, en die heeft niemand met de identiteit die u hebt laten zien.',
    action: 'Vraag de beheerder van de gids of u met de identiteit op uw pas bent ingeschreven.',
  },
  'source.noCommission': {
    title: 'U hebt geen opdracht die hier toegang geeft',
    meaning: 'U staat in de gids, maar hebt geen opdracht bij een organisatie die aan deze aanmelding meedoet.',
    action: 'Vraag de beheerder van de gids om een opdracht bij uw organisatie en meld u opnieuw aan.',
  },
  'source.unavailable': {
    title: 'De personeelsgids antwoordt niet',
    meaning: 'Wij moeten daar vragen wie u bent, en er komt nu geen antwoord. U hebt niets verkeerd gedaan.',
    action: 'Probeer het over enkele minuten opnieuw. Volg bij spoed uw procedure voor storingen.',
  },
  'source.contradiction': {
    title: 'De personeelsgids zegt iets anders over u',
    meaning:
      'Wat u hebt laten zien en wat de gids heeft passen niet bij elkaar, dus laten wij daarop niemand binnen. Uw beheerder kan het zien.',
    action: 'Neem contact op met de helpdesk en noem de code.',
  },
  'policy.sourceGone': {
    title: 'U hebt geen opdracht meer',
    meaning: 'De gids geeft u geen opdracht meer bij een organisatie die aan deze aanmelding meedoet.',
    action: 'Vraag de beheerder van de gids om uw opdrachten en de datums daarvan te controleren.',
  },
  'policy.sourceSilent': {
    title: 'Wat wij van u weten is te oud',
    meaning: 'De personeelsgids heeft een tijd niet geantwoord, en deze toepassing aanvaardt geen oude gegevens.',
    action: 'Probeer het over enkele minuten opnieuw. Volg bij spoed uw procedure voor storingen.',
  },
  'policy.assignmentsConflict': {
    title: 'U hebt twee opdrachten die niet samen mogen gelden',
    meaning:
      'Een regel houdt twee van uw opdrachten gescheiden, omdat wie de ene heeft niet mag weten waartoe de andere toegang geeft. Zolang beide gelden, laat geen van beide u binnen. U hebt niets verkeerd gedaan, en uw andere opdrachten werken als voorheen.',
    action:
      'Vraag uw leidinggevende, of wie verantwoordelijk is voor de regel, om een van de twee te beëindigen. Meld u daarna opnieuw aan.',
  },
  'policy.noAssignment': {
    title: 'U hebt geen geldige functie',
    meaning: 'De toepassing vraagt om een functie die nu bij een organisatie geldt, en die hebt u vandaag niet.',
    action: 'Vraag uw leidinggevende om uw functies en de datums daarvan te controleren.',
  },
  'policy.notMember': {
    title: 'De toepassing is niet voor uw organisatie',
    meaning: 'Alleen bepaalde organisaties gebruiken deze, en u hebt bij geen daarvan een functie.',
    action: 'Zou u er een moeten hebben, vraag het uw leidinggevende. Annuleer anders.',
  },
  'policy.providerNotMember': {
    title: 'Uw organisatie is geen lid',
    meaning:
      'De toepassing is voor organisaties die lid zijn van een federatie, en de organisatie waarmee u inlogde is nu geen lid.',
    action:
      'Hebt u een functie bij een andere organisatie, log dan daarmee in. Vraag anders de IT-ondersteuning van uw organisatie naar het lidmaatschap.',
  },
  'policy.employerNotMember': {
    title: 'U hebt geen functie bij een lid',
    meaning:
      'De toepassing is voor organisaties die lid zijn van een federatie. Geen van uw functies is nu bij zo’n organisatie; wat op de pas staat is niet genoeg.',
    action: 'Zou u er een moeten hebben, vraag het uw leidinggevende. Annuleer anders.',
  },
  'policy.applicationClosed': {
    title: 'De toepassing is gesloten',
    meaning: 'U kunt er via deze dienst niet meer op inloggen.',
    action: 'Vraag de helpdesk wat u in plaats daarvan kunt gebruiken.',
  },
  'policy.cardRecheckFailed': {
    title: 'Uw pas kon niet worden bevestigd',
    meaning:
      'Wij hebben uw pas opnieuw gecontroleerd terwijl u was ingelogd en konden hem niet meer accepteren. U bent uitgelogd.',
    action: 'Log opnieuw in met een geldige pas.',
  },
  'policy.clientNotAllowed': {
    title: 'De toepassing mag deze dienst niet gebruiken',
    meaning: 'De eigenaar van een dienst achter de toepassing heeft haar daarvoor niet goedgekeurd.',
    action: 'Ga terug en vertel de helpdesk om welke toepassing het ging. Zij kunnen het de eigenaar vragen.',
  },
  'policy.organisationNotAllowed': {
    title: 'De dienst is niet voor uw organisatie',
    meaning:
      'De eigenaar van een dienst achter de toepassing laat alleen bepaalde organisaties toe, en de uwe hoort daar niet bij.',
    action: 'Werkt u bij een daarvan, log dan opnieuw in en kies die functie. Vraag het anders uw leidinggevende.',
  },
  'policy.roleNotAllowed': {
    title: 'De dienst is niet voor uw functie',
    meaning: 'De eigenaar van een dienst achter de toepassing laat alleen bepaalde functies of beroepen toe.',
    action:
      'Hebt u een andere functie, log dan opnieuw in en kies die. Hebt u de dienst nodig voor uw werk, vraag het uw leidinggevende.',
  },
  'policy.networkNotAllowed': {
    title: 'De dienst kan niet vanaf hier gebruikt worden',
    meaning:
      'De eigenaar van een dienst achter de toepassing laat alleen vanaf bepaalde netwerken toe, en u zit op een ander.',
    action: 'Maak verbinding met het netwerk van uw werk en probeer het opnieuw, of gebruik een computer op het werk.',
  },
  'policy.outsideHours': {
    title: 'De dienst is nu gesloten',
    meaning: 'De eigenaar van een dienst achter de toepassing heeft bepaald op welke tijden zij te gebruiken is.',
    action: 'Probeer het binnen die tijden opnieuw. Kan het niet wachten, neem dan contact op met de helpdesk.',
  },
  'account.refused': {
    title: 'Uw account kon niet worden klaargezet',
    meaning:
      'De applicatie heeft een account voor u nodig in een ander systeem, en dat systeem nam het niet aan. Er is niets half gedaan en u hebt niets verkeerd gedaan.',
    action: 'Neem contact op met de helpdesk en geef de code hieronder door. Zij zien precies wat is geweigerd.',
  },
  'account.late': {
    title: 'Uw account is nog niet klaar',
    meaning:
      'De applicatie heeft een account voor u nodig in een ander systeem. Het wordt klaargezet en dat duurt langer dan het zou moeten.',
    action:
      'Probeer het over een paar minuten opnieuw: wat klaarstaat, blijft bewaard. Gebeurt het weer, neem dan contact op met de helpdesk en geef de code hieronder door.',
  },
  'account.others': {
    title: 'Het account van iemand anders heeft uw nummer',
    meaning:
      'In het systeem dat de applicatie gebruikt, bestaat al een account met uw personeelsnummer, en dat hebben wij niet gemaakt. Wij nemen geen accounts over.',
    action:
      'Neem contact op met de helpdesk en geef de code hieronder door, zodat zij kunnen uitzoeken van wie het account is.',
  },
  'precondition.missing': {
    title: 'U hebt nog geen toegang',
    meaning: 'Het systeem achter de applicatie kent u nog niet. U bent ingelogd en hebt niets verkeerd gedaan.',
    action: 'Vraag aan wat hieronder staat. Is de aanvraag klaar, kies dan “Opnieuw proberen”, of log opnieuw in.',
  },
  'precondition.silent': {
    title: 'We konden niet vragen of u verder mag',
    meaning:
      'Het systeem achter de applicatie zegt wie haar mag gebruiken, en het antwoordt nu niet. Het ligt niet aan u.',
    action:
      'Probeer het over een paar minuten opnieuw. Gebeurt het weer, neem dan contact op met de helpdesk en geef de code hieronder.',
  },
  'precondition.noKey': {
    title: 'U mist het nummer waaraan de applicatie mensen herkent',
    meaning: 'Het systeem achter de applicatie herkent mensen aan hun HSA-ID, en voor uw aanstelling staat er geen.',
    action:
      'Neem contact op met de helpdesk van uw werkgever en geef de code hieronder, zodat uw HSA-ID bij uw aanstelling wordt ingevuld.',
  },
  'journey.unknown': {
    title: 'Deze aanmelding bestaat niet meer',
    meaning: 'De pagina hoort bij een aanmelding die is afgelopen. Het kan een oud tabblad of een bladwijzer zijn.',
    action: 'Ga terug naar de toepassing en log daar opnieuw in.',
  },
  'journey.expired': {
    title: 'Het inloggen duurde te lang',
    meaning: 'Voor uw veiligheid moet u binnen een bepaalde tijd klaar zijn met inloggen.',
    action: 'Ga terug naar de toepassing en log opnieuw in.',
  },
  'journey.otherBrowser': {
    title: 'U bent in een andere browser begonnen met inloggen',
    meaning: 'Inloggen kan alleen verdergaan in de browser waarin het is begonnen.',
    action: 'Begin opnieuw vanuit de toepassing. Heeft iemand u deze link gestuurd, gebruik hem dan niet.',
  },
  'journey.alreadyUsed': {
    title: 'Deze pagina is al gebruikt',
    meaning:
      'Misschien bent u teruggegaan, hebt u twee keer op de knop gedrukt of staat de pagina in twee tabbladen open.',
    action: 'Ga verder waar u gebleven was, of begin opnieuw vanuit de toepassing.',
  },
  'journey.cancelled': {
    title: 'Het inloggen is geannuleerd',
    meaning: 'U hebt geannuleerd en bent daarom niet ingelogd bij de toepassing.',
    action: 'Ga terug naar de toepassing als u wilt inloggen.',
  },
  'journey.noCookie': {
    title: 'Uw browser heeft onze cookie niet gestuurd',
    meaning:
      'Inloggen heeft een cookie nodig. Die kan geblokkeerd zijn, of de pagina is via een link van elders geopend.',
    action: 'Sta cookies toe voor deze website en begin opnieuw vanuit de toepassing.',
  },
  'request.unknownApplication': {
    title: 'Wij kennen de toepassing niet',
    meaning: 'De toepassing die u hierheen stuurde is niet bij ons geregistreerd. U hebt niets verkeerd gedaan.',
    action: 'Neem contact op met de helpdesk en vertel van welke toepassing u kwam.',
  },
  'request.redirectUri': {
    title: 'Het adres van de toepassing is niet geregistreerd',
    meaning: 'Wij sturen mensen alleen terug naar adressen die wij kennen, en dit adres hoort daar niet bij.',
    action: 'Neem contact op met de helpdesk en vertel van welke toepassing u kwam.',
  },
  'request.malformed': {
    title: 'Wij begrepen de toepassing niet',
    meaning:
      'De toepassing die u hierheen stuurde stelde een vraag die wij niet kunnen beantwoorden. U hebt niets verkeerd gedaan.',
    action: 'Probeer het opnieuw vanuit de toepassing. Gebeurt het weer, neem dan contact op met de helpdesk.',
  },
  'request.expired': {
    title: 'Het verzoek is te oud',
    meaning: 'Het duurde te lang nadat u in de toepassing begon, of de pagina is later opnieuw geopend.',
    action: 'Ga terug naar de toepassing en log opnieuw in.',
  },
  'request.noMetadata': {
    title: 'Wij kunnen u nu niet toelaten tot de toepassing',
    meaning:
      'Wat wij weten van de toepassing die u hierheen stuurde is verlopen of wordt nagekeken. U hebt niets fout gedaan.',
    action:
      'Probeer het over een tijdje opnieuw. Gebeurt het weer, neem dan contact op met de helpdesk en noem de code.',
  },
  internal: {
    title: 'Er ging iets mis',
    meaning: 'De fout ligt bij ons, niet bij u.',
    action: 'Probeer het straks opnieuw. Gebeurt het weer, geef de helpdesk dan de code hieronder.',
  },
  notFound: {
    title: 'Deze pagina bestaat niet',
    meaning: 'Het adres kan verkeerd gespeld zijn, of de pagina is verplaatst.',
    action: 'Controleer het adres, of ga naar de startpagina.',
  },
  tooMany: {
    title: 'Te veel pogingen',
    meaning: 'Er zijn in korte tijd veel pogingen gedaan, dus er is een pauze.',
    action: 'Wacht een paar minuten en probeer het opnieuw.',
  },
  unavailable: {
    title: 'De inlogdienst antwoordt niet',
    meaning: 'Iets wat wij nodig hebben werkt nu niet. Wij kunnen niemand inloggen.',
    action: 'Probeer het over een paar minuten opnieuw. Is het dringend, volg dan uw noodprocedure.',
  },
  forbidden: {
    title: 'Wij konden niet bevestigen dat u het was',
    meaning: 'De pagina kan lang open hebben gestaan, of wat werd gestuurd kwam er niet vandaan.',
    action: 'Ga terug, laad de pagina opnieuw en probeer het nog eens.',
  },
  tooLarge: {
    title: 'Er is te veel gestuurd',
    meaning: 'De pagina stuurde meer dan wij aannemen, dus er is niets gedaan.',
    action: 'Ga terug en probeer het met minder.',
  },
};
