// What a card profile's record may say.
import { flag, list, oneOf, optional, record, type Static, text, wholeNumber } from '../../base/schema/index.ts';
import { certificateFields } from '../../wire/codes/index.ts';
import { type CardProfile, cardEndedBy, cardFlows, identityDocuments, nameChanges } from './card-profile.ts';
import { ownIssuer } from './certificate-issuer.ts';
import { id, localizedName, reference } from './schema-parts.ts';

export const cardProfileSchema = record({
  id: id(),
  name: localizedName('Name'),
  flow: oneOf(cardFlows, { title: 'Who makes the card', default: 'own' }),
  issuer: { ...reference('certificateIssuer', 'Who signs its certificates'), default: ownIssuer },
  population: reference('population', 'Population that accepts its certificates'),
  certificates: list(
    record({
      profile: text({
        title: 'Certificate profile',
        pattern: '^[a-z][a-z0-9-]{0,31}$',
        maxLength: 32,
        allowed: 'the id of a certificate profile of the issuer',
      }),
      fields: list(oneOf(certificateFields, { title: 'Field' }), {
        title: 'What it is told of the holder',
        uniqueItems: true,
        minItems: 1,
      }),
    }),
    {
      title: 'Certificate profiles',
      uniqueItems: true,
      maxItems: 4,
      default: [],
    },
  ),
  approval: flag({ title: 'Somebody else approves the order', default: true }),
  softCard: flag({ title: 'May be a soft card: keys made by the hub, in a file', default: false }),
  dualControl: flag({ title: 'Two officers', default: false }),
  identityDocuments: list(oneOf(identityDocuments, { title: 'Document' }), {
    title: 'What may be shown at the counter',
    uniqueItems: true,
    default: [],
  }),
  identifier: text({
    title: 'Identity in its certificates',
    pattern: '^[a-z0-9][a-z0-9:._-]{0,63}$',
    maxLength: 64,
    allowed: 'a namespace, for example hsa-id',
    default: 'hsa-id',
  }),
  account: optional(reference('accountTarget', 'Where the account is that its certificates name')),
  country: text({
    title: 'Country',
    pattern: '^[A-Z]{2}$',
    maxLength: 2,
    allowed: 'two capital letters',
    default: 'SE',
  }),
  validityDays: wholeNumber({ title: 'Days valid', minimum: 1, maximum: 1830, default: 1095 }),
  temporaryHours: wholeNumber({ title: 'Hours that a temporary card is valid', minimum: 1, maximum: 336, default: 24 }),
  renewBeforeDays: wholeNumber({
    title: 'Days before its end that it may be renewed',
    minimum: 0,
    maximum: 365,
    default: 60,
  }),
  endsBy: list(oneOf(cardEndedBy, { title: 'Ending' }), {
    title: 'What ends it',
    uniqueItems: true,
    minItems: 1,
  }),
  nameChange: oneOf(nameChanges, { title: 'When the holder’s name changes', default: 'keep' }),
  nameChangeDays: wholeNumber({
    title: 'Days that a card with the old name still works',
    minimum: 1,
    maximum: 365,
    default: 30,
  }),
  closed: flag({ title: 'Closed', default: false }),
});

type Fits<Read extends Told, Told> = Read;
export type CardProfileSchemaFits = Fits<Static<typeof cardProfileSchema>, CardProfile>;
