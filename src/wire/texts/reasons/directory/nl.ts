// What a password of an organisation's own directory can be refused for, in words: Dutch.
import type { DirectoryReason } from '../../../codes/index.ts';
import type { ReasonText } from '../en.ts';

export const nlDirectoryReasons: Readonly<Record<DirectoryReason, ReasonText>> = {
  'directory.mustChange': {
    title: 'Uw wachtwoord moet eerst worden gewijzigd',
    meaning: 'Het wachtwoord klopte, maar uw organisatie wil een nieuw wachtwoord voordat u binnen mag.',
    action:
      'Wijzig het op een computer van uw organisatie, of neem contact op met de helpdesk. Log daarna in met het nieuwe.',
  },
  'directory.notNow': {
    title: 'U mag op dit tijdstip niet inloggen',
    meaning: 'Het wachtwoord klopte. Uw organisatie laat dit account alleen op bepaalde uren toe, en nu niet.',
    action: 'Log in binnen uw uren, of neem contact op met de helpdesk als die niet kloppen.',
  },
  'directory.notHere': {
    title: 'U mag niet op deze manier inloggen',
    meaning:
      'Het wachtwoord klopte, maar uw organisatie laat dit account alleen op bepaalde computers of op andere manieren toe.',
    action: 'Log in met uw pas, of neem contact op met de helpdesk.',
  },
  'directory.disabled': {
    title: 'Uw account is gesloten',
    meaning: 'Het wachtwoord klopte, maar uw organisatie heeft het account gesloten.',
    action: 'Neem contact op met de helpdesk of uw leidinggevende als u nog toegang moet hebben.',
  },
  'directory.accountExpired': {
    title: 'Uw account is verlopen',
    meaning: 'Het wachtwoord klopte, maar het account zou op een bepaalde dag eindigen, en die dag is voorbij.',
    action: 'Neem contact op met uw leidinggevende of de helpdesk om het te laten verlengen.',
  },
  'directory.locked': {
    title: 'Dit account is geblokkeerd',
    meaning:
      'Er waren te veel verkeerde wachtwoorden, hier of op een computer, dus uw organisatie heeft het account tijdelijk geblokkeerd.',
    action:
      'Wacht even of neem contact op met de helpdesk om het te laten openen. U kunt intussen met uw pas inloggen.',
  },
  'directory.unavailable': {
    title: 'De directory antwoordt niet',
    meaning:
      'Het wachtwoord kon niet worden gecontroleerd, omdat de directory van uw organisatie nu niet bereikbaar is. Het ligt niet aan u.',
    action: 'Log in met uw pas of op een andere manier, of probeer het over een tijdje opnieuw.',
  },
};
