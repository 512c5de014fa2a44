// Words for the steps of a login in the trail, in every language: a missing one fails the type check.
import type { AuditKind, Locale } from '../codes/index.ts';

type StepKind = Extract<AuditKind, `journey.${string}` | `session.${string}` | `ticket.${string}` | `usage.${string}`>;
type Label =
  | 'happened'
  | 'reason'
  | 'meaning'
  | 'action'
  | 'rules'
  | 'applied'
  | 'notApplied'
  | 'required'
  | 'reached'
  | 'held'
  | 'told';
type DecisionWord = 'permit' | 'stepUp' | 'deny';
type DeviceWord = 'fixed' | 'portable' | 'unknown';

export interface TrailWords {
  readonly labels: Readonly<Record<Label, string>>;
  readonly steps: Readonly<Record<StepKind, string>>;
  readonly decisions: Readonly<Record<DecisionWord, string>>;
  readonly devices: Readonly<Record<DeviceWord, string>>;
}

const en: TrailWords = {
  labels: {
    happened: 'What happened',
    reason: 'Reason',
    meaning: 'What it means',
    action: 'What the user can do',
    rules: 'Rules',
    applied: 'applies',
    notApplied: 'does not apply',
    required: 'level required',
    reached: 'level reached',
    held: 'Checks that held',
    told: 'Told to the application',
  },
  steps: {
    'journey.started': 'The login was started',
    'journey.proved': 'The user proved who they are',
    'journey.refused': 'The proof was refused',
    'journey.linked': 'The proof was linked to a person',
    'journey.decided': 'The rules were applied',
    'journey.cancelled': 'The user cancelled',
    'journey.finished': 'The login ended',
    'session.started': 'A session was started',
    'session.steppedUp': 'The session was strengthened',
    'session.ended': 'The session was ended',
    'session.partEnded': 'The session’s part at an application was ended',
    'session.logoutSent': 'An application was told about the logout',
    'session.logoutFailed': 'An application could not be told about the logout',
    'session.logoutReceived': 'A login service said that the user is logged out',
    'session.logoutPassedOn': 'The user was sent on to log out at a login service',
    'ticket.pushed': 'The application announced the login',
    'ticket.authorized': 'The application was let in',
    'ticket.issued': 'A ticket was issued',
    'ticket.fetched': 'The application fetched its answer',
    'ticket.refreshed': 'A ticket was renewed',
    'ticket.refused': 'A ticket was refused',
    'ticket.revoked': 'A ticket was withdrawn',
    'ticket.introspected': 'A ticket was checked',
    'ticket.replayed': 'A used code or ticket was shown again',
    'ticket.disowned': 'A person said that a request for a login was not theirs',
    'usage.reported': 'The application said that the ticket was used',
    'usage.refused': 'The application’s word of a use was refused',
  },
  decisions: { permit: 'let in', stepUp: 'more is needed', deny: 'not let in' },
  devices: { fixed: 'fixed PC', portable: 'portable PC', unknown: 'unknown device (counts as portable)' },
};

const sv: TrailWords = {
  labels: {
    happened: 'Det här hände',
    reason: 'Orsak',
    meaning: 'Vad det betyder',
    action: 'Vad användaren kan göra',
    rules: 'Regler',
    applied: 'gäller',
    notApplied: 'gäller inte',
    required: 'nivå som krävs',
    reached: 'nivå som nåddes',
    held: 'Kontroller som höll',
    told: 'Berättat för systemet',
  },
  steps: {
    'journey.started': 'Inloggningen började',
    'journey.proved': 'Användaren legitimerade sig',
    'journey.refused': 'Legitimeringen godtogs inte',
    'journey.linked': 'Legitimeringen kopplades till en person',
    'journey.decided': 'Reglerna prövades',
    'journey.cancelled': 'Användaren avbröt',
    'journey.finished': 'Inloggningen avslutades',
    'session.started': 'En session började',
    'session.steppedUp': 'Sessionen förstärktes',
    'session.ended': 'Sessionen avslutades',
    'session.partEnded': 'Sessionens del i ett system avslutades',
    'session.logoutSent': 'Ett system fick veta om utloggningen',
    'session.logoutFailed': 'Ett system kunde inte nås om utloggningen',
    'session.logoutReceived': 'En inloggningstjänst sa att användaren är utloggad',
    'session.logoutPassedOn': 'Användaren skickades vidare för att logga ut hos en inloggningstjänst',
    'ticket.pushed': 'Systemet anmälde inloggningen',
    'ticket.authorized': 'Användaren släpptes in i systemet',
    'ticket.issued': 'En biljett utfärdades',
    'ticket.fetched': 'Systemet hämtade sitt svar',
    'ticket.refreshed': 'En biljett förnyades',
    'ticket.refused': 'En biljett nekades',
    'ticket.revoked': 'En biljett drogs in',
    'ticket.introspected': 'En biljett kontrollerades',
    'ticket.replayed': 'En redan använd kod eller biljett visades igen',
    'ticket.disowned': 'En person sade att en begäran om inloggning inte var deras',
    'usage.reported': 'Systemet berättade att biljetten användes',
    'usage.refused': 'Systemets uppgift om användning nekades',
  },
  decisions: { permit: 'släpps in', stepUp: 'mer behövs', deny: 'släpps inte in' },
  devices: { fixed: 'fast dator', portable: 'bärbar dator', unknown: 'okänd enhet (räknas som bärbar)' },
};

