// What stands on the start page: the walk of the demo, its people with their cards, and how to trust the certificates.
import { X509Certificate } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StartContent } from '../../edge/web/portal/index.ts';
import type { LocalizedText } from '../../wire/codes/index.ts';
import { cardSteps } from './start-cards.ts';
import { type MunicipalityState, municipalitySteps } from './start-municipality.ts';

type Steps = NonNullable<StartContent['steps']>;
type People = NonNullable<StartContent['people']>;

export interface DemoPlaces {
  readonly ehrUrl: string;
  readonly coreRecordUrl: string;
  readonly cosmicLinkUrl: string;
  /** The demo's authority for cards; undefined: it has none. */
  readonly caUrl: string | undefined;
  /** How the municipality is now. */
  readonly municipality: () => MunicipalityState;
  /** `<data folder>/demo`. */
  readonly folder: string;
}

function walk(places: DemoPlaces): Steps {
  const { ehrUrl, coreRecordUrl, folder } = places;
  const secret = (name: string) => join(folder, 'secrets', name);
  return [
    {
      title: {
        en: 'Make the browser ready',
        sv: 'Förbered webbläsaren',
        nb: 'Gjør nettleseren klar',
        nn: 'Gjer nettlesaren klar',
        nl: 'Maak de browser klaar',
      },
      text: {
        en: 'Trust the certificate, and import Kari’s advanced card (both are on this page). The passphrase of the cards is in:',
        sv: 'Lita på certifikatet och importera Karis avancerade kort (båda finns på den här sidan). Kortens lösenfras finns i:',
        nb: 'Stol på sertifikatet og importer det avanserte kortet til Kari (begge deler finnes på denne siden). Passordfrasen til kortene ligger i:',
        nn: 'Stol på sertifikatet og importer det avanserte kortet til Kari (begge delar finst på denne sida). Passordfrasen til korta ligg i:',
        nl: 'Vertrouw het certificaat en importeer Kari’s geavanceerde pas (beide staan op deze pagina). De wachtwoordzin van de passen staat in:',
      },
      typed: [secret('cards')],
    },
    {
      href: `${ehrUrl}/`,
      title: {
        en: 'Open the EHR with a password',
        sv: 'Öppna Journalen med lösenord',
        nb: 'Åpne Journalen med passord',
        nn: 'Opne Journalen med passord',
        nl: 'Open het EPD met een wachtwoord',
      },
      text: {
        en: 'The user name is kari. The terminal showed her password at the first start; it is also in:',
        sv: 'Användarnamnet är kari. Terminalen visade hennes lösenord vid första starten; det finns också i:',
        nb: 'Brukernavnet er kari. Terminalen viste passordet hennes ved første start; det ligger også i:',
        nn: 'Brukarnamnet er kari. Terminalen viste passordet hennar ved første start; det ligg òg i:',
        nl: 'De gebruikersnaam is kari. De terminal toonde haar wachtwoord bij de eerste start; het staat ook in:',
      },
      typed: [secret('kari.password')],
    },
    {
      href: `${coreRecordUrl}/`,
      title: {
        en: 'Open National core record',
        sv: 'Öppna Nationell patientöversikt',
        nb: 'Åpne Kjernejournal',
        nn: 'Opne Kjernejournal',
        nl: 'Open Landelijk dossier',
      },
      text: {
        en: 'It needs the level high, so you are asked for the advanced card and told why.',
        sv: 'Den kräver nivån hög, så du ombeds visa det avancerade kortet och får veta varför.',
        nb: 'Den krever nivået høyt, så du blir bedt om det avanserte kortet og får vite hvorfor.',
        nn: 'Han krev nivået høgt, så du blir beden om det avanserte kortet og får vite kvifor.',
        nl: 'Dat vereist het niveau hoog. Daarom wordt u om de geavanceerde pas gevraagd, met de reden erbij.',
      },
    },
    {
      href: `${ehrUrl}/`,
      title: {
        en: 'In the EHR, fetch a patient’s summary',
        sv: 'Hämta en patients översikt i Journalen',
        nb: 'Hent sammendraget for en pasient i Journalen',
        nn: 'Hent samandraget for ein pasient i Journalen',
        nl: 'Haal in het EPD de samenvatting van een patiënt op',
      },
      text: {
        en: 'The EHR says workplace, role and grounds for access. The core record checks key, level, organisation and grounds, and shows what it saw in the ticket.',
        sv: 'Journalen anger arbetsplats, roll och grund för åtkomst. Patientöversikten kontrollerar nyckel, nivå, organisation och grund, och visar vad den såg i biljetten.',
        nb: 'Journalen oppgir arbeidssted, rolle og grunnlag for tilgang. Kjernejournalen kontrollerer nøkkel, nivå, virksomhet og grunnlag, og viser hva den så i billetten.',
        nn: 'Journalen oppgir arbeidsstad, rolle og grunnlag for tilgang. Kjernejournalen kontrollerer nøkkel, nivå, verksemd og grunnlag, og viser kva han såg i billetten.',
        nl: 'Het EPD meldt werkplek, functie en grond voor toegang. Het landelijk dossier controleert sleutel, niveau, organisatie en grond, en toont wat het in het ticket zag.',
      },
    },
    {
      title: {
        en: 'Compare both tickets, then log out everywhere',
        sv: 'Jämför biljetterna och logga sedan ut överallt',
        nb: 'Sammenlign billettene, og logg så ut overalt',
        nn: 'Samanlikn billettane, og logg så ut overalt',
        nl: 'Vergelijk beide tickets en log daarna overal uit',
      },
      text: {
        en: 'Look at acr, amr and auth_time. After the logout the other application has forgotten you as well.',
        sv: 'Titta på acr, amr och auth_time. Efter utloggningen har det andra systemet också glömt dig.',
        nb: 'Se på acr, amr og auth_time. Etter utloggingen har det andre systemet også glemt deg.',
        nn: 'Sjå på acr, amr og auth_time. Etter utlogginga har det andre systemet òg gløymt deg.',
        nl: 'Kijk naar acr, amr en auth_time. Na het uitloggen is ook de andere toepassing u vergeten.',
      },
    },
    {
      href: `${ehrUrl}/`,
      title: {
        en: 'As the clerk Siri: refused, and why',
        sv: 'Som sekreteraren Siri: nekad, och varför',
        nb: 'Som sekretæren Siri: avvist, og hvorfor',
        nn: 'Som sekretæren Siri: avvist, og kvifor',
        nl: 'Als secretaresse Siri: geweigerd, en waarom',
      },
      text: {
        en: 'Log in as siri and fetch the summary: she has no health profession, and the rule of the core record says so. Her password is in:',
        sv: 'Logga in som siri och hämta översikten: hon har ingen vårdlegitimation, och patientöversiktens regel säger det. Hennes lösenord finns i:',
        nb: 'Logg inn som siri og hent sammendraget: hun er ikke helsepersonell, og regelen til kjernejournalen sier det. Passordet hennes ligger i:',
        nn: 'Logg inn som siri og hent samandraget: ho er ikkje helsepersonell, og regelen til kjernejournalen seier det. Passordet hennar ligg i:',
        nl: 'Log in als siri en haal de samenvatting op: ze is geen zorgverlener, en de regel van het landelijk dossier zegt dat. Haar wachtwoord staat in:',
      },
      typed: [secret('siri.password')],
    },
    ...municipalitySteps(places.municipality(), places),
    ...cardSteps(places),
    {
      href: '/demo/trail',
      title: { en: 'See the trail of it', sv: 'Se spåret', nb: 'Se sporet', nn: 'Sjå sporet', nl: 'Bekijk het spoor' },
      text: {
        en: 'Every step that you took is there, sealed in a log that you can verify yourself.',
        sv: 'Varje steg du tog finns där, förseglat i en logg som du själv kan kontrollera.',
        nb: 'Hvert steg du tok, står der, forseglet i en logg som du selv kan kontrollere.',
        nn: 'Kvart steg du tok, står der, forsegla i ein logg som du sjølv kan kontrollere.',
        nl: 'Elke stap die u zette staat daar, verzegeld in een log dat u zelf kunt controleren.',
      },
    },
  ];
}

