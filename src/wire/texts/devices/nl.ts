// Texts of the pages of enrolled devices: Dutch.
import type { DeviceTexts } from './en.ts';

export const nlDevices: DeviceTexts = {
  'devices.own': 'Mijn apparaten',
  'devices.lead':
    'Tablets en laptops die u voor de rest van een dienst kunt gebruiken, nadat u met uw pas hebt ingelogd.',
  'devices.none': 'Er is geen apparaat aangemeld voor u of waar u werkt.',
  'devices.mine': 'Alleen van u',
  'devices.shared': 'Gedeeld waar u werkt',
  'devices.shiftUntil': 'Logt u in tot',
  'devices.add': 'Een apparaat toevoegen',
  'devices.addWill':
    'U krijgt een code die u binnen vijf minuten intypt in het programma op het apparaat. Is het een tijd geleden dat u met uw pas inlogde, dan vragen we daar eerst om. Het apparaat is daarna alleen van u.',
  'devices.name': 'Naam van het apparaat',
  'devices.nameHint': 'Bijvoorbeeld zoals op het apparaat staat: Tablet 12.',
  'devices.place': 'Waar het wordt gebruikt',
  'devices.addButton': 'Een code voor het apparaat krijgen',
  'devices.codeTitle': 'Uw code',
  'devices.codeForDevice': 'Typ deze in het programma op {name}. Het apparaat is dan aangemeld.',
  'devices.codeForShift': 'Typ deze in het programma op {name}. Het apparaat logt u dan in voor de rest van uw dienst.',
  'devices.codeUntil': 'De code werkt één keer, tot',
  'devices.codeWarning': 'Geef de code aan niemand, en typ deze alleen in op een apparaat dat u in uw hand hebt.',
  'devices.back': 'Naar mijn apparaten',
  'devices.unknownTitle': 'Dit apparaat is er niet',
  'devices.unknownBody':
    'Het adres klopt niet, of u mag het apparaat niet gebruiken. Het kan als verloren zijn gemeld.',
  'devices.holder': 'Wie het mag gebruiken',
  'devices.enrolledAt': 'Aangemeld',
  'devices.number': 'Nummer van het apparaat',
  'devices.shift': 'Dit apparaat gebruiken voor de rest van mijn dienst',
  'devices.shiftWill':
    'U krijgt een code voor het apparaat. Daarna logt het u hoogstens {hours} uur in, en nooit langer dan uw pas geldig is. Wordt uw pas geblokkeerd of het apparaat als verloren gemeld, dan stopt het meteen.',
  'devices.endShift': 'Stoppen met dit apparaat',
  'devices.endShiftWill': 'Het apparaat logt u niet meer in, en wat u erdoor open hebt, wordt uitgelogd.',
  'devices.endShiftDone': 'Het apparaat logt u niet meer in.',
  'devices.lost': 'Het apparaat als verloren melden',
  'devices.lostWill':
    'Niemand kan er nog mee inloggen, en iedereen die ermee is ingelogd, wordt uitgelogd. Wordt het gevonden, dan moet het opnieuw worden toegevoegd.',
  'devices.lostDone': 'Het apparaat is als verloren gemeld. Niemand kan ermee inloggen.',
  'devices.noName': 'Schrijf een naam voor het apparaat.',
  'devices.noPlace': 'Kies waar het apparaat wordt gebruikt.',
  'devices.malformed': 'Het bericht van het apparaat kan niet worden gelezen.',
  'devices.unknown': 'Het apparaat is hier niet aangemeld.',
  'devices.closed': 'Het apparaat is als verloren gemeld of gesloten. Het moet opnieuw worden toegevoegd.',
  'devices.signature': 'Het bericht is niet met de sleutel van het apparaat ondertekend.',
  'devices.audience': 'Het bericht is voor iemand anders bedoeld.',
  'devices.clock': 'De klok van het apparaat klopt niet, of het bericht is oud.',
  'devices.code':
    'De code klopt niet, is te oud of is voor een ander apparaat. Haal een nieuwe op de pagina Mijn apparaten.',
  'devices.codeUsed': 'De code is al gebruikt. Haal een nieuwe op de pagina Mijn apparaten.',
  'devices.othersOwn': 'Het apparaat is alleen van iemand anders.',
  'devices.notEmployed': 'U hebt nu geen opdracht waar het apparaat wordt gebruikt.',
  'devices.needsCard':
    'Log eerst in met uw pas en probeer het dan opnieuw. Een apparaat dat voor een dienst in gebruik is, kan u geen ander geven.',
  'devices.otherCard': 'Passen van uw soort geven hier geen gebruik van apparaten.',
  'devices.cardTooWeak': 'Uw inlog met de pas is hier niet sterk genoeg voor.',
  'devices.cardTooOld':
    'Het is te lang geleden dat u met uw pas inlogde. Log er opnieuw mee in en probeer het nog een keer.',
  'devices.cardEnded': 'Uw pas is geblokkeerd of ingetrokken.',
  'devices.cardUnknown': 'We konden nu niet controleren of uw pas nog geldig is. Probeer het over een minuut opnieuw.',
  'devices.cardEnding': 'Uw pas of uw opdracht eindigt te snel.',
  'devices.request': 'De certificaataanvraag kan niet worden gelezen, of is niet met de eigen sleutel ondertekend.',
  'devices.keyKind': 'De sleutel moet van de soort P-256 of P-384 zijn.',
  'devices.keyUsed': 'De sleutel is eerder gebruikt. Het apparaat moet een nieuwe maken.',
  'devices.otherCertificate': 'Het certificaat is niet van dit apparaat.',
  'devices.certificateEnded': 'Het gebruik van het apparaat is beëindigd.',
  'devices.notIssued': 'De certificaatautoriteit weigerde. Vraag de helpdesk en geef hun de code.',
};