const nb: TrailWords = {
  labels: {
    happened: 'Dette skjedde',
    reason: 'Årsak',
    meaning: 'Hva det betyr',
    action: 'Hva brukeren kan gjøre',
    rules: 'Regler',
    applied: 'gjelder',
    notApplied: 'gjelder ikke',
    required: 'nivå som kreves',
    reached: 'nivå som ble nådd',
    held: 'Kontroller som holdt',
    told: 'Fortalt til systemet',
  },
  steps: {
    'journey.started': 'Innloggingen begynte',
    'journey.proved': 'Brukeren legitimerte seg',
    'journey.refused': 'Legitimeringen ble ikke godtatt',
    'journey.linked': 'Legitimeringen ble koblet til en person',
    'journey.decided': 'Reglene ble prøvd',
    'journey.cancelled': 'Brukeren avbrøt',
    'journey.finished': 'Innloggingen ble avsluttet',
    'session.started': 'En økt begynte',
    'session.steppedUp': 'Økten ble styrket',
    'session.ended': 'Økten ble avsluttet',
    'session.partEnded': 'Øktens del i et system ble avsluttet',
    'session.logoutSent': 'Et system fikk vite om utloggingen',
    'session.logoutFailed': 'Et system kunne ikke nås om utloggingen',
    'session.logoutReceived': 'En innloggingstjeneste sa at brukeren er logget ut',
    'session.logoutPassedOn': 'Brukeren ble sendt videre for å logge ut hos en innloggingstjeneste',
    'ticket.pushed': 'Systemet meldte innloggingen',
    'ticket.authorized': 'Brukeren ble sluppet inn i systemet',
    'ticket.issued': 'En billett ble utstedt',
    'ticket.fetched': 'Systemet hentet svaret sitt',
    'ticket.refreshed': 'En billett ble fornyet',
    'ticket.refused': 'En billett ble nektet',
    'ticket.revoked': 'En billett ble trukket tilbake',
    'ticket.introspected': 'En billett ble kontrollert',
    'ticket.replayed': 'En brukt kode eller billett ble vist igjen',
    'ticket.disowned': 'En person sa at en forespørsel om innlogging ikke var deres',
    'usage.reported': 'Systemet fortalte at billetten ble brukt',
    'usage.refused': 'Systemets melding om bruk ble nektet',
  },
  decisions: { permit: 'slippes inn', stepUp: 'mer trengs', deny: 'slippes ikke inn' },
  devices: { fixed: 'fast PC', portable: 'bærbar PC', unknown: 'ukjent enhet (regnes som bærbar)' },
};

