// What stands on the start page: the walk of the demo, its people, and how to trust the certificates.
import { X509Certificate } from 'node:crypto';
import type { StartContent } from '../../edge/web/portal/index.ts';

/** The walk of the demo, and how to trust the certificates. */
export function startContent(
  demo: { ehrUrl: string; coreRecordUrl: string } | undefined,
  trustPem: string | undefined,
): StartContent {
  const trust =
    trustPem === undefined
      ? undefined
      : { href: '/trust.pem', fingerprint: new X509Certificate(trustPem).fingerprint256 };
  if (!demo) return { trust };
  return {
    trust,
    steps: [
      {
        href: `${demo.ehrUrl}/`,
        text: {
          en: 'Open the EHR and log in as kari with the password that the terminal showed (or var/demo/secrets/kari.password).',
          sv: 'Öppna journalen och logga in som kari med lösenordet som terminalen visade (eller var/demo/secrets/kari.password).',
          nb: 'Åpne journalen og logg inn som kari med passordet som terminalen viste (eller var/demo/secrets/kari.password).',
          nn: 'Opne journalen og logg inn som kari med passordet som terminalen viste (eller var/demo/secrets/kari.password).',
          nl: 'Open het EPD en log in als kari met het wachtwoord uit de terminal (of var/demo/secrets/kari.password).',
        },
      },
      {
        href: `${demo.coreRecordUrl}/`,
        text: {
          en: 'Open the national core record: it needs the level high, so you are asked for the advanced card, with the reason.',
          sv: 'Öppna den nationella översikten: den kräver nivån hög, så du ombeds visa det avancerade kortet, med skälet.',
          nb: 'Åpne kjernejournalen: den krever nivået høyt, så du blir bedt om det avanserte kortet, med grunnen.',
          nn: 'Opne kjernejournalen: han krev nivået høgt, så du blir beden om det avanserte kortet, med grunnen.',
          nl: 'Open het landelijk dossier: het vereist niveau hoog, dus u wordt om de geavanceerde kaart gevraagd, met de reden.',
        },
      },
      {
        text: {
          en: 'Compare what both tickets say (acr, amr, auth_time), then log out everywhere: the other application forgets you too.',
          sv: 'Jämför vad biljetterna säger (acr, amr, auth_time) och logga ut överallt: det andra systemet glömmer dig också.',
          nb: 'Sammenlign hva billettene sier (acr, amr, auth_time), og logg ut overalt: det andre systemet glemmer deg også.',
          nn: 'Samanlikn kva billettane seier (acr, amr, auth_time), og logg ut overalt: det andre systemet gløymer deg òg.',
          nl: 'Vergelijk wat beide tickets zeggen (acr, amr, auth_time) en log overal uit: de andere toepassing vergeet u ook.',
        },
      },
      {
        text: {
          en: 'Read the trail: npx tillit audit tail, then npx tillit audit verify.',
          sv: 'Läs spåret: npx tillit audit tail, sedan npx tillit audit verify.',
          nb: 'Les sporet: npx tillit audit tail, deretter npx tillit audit verify.',
          nn: 'Les sporet: npx tillit audit tail, deretter npx tillit audit verify.',
          nl: 'Lees het spoor: npx tillit audit tail, daarna npx tillit audit verify.',
        },
      },
    ],
    people: [
      {
        name: 'Kari Nordmann',
        note: {
          en: 'Nurse. She got her advanced card today; the register lists her as a holder from tomorrow, so today her password still lets her in. Cards: kari-simple, kari-advanced; kari-expired and kari-revoked must not work.',
          sv: 'Sjuksköterska. Hon fick sitt avancerade kort i dag; registret listar henne som innehavare från i morgon, så i dag släpper lösenordet in henne. Kort: kari-simple, kari-advanced; kari-expired och kari-revoked ska inte fungera.',
          nb: 'Sykepleier. Hun fikk det avanserte kortet i dag; registeret fører henne som innehaver fra i morgen, så i dag slipper passordet henne inn. Kort: kari-simple, kari-advanced; kari-expired og kari-revoked skal ikke virke.',
          nn: 'Sjukepleiar. Ho fekk det avanserte kortet i dag; registeret fører henne som innehavar frå i morgon, så i dag slepp passordet henne inn. Kort: kari-simple, kari-advanced; kari-expired og kari-revoked skal ikkje verke.',
          nl: 'Verpleegkundige. Ze kreeg vandaag haar geavanceerde kaart; het register noemt haar vanaf morgen als houder, dus vandaag werkt haar wachtwoord nog. Kaarten: kari-simple, kari-advanced; kari-expired en kari-revoked mogen niet werken.',
        },
      },
      {
        name: 'Lars Vestby',
        note: {
          en: 'Doctor, holder of an advanced certificate: by the login rule a password alone does not let him in. Cards: lars-simple, lars-advanced.',
          sv: 'Läkare med avancerat certifikat: enligt inloggningsregeln räcker inte ett lösenord. Kort: lars-simple, lars-advanced.',
          nb: 'Lege med avansert sertifikat: etter innloggingsregelen er ikke et passord nok. Kort: lars-simple, lars-advanced.',
          nn: 'Lege med avansert sertifikat: etter innloggingsregelen er ikkje eit passord nok. Kort: lars-simple, lars-advanced.',
          nl: 'Arts met een geavanceerd certificaat: volgens de inlogregel is alleen een wachtwoord niet genoeg. Kaarten: lars-simple, lars-advanced.',
        },
      },
      {
        name: 'Anna Berg',
        note: {
          en: 'District nurse with a Swedish card and two assignments: she chooses one. Cards: anna-hsa-id, anna-person-id (both are her).',
          sv: 'Distriktssköterska med svenskt kort och två uppdrag: hon väljer ett. Kort: anna-hsa-id, anna-person-id (båda är hon).',
          nb: 'Distriktssykepleier med svensk kort og to oppdrag: hun velger ett. Kort: anna-hsa-id, anna-person-id (begge er henne).',
          nn: 'Distriktssjukepleiar med svensk kort og to oppdrag: ho vel eitt. Kort: anna-hsa-id, anna-person-id (begge er ho).',
          nl: 'Wijkverpleegkundige met een Zweedse kaart en twee aanstellingen: ze kiest er een. Kaarten: anna-hsa-id, anna-person-id (beide zijn van haar).',
        },
      },
    ],
  };
}
