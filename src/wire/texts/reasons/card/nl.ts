// What a card or its certificate can be refused for, in words: Dutch.
import type { CardReason } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

export const nlCardReasons: Readonly<Record<CardReason, ReasonText>> = {
  'card.noCertificate': {
    title: 'Er is geen pas gelezen',
    meaning: 'De browser heeft geen certificaat van een pas gestuurd. Wij kunnen niet zien waarom.',
    action: 'Loop de lijst hieronder na en probeer het opnieuw. U hoeft de browser niet te sluiten.',
  },
  'card.expired': {
    title: 'Uw pas is verlopen',
    meaning: 'Het certificaat op de pas is niet meer geldig, dus u kunt er niet mee inloggen.',
    action: 'Gebruik een andere geldige pas, of vraag een nieuwe aan waar u deze hebt gekregen.',
  },
  'card.notYetValid': {
    title: 'Uw pas is nog niet geldig',
    meaning: 'Het certificaat op de pas wordt pas later geldig.',
    action: 'Probeer het dan opnieuw, of gebruik een andere pas. Klopt de datum niet, vraag het de uitgever.',
  },
  'card.revoked': {
    title: 'Uw pas is ingetrokken',
    meaning: 'De pas is als verloren gemeld, vervangen of beëindigd. U kunt hem niet meer gebruiken.',
    action: 'Gebruik uw nieuwe pas als u die hebt. Neem anders contact op met de helpdesk.',
  },
  'card.notHandedOver': {
    title: 'Uw pas is nog niet in gebruik',
    meaning: 'De pas is gemaakt, maar niemand heeft vastgelegd dat u hem hebt ontvangen.',
    action: 'Teken voor de pas op uw eigen pagina’s, of vraag het aan de balie waar u hem kreeg.',
  },
  'card.suspended': {
    title: 'Uw pas is geblokkeerd',
    meaning: 'De pas is voorlopig geblokkeerd. Hij kan weer worden geopend.',
    action: 'Gebruik uw tijdelijke pas als u die hebt. Ga anders naar de pasbalie of neem contact op met de helpdesk.',
  },
  'card.derivedEnded': {
    title: 'Het certificaat van dit apparaat geldt niet meer',
    meaning:
      'Het is gemaakt voor één dienst, nadat u met uw pas had ingelogd. De dienst, de pas erachter of het apparaat is beëindigd.',
    action:
      'Log in met uw pas. Op uw eigen pagina’s, onder Mijn apparaten, kunt u op dit apparaat een nieuwe dienst beginnen.',
  },
  'card.revocationUnknown': {
    title: 'Wij konden uw pas niet controleren',
    meaning:
      'Wij moeten zien dat de pas niet is ingetrokken, maar de uitgever antwoordt niet. Uw pas kan in orde zijn.',
    action: 'Wacht een minuut en probeer het opnieuw. Kunt u niet wachten, log dan op een andere manier in.',
  },
  'card.unknownIssuer': {
    title: 'Wij kennen de uitgever van de pas niet',
    meaning: 'Het gekozen certificaat komt van een uitgever die hier niet is goedgekeurd.',
    action: 'Probeer het opnieuw en kies het certificaat op uw zorgpas.',
  },
  'card.wrongPurpose': {
    title: 'Het verkeerde certificaat is gekozen',
    meaning:
      'Op een pas staan vaak meerdere certificaten. Het gekozen certificaat is om te ondertekenen, niet om in te loggen.',
    action: 'Probeer het opnieuw en kies het certificaat om in te loggen (authenticatie).',
  },
  'card.wrongPolicy': {
    title: 'Deze pas is hier niet goedgekeurd',
    meaning: 'Het certificaat werkt, maar deze soort wordt hier niet geaccepteerd om in te loggen.',
    action: 'Probeer het met een andere pas, of log op een andere manier in.',
  },
  'card.otherPopulation': {
    title: 'Er is een andere soort pas nodig',
    meaning: 'Het certificaat werkt, maar niet hier: de pas kan van een eenvoudiger soort zijn, of niet persoonlijk.',
    action: 'Probeer het opnieuw en kies het certificaat op de pas waar om wordt gevraagd.',
  },
  'card.weak': {
    title: 'De pas is niet veilig genoeg',
    meaning: 'Het certificaat gebruikt oude techniek die u niet meer beschermt.',
    action: 'Vraag een nieuwe pas aan. Log tot die tijd op een andere manier in.',
  },
  'card.malformed': {
    title: 'Wij konden het certificaat op de pas niet lezen',
    meaning: 'Er zitten fouten in het certificaat, dus wij kunnen het niet vertrouwen.',
    action: 'Haal de pas uit de lezer, steek hem er weer in en probeer het opnieuw. Blijft het fout, bel de helpdesk.',
  },
  'card.identifier': {
    title: 'De pas zegt niet wie u bent',
    meaning: 'In het certificaat ontbreekt de identiteit die wij zoeken, dus wij kunnen u niet vinden.',
    action: 'Probeer een ander certificaat op de pas. Helpt dat niet, neem dan contact op met de helpdesk.',
  },
};
