// What the demo applications say, in every language: a missing text fails the type check.
import type { Locale, LocalizedText } from '../../wire/codes/index.ts';

/** The application of the low level, the one of the high level, and the one that speaks SAML. */
export type Theme = 'ehr' | 'record' | 'link';

/** Their names, also in the hub's catalogue. */
export const applicationNames = {
  ehr: { en: 'EHR', sv: 'Journalen', nb: 'Journalen', nn: 'Journalen', nl: 'EPD' },
  record: {
    en: 'National core record',
    sv: 'Nationell patientöversikt',
    nb: 'Kjernejournal',
    nn: 'Kjernejournal',
    nl: 'Landelijk dossier',
  },
  link: { en: 'Cosmic Link', sv: 'Cosmic Link', nb: 'Cosmic Link', nn: 'Cosmic Link', nl: 'Cosmic Link' },
} as const satisfies Readonly<Record<Theme, LocalizedText>>;

interface DemoTexts {
  readonly purpose: Readonly<Record<Theme, string>>;
  readonly needs: Readonly<Record<Theme, string>>;
  readonly logInTo: (name: string) => string;
  readonly logIn: string;
  readonly goTo: (name: string) => string;
  readonly open: (name: string) => string;
  /** The button that opens the core record's API, with workplace, role and grounds. */
  readonly grounds: string;
  readonly trail: string;
  readonly logins: string;
  readonly renew: string;
  readonly logOut: string;
  readonly how: Readonly<Record<'pinCard' | 'card' | 'password' | 'other', string>>;
  readonly level: string;
  readonly idToken: string;
  readonly accessToken: (type: string) => string;
  /** Why nobody is logged in here any more. */
  readonly ended: Readonly<Record<'here' | 'everywhere', string>>;
  readonly notLoggedIn: string;
  readonly helpDesk: string;
  readonly again: string;
  readonly back: string;
  /** What the usual endings mean (RFC 6749 4.1.2.1, OIDC Core 3.1.2.6), and any other. */
  readonly endings: Readonly<
    Record<
      | 'access_denied'
      | 'login_required'
      | 'interaction_required'
      | 'unmet_authentication_requirements'
      | 'not_found'
      | 'other',
      string
    >
  >;
}

const en: DemoTexts = {
  purpose: {
    ehr: 'A patient record of Fjord Hospital',
    record: 'A national service that needs a stronger login',
    link: 'Care planning that hospitals and municipalities share',
  },
  needs: {
    ehr: 'It needs the level low: your card, or your password where the login rule allows it.',
    record: 'It needs the level high: your advanced card.',
    link: 'It needs the level low: choose your municipality and log in there, or use your card.',
  },
  logInTo: (name) => `Log in to ${name}`,
  logIn: 'Log in',
  goTo: (name) => `Go to ${name}`,
  open: (name) => `Open ${name}`,
  grounds: 'Fetch a patient’s summary from the core record',
  trail: 'See the trail',
  logins: 'My logins',
  renew: 'Renew the ticket',
  logOut: 'Log out everywhere',
  how: {
    pinCard: 'Logged in with a card and its PIN.',
    card: 'Logged in with a card.',
    password: 'Logged in with a password.',
    other: 'Logged in another way.',
  },
  level: 'Level of assurance',
  idToken: 'ID token: who logged in, and how',
  accessToken: (type) => `Access token (${type}): what the API is told`,
  ended: { here: 'You are logged out.', everywhere: 'You were logged out here too, when you logged out everywhere.' },
  notLoggedIn: 'You are not logged in',
  helpDesk: 'For the help desk',
  again: 'Try again',
  back: 'Back',
  endings: {
    access_denied: 'You did not go on with the login, or you may not use this application.',
    login_required: 'You must log in first.',
    interaction_required: 'The login service must ask you something first.',
    unmet_authentication_requirements: 'The login was not strong enough for this application.',
    not_found: 'There is no such page.',
    other: 'The login could not be completed.',
  },
};