const notes: readonly { readonly name: string; readonly cards: string; readonly note: LocalizedText }[] = [
  {
    name: 'Kari Nordmann',
    cards: 'kari-',
    note: {
      en: 'Nurse, user name kari. She got her advanced card today and the register lists it from tomorrow, so today her password still lets her in. Her expired and her revoked card must not work.',
      sv: 'Sjuksköterska, användarnamn kari. Hon fick sitt avancerade kort i dag och registret listar det från i morgon, så i dag släpper lösenordet in henne. Hennes utgångna och hennes spärrade kort ska inte fungera.',
      nb: 'Sykepleier, brukernavn kari. Hun fikk det avanserte kortet i dag, og registeret fører det fra i morgen, så i dag slipper passordet henne inn. Det utløpte og det sperrede kortet hennes skal ikke virke.',
      nn: 'Sjukepleiar, brukarnamn kari. Ho fekk det avanserte kortet i dag, og registeret fører det frå i morgon, så i dag slepp passordet henne inn. Det utgåtte og det sperra kortet hennar skal ikkje verke.',
      nl: 'Verpleegkundige, gebruikersnaam kari. Ze kreeg vandaag haar geavanceerde pas en het register kent die vanaf morgen, dus vandaag werkt haar wachtwoord nog. Haar verlopen en haar ingetrokken pas mogen niet werken.',
    },
  },
  {
    name: 'Lars Vestby',
    cards: 'lars-',
    note: {
      en: 'Doctor, user name lars, holder of an advanced certificate: by the login rule his password alone does not let him in.',
      sv: 'Läkare, användarnamn lars, med avancerat certifikat: enligt inloggningsregeln räcker inte lösenordet.',
      nb: 'Lege, brukernavn lars, med avansert sertifikat: etter innloggingsregelen er ikke passordet nok.',
      nn: 'Lege, brukarnamn lars, med avansert sertifikat: etter innloggingsregelen er ikkje passordet nok.',
      nl: 'Arts, gebruikersnaam lars, met een geavanceerd certificaat: volgens de inlogregel is zijn wachtwoord niet genoeg.',
    },
  },
  {
    name: 'Siri Lunde',
    cards: 'siri-',
    note: {
      en: 'Medical secretary, user name siri, without a health profession and without a card: she may not open the core record for treatment.',
      sv: 'Läkarsekreterare, användarnamn siri, utan vårdlegitimation och utan kort: hon får inte öppna patientöversikten för vård och behandling.',
      nb: 'Helsesekretær, brukernavn siri, uten autorisasjon og uten kort: hun får ikke åpne kjernejournalen for behandling.',
      nn: 'Helsesekretær, brukarnamn siri, utan autorisasjon og utan kort: ho får ikkje opne kjernejournalen for behandling.',
      nl: 'Medisch secretaresse, gebruikersnaam siri, geen zorgverlener en zonder pas: ze mag het landelijk dossier niet openen voor een behandeling.',
    },
  },
  {
    name: 'Anna Berg',
    cards: 'anna-',
    note: {
      en: 'District nurse with a Swedish card that holds two certificates, both hers, and with two assignments: she chooses one.',
      sv: 'Distriktssköterska med ett svenskt kort som har två certifikat, båda hennes, och med två uppdrag: hon väljer ett.',
      nb: 'Distriktssykepleier med et svensk kort som har to sertifikater, begge hennes, og med to roller: hun velger én.',
      nn: 'Distriktssjukepleiar med eit svensk kort som har to sertifikat, begge hennar, og med to roller: ho vel ei.',
      nl: 'Wijkverpleegkundige met een Zweedse pas met twee certificaten, beide van haar, en met twee functies: ze kiest er een.',
    },
  },
];

function people({ folder }: DemoPlaces): People {
  const cards = readdirSync(join(folder, 'cards'))
    .filter((file) => file.endsWith('.p12'))
    .sort();
  return notes.map(({ name, note, cards: prefix }) => ({
    name,
    note,
    files: cards
      .filter((file) => file.startsWith(prefix))
      .map((file) => ({ href: `/demo/cards/${file}`, label: { en: file } })),
  }));
}

/** The walk of the demo, and how to trust the certificates. */
export function startContent(demo: DemoPlaces | undefined, trustPem: string | undefined): StartContent {
  const trust =
    trustPem === undefined
      ? undefined
      : { href: '/trust.pem', fingerprint: new X509Certificate(trustPem).fingerprint256 };
  return demo ? { trust, steps: walk(demo), people: people(demo) } : { trust };
}