const nn: TrailWords = {
  labels: {
    happened: 'Dette hende',
    reason: 'Årsak',
    meaning: 'Kva det tyder',
    action: 'Kva brukaren kan gjere',
    rules: 'Reglar',
    applied: 'gjeld',
    notApplied: 'gjeld ikkje',
    required: 'nivå som krevst',
    reached: 'nivå som vart nådd',
    held: 'Kontrollar som heldt',
    told: 'Fortalt til systemet',
  },
  steps: {
    'journey.started': 'Innlogginga byrja',
    'journey.proved': 'Brukaren legitimerte seg',
    'journey.refused': 'Legitimeringa vart ikkje godteken',
    'journey.linked': 'Legitimeringa vart kopla til ein person',
    'journey.decided': 'Reglane vart prøvde',
    'journey.cancelled': 'Brukaren avbraut',
    'journey.finished': 'Innlogginga vart avslutta',
    'session.started': 'Ei økt byrja',
    'session.steppedUp': 'Økta vart styrkt',
    'session.ended': 'Økta vart avslutta',
    'session.partEnded': 'Delen av økta i eit system vart avslutta',
    'session.logoutSent': 'Eit system fekk vite om utlogginga',
    'session.logoutFailed': 'Eit system kunne ikkje nåast om utlogginga',
    'session.logoutReceived': 'Ei innloggingsteneste sa at brukaren er logga ut',
    'session.logoutPassedOn': 'Brukaren vart send vidare for å logge ut hos ei innloggingsteneste',
    'ticket.pushed': 'Systemet melde innlogginga',
    'ticket.authorized': 'Brukaren vart sleppt inn i systemet',
    'ticket.issued': 'Ein billett vart utferda',
    'ticket.fetched': 'Systemet henta svaret sitt',
    'ticket.refreshed': 'Ein billett vart fornya',
    'ticket.refused': 'Ein billett vart nekta',
    'ticket.revoked': 'Ein billett vart trekt tilbake',
    'ticket.introspected': 'Ein billett vart kontrollert',
    'ticket.replayed': 'Ein brukt kode eller billett vart vist på nytt',
    'ticket.disowned': 'Ein person sa at ein førespurnad om innlogging ikkje var deira',
    'usage.reported': 'Systemet fortalde at billetten vart brukt',
    'usage.refused': 'Meldinga frå systemet om bruk vart nekta',
  },
  decisions: { permit: 'blir sleppt inn', stepUp: 'meir trengst', deny: 'blir ikkje sleppt inn' },
  devices: { fixed: 'fast PC', portable: 'berbar PC', unknown: 'ukjend eining (blir rekna som berbar)' },
};

const nl: TrailWords = {
  labels: {
    happened: 'Wat er gebeurde',
    reason: 'Reden',
    meaning: 'Wat het betekent',
    action: 'Wat de gebruiker kan doen',
    rules: 'Regels',
    applied: 'geldt',
    notApplied: 'geldt niet',
    required: 'vereist niveau',
    reached: 'bereikt niveau',
    held: 'Controles die klopten',
    told: 'Aan de toepassing verteld',
  },
  steps: {
    'journey.started': 'Het inloggen begon',
    'journey.proved': 'De gebruiker toonde aan wie hij is',
    'journey.refused': 'Het bewijs werd niet aanvaard',
    'journey.linked': 'Het bewijs werd aan een persoon gekoppeld',
    'journey.decided': 'De regels werden toegepast',
    'journey.cancelled': 'De gebruiker brak af',
    'journey.finished': 'Het inloggen eindigde',
    'session.started': 'Een sessie begon',
    'session.steppedUp': 'De sessie werd versterkt',
    'session.ended': 'De sessie werd beëindigd',
    'session.partEnded': 'Het deel van de sessie bij een toepassing werd beëindigd',
    'session.logoutSent': 'Een toepassing kreeg bericht van het uitloggen',
    'session.logoutFailed': 'Een toepassing kon niet bereikt worden over het uitloggen',
    'session.logoutReceived': 'Een inlogdienst meldde dat de gebruiker is uitgelogd',
    'session.logoutPassedOn': 'De gebruiker is doorgestuurd om bij een inlogdienst uit te loggen',
    'ticket.pushed': 'De toepassing meldde het inloggen aan',
    'ticket.authorized': 'De gebruiker werd in de toepassing toegelaten',
    'ticket.issued': 'Een ticket werd uitgegeven',
    'ticket.fetched': 'De toepassing haalde haar antwoord op',
    'ticket.refreshed': 'Een ticket werd vernieuwd',
    'ticket.refused': 'Een ticket werd geweigerd',
    'ticket.revoked': 'Een ticket werd ingetrokken',
    'ticket.introspected': 'Een ticket werd gecontroleerd',
    'ticket.replayed': 'Een gebruikte code of ticket werd opnieuw getoond',
    'ticket.disowned': 'Iemand zei dat een verzoek om in te loggen niet van hem of haar was',
    'usage.reported': 'De toepassing meldde dat het ticket is gebruikt',
    'usage.refused': 'De melding van gebruik werd geweigerd',
  },
  decisions: { permit: 'toegelaten', stepUp: 'meer nodig', deny: 'niet toegelaten' },
  devices: { fixed: 'vaste pc', portable: 'draagbare pc', unknown: 'onbekend apparaat (telt als draagbaar)' },
};

export const trailWords: Readonly<Record<Locale, TrailWords>> = { sv, nb, nn, en, nl };