const sv: DemoTexts = {
  purpose: {
    ehr: 'En patientjournal på Fjord Hospital',
    record: 'En nationell tjänst som kräver en starkare inloggning',
    link: 'Vårdplanering som sjukhus och kommuner delar',
  },
  needs: {
    ehr: 'Den kräver nivån låg: ditt kort, eller ditt lösenord där inloggningsregeln tillåter det.',
    record: 'Den kräver nivån hög: ditt avancerade kort.',
    link: 'Den kräver nivån låg: välj din kommun och logga in där, eller använd ditt kort.',
  },
  logInTo: (name) => `Logga in i ${name}`,
  logIn: 'Logga in',
  goTo: (name) => `Gå till ${name}`,
  open: (name) => `Öppna ${name}`,
  grounds: 'Hämta en patients översikt',
  trail: 'Se spåret',
  logins: 'Mina inloggningar',
  renew: 'Förnya biljetten',
  logOut: 'Logga ut överallt',
  how: {
    pinCard: 'Inloggad med kort och pinkod.',
    card: 'Inloggad med kort.',
    password: 'Inloggad med lösenord.',
    other: 'Inloggad på ett annat sätt.',
  },
  level: 'Tillitsnivå',
  idToken: 'ID-token: vem som loggade in, och hur',
  accessToken: (type) => `Åtkomsttoken (${type}): vad API:et får veta`,
  ended: { here: 'Du är utloggad.', everywhere: 'Du loggades ut även här när du loggade ut överallt.' },
  notLoggedIn: 'Du är inte inloggad',
  helpDesk: 'Till supporten',
  again: 'Försök igen',
  back: 'Tillbaka',
  endings: {
    access_denied: 'Du gick inte vidare med inloggningen, eller så får du inte använda det här systemet.',
    login_required: 'Du måste logga in först.',
    interaction_required: 'Inloggningstjänsten behöver fråga dig något först.',
    unmet_authentication_requirements: 'Inloggningen var inte stark nog för det här systemet.',
    not_found: 'Sidan finns inte.',
    other: 'Inloggningen kunde inte slutföras.',
  },
};

const nb: DemoTexts = {
  purpose: {
    ehr: 'En pasientjournal ved Fjord Hospital',
    record: 'En nasjonal tjeneste som krever en sterkere innlogging',
    link: 'Samhandling som sykehus og kommuner deler',
  },
  needs: {
    ehr: 'Den krever nivået lavt: kortet ditt, eller passordet der innloggingsregelen tillater det.',
    record: 'Den krever nivået høyt: det avanserte kortet ditt.',
    link: 'Den krever nivået lavt: velg kommunen din og logg inn der, eller bruk kortet.',
  },
  logInTo: (name) => `Logg inn i ${name}`,
  logIn: 'Logg inn',
  goTo: (name) => `Gå til ${name}`,
  open: (name) => `Åpne ${name}`,
  grounds: 'Hent sammendrag fra kjernejournalen',
  trail: 'Se sporet',
  logins: 'Mine innlogginger',
  renew: 'Forny billetten',
  logOut: 'Logg ut overalt',
  how: {
    pinCard: 'Logget inn med kort og PIN-kode.',
    card: 'Logget inn med kort.',
    password: 'Logget inn med passord.',
    other: 'Logget inn på en annen måte.',
  },
  level: 'Sikkerhetsnivå',
  idToken: 'ID-token: hvem som logget inn, og hvordan',
  accessToken: (type) => `Tilgangstoken (${type}): hva API-et får vite`,
  ended: { here: 'Du er logget ut.', everywhere: 'Du ble logget ut her også da du logget ut overalt.' },
  notLoggedIn: 'Du er ikke logget inn',
  helpDesk: 'Til brukerstøtte',
  again: 'Prøv igjen',
  back: 'Tilbake',
  endings: {
    access_denied: 'Du gikk ikke videre med innloggingen, eller du har ikke lov til å bruke dette systemet.',
    login_required: 'Du må logge inn først.',
    interaction_required: 'Innloggingstjenesten må spørre deg om noe først.',
    unmet_authentication_requirements: 'Innloggingen var ikke sterk nok for dette systemet.',
    not_found: 'Siden finnes ikke.',
    other: 'Innloggingen kunne ikke fullføres.',
  },
};

const nn: DemoTexts = {
  purpose: {
    ehr: 'Ein pasientjournal ved Fjord Hospital',
    record: 'Ei nasjonal teneste som krev ei sterkare innlogging',
    link: 'Samhandling som sjukehus og kommunar deler',
  },
  needs: {
    ehr: 'Han krev nivået lågt: kortet ditt, eller passordet der innloggingsregelen tillèt det.',
    record: 'Han krev nivået høgt: det avanserte kortet ditt.',
    link: 'Han krev nivået lågt: vel kommunen din og logg inn der, eller bruk kortet.',
  },
  logInTo: (name) => `Logg inn i ${name}`,
  logIn: 'Logg inn',
  goTo: (name) => `Gå til ${name}`,
  open: (name) => `Opne ${name}`,
  grounds: 'Hent samandrag frå kjernejournalen',
  trail: 'Sjå sporet',
  logins: 'Innloggingane mine',
  renew: 'Forny billetten',
  logOut: 'Logg ut overalt',
  how: {
    pinCard: 'Logga inn med kort og PIN-kode.',
    card: 'Logga inn med kort.',
    password: 'Logga inn med passord.',
    other: 'Logga inn på ein annan måte.',
  },
  level: 'Tryggleiksnivå',
  idToken: 'ID-token: kven som logga inn, og korleis',
  accessToken: (type) => `Tilgangstoken (${type}): kva API-et får vite`,
  ended: { here: 'Du er logga ut.', everywhere: 'Du vart logga ut her òg då du logga ut overalt.' },
  notLoggedIn: 'Du er ikkje logga inn',
  helpDesk: 'Til brukarstøtte',
  again: 'Prøv igjen',
  back: 'Tilbake',
  endings: {
    access_denied: 'Du gjekk ikkje vidare med innlogginga, eller du har ikkje lov til å bruke dette systemet.',
    login_required: 'Du må logge inn først.',
    interaction_required: 'Innloggingstenesta må spørje deg om noko først.',
    unmet_authentication_requirements: 'Innlogginga var ikkje sterk nok for dette systemet.',
    not_found: 'Sida finst ikkje.',
    other: 'Innlogginga kunne ikkje fullførast.',
  },
};

const nl: DemoTexts = {
  purpose: {
    ehr: 'Een patiëntendossier van Fjord Hospital',
    record: 'Een landelijke dienst die om een sterkere manier van inloggen vraagt',
    link: 'Zorgplanning die ziekenhuizen en gemeenten delen',
  },
  needs: {
    ehr: 'Het niveau laag is nodig: uw pas, of uw wachtwoord waar de inlogregel dat toestaat.',
    record: 'Het niveau hoog is nodig: uw geavanceerde pas.',
    link: 'Het niveau laag is nodig: kies uw gemeente en log daar in, of gebruik uw pas.',
  },
  logInTo: (name) => `Inloggen bij ${name}`,
  logIn: 'Inloggen',
  goTo: (name) => `Naar ${name}`,
  open: (name) => `${name} openen`,
  grounds: 'Haal een samenvatting uit het landelijk dossier',
  trail: 'Het spoor bekijken',
  logins: 'Mijn aanmeldingen',
  renew: 'Ticket vernieuwen',
  logOut: 'Overal uitloggen',
  how: {
    pinCard: 'Ingelogd met een pas en pincode.',
    card: 'Ingelogd met een pas.',
    password: 'Ingelogd met een wachtwoord.',
    other: 'Op een andere manier ingelogd.',
  },
  level: 'Betrouwbaarheidsniveau',
  idToken: 'ID-token: wie heeft ingelogd, en hoe',
  accessToken: (type) => `Toegangstoken (${type}): wat de API te weten krijgt`,
  ended: { here: 'U bent uitgelogd.', everywhere: 'U bent ook hier uitgelogd toen u overal uitlogde.' },
  notLoggedIn: 'U bent niet ingelogd',
  helpDesk: 'Voor de helpdesk',
  again: 'Opnieuw proberen',
  back: 'Terug',
  endings: {
    access_denied: 'U bent niet verdergegaan met inloggen, of u mag deze toepassing niet gebruiken.',
    login_required: 'U moet eerst inloggen.',
    interaction_required: 'De inlogdienst moet u eerst iets vragen.',
    unmet_authentication_requirements: 'De manier van inloggen was niet sterk genoeg voor deze toepassing.',
    not_found: 'Deze pagina bestaat niet.',
    other: 'Het inloggen kon niet worden voltooid.',
  },
};

export const demoTexts: Readonly<Record<Locale, DemoTexts>> = { sv, nb, nn, en, nl };
