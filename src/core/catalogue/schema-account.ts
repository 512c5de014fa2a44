// What the records of account targets and account rules may say.
import { flag, list, oneOf, optional, record, type Static, text, wholeNumber } from '../../base/schema/index.ts';
import { type AccountRule, cardMappingForms } from './account-rule.ts';
import { type AccountTarget, accountTargetKinds } from './account-target.ts';
import { certificates, id, localizedName, reference, references, sealedSecret, seconds } from './schema-parts.ts';

export const distinguishedName = (title: string) =>
  text({
    title,
    maxLength: 1000,
    pattern: '^[A-Za-z][A-Za-z0-9-]*=.+$',
    allowed: 'a distinguished name, for example OU=External,DC=region,DC=example',
  });
export const attributeName = (title: string, byDefault?: string) =>
  text({
    title,
    maxLength: 64,
    pattern: '^[A-Za-z][A-Za-z0-9-]*$',
    allowed: 'the name of an attribute',
    ...(byDefault === undefined ? {} : { default: byDefault }),
  });

const controller = text({
  title: 'Controller',
  maxLength: 300,
  pattern: '^ldaps://[^\\s/]+$',
  allowed: 'an address that begins with ldaps://',
});

/** Domain controllers, always over LDAPS. */
export const controllers = (maxItems: number) =>
  list(controller, { title: 'Domain controllers', minItems: 1, maxItems, uniqueItems: true });

/** A directory's attribute, or a SCIM path; which of them is right the target tells. */
const ruledAttribute = () =>
  text({
    title: 'Attribute',
    maxLength: 200,
    pattern: '^[A-Za-z][A-Za-z0-9:._-]*(\\[type eq "[a-z]{1,20}"\\]\\.value)?$',
    allowed: 'the name of an attribute, or a SCIM path',
  });

export const accountTargetSchema = record({
  id: id(),
  name: localizedName('Name'),
  kind: oneOf(accountTargetKinds, { title: 'Kind' }),
  directory: optional(
    record({
      controllers: controllers(8),
      confirmOn: list(controller, {
        title: 'Controllers that must have an account before its holder goes on',
        maxItems: 8,
        uniqueItems: true,
        default: [],
      }),
      base: distinguishedName('Root of the tree'),
      bindName: text({ title: 'Who the hub is there', maxLength: 500 }),
      sealedPassword: sealedSecret('Password', 'passwordFile'),
      tlsAuthorities: certificates('Who vouches for the controllers', { default: [] }),
    }),
  ),
  service: optional(
    record({
      url: text({
        title: 'Address',
        maxLength: 500,
        pattern: '^https?://[^\\s?#]+[^\\s?#/]$',
        allowed: 'an https address without a slash at its end, without query and fragment',
      }),
      sealedToken: sealedSecret('Token', 'tokenFile'),
      tlsAuthorities: certificates('Who vouches for its address', { default: [] }),
      markAttribute: {
        ...ruledAttribute(),
        title: 'Attribute that says that the account is the hub’s',
        default: 'userType',
      },
      endAttribute: optional({ ...ruledAttribute(), title: 'Attribute that closes an account at a time' }),
    }),
  ),
  loginName: text({
    title: 'Login name',
    maxLength: 60,
    allowed: 'small letters with {given}, {family}, {id}, each perhaps with a length: {given:3}{family:3}',
    default: '{given:3}{family:3}',
  }),
  principalSuffix: text({
    title: 'What follows the @ of the principal name',
    maxLength: 200,
    pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$',
    allowed: 'a domain name',
  }),
  keyAttribute: attributeName('Attribute of the stable key', 'employeeNumber'),
  markAttribute: attributeName('Attribute that says that the account is the hub’s', 'adminDescription'),
  identifier: text({
    title: 'Identity in the stable key',
    pattern: '^[a-z0-9][a-z0-9:._-]{0,63}$',
    maxLength: 64,
    allowed: 'a namespace, for example hsa-id',
    default: 'hsa-id',
  }),
  deleteAfterDays: wholeNumber({
    title: 'Days after its end that it is deleted',
    minimum: 1,
    maximum: 3650,
    default: 90,
  }),
  reconcileAt: optional(
    record({
      time: text({
        title: 'Time of the day',
        maxLength: 5,
        pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
        allowed: 'a time such as 03:00',
      }),
      zone: text({ title: 'Time zone', maxLength: 64, allowed: 'a time zone, for example Europe/Stockholm' }),
    }),
  ),
  mendAtOnce: optional(
    list(oneOf(['openedByHand'], { title: 'Finding' }), {
      title: 'Mended without approval',
      uniqueItems: true,
      maxItems: 1,
    }),
  ),
  closed: flag({ title: 'Closed', default: false }),
});

export const accountRuleSchema = record({
  id: id(),
  name: localizedName('Name'),
  target: reference('accountTarget', 'Target'),
  applications: references('application', 'Applications that give the account', { minItems: 1 }),
  organisations: { ...references('organisation', 'Organisations whose people it is for'), default: [] },
  roles: list(text({ title: 'Role', maxLength: 64 }), {
    title: 'Roles',
    uniqueItems: true,
    maxItems: 100,
    default: [],
  }),
  container: optional(distinguishedName('Where the account lies')),
  attributes: list(record({ name: ruledAttribute(), value: text({ title: 'Value', maxLength: 500 }) }), {
    title: 'What the account says',
    maxItems: 50,
    default: [],
  }),
  groups: list(text({ title: 'Group', maxLength: 1000 }), {
    title: 'Groups',
    uniqueItems: true,
    maxItems: 50,
    default: [],
  }),
  cardMapping: optional(
    record({
      form: oneOf(cardMappingForms, { title: 'How the directory knows the card' }),
      populations: references('population', 'Populations whose cards it is to know', { minItems: 1 }),
    }),
  ),
  lifetimeSeconds: { ...seconds('How long it stays open after a login', 30 * 86_400), default: 86_400 },
  closed: flag({ title: 'Closed', default: false }),
});

type Fits<Read extends Told, Told> = Read;
export type AccountTargetSchemaFits = Fits<Static<typeof accountTargetSchema>, AccountTarget>;
export type AccountRuleSchemaFits = Fits<Static<typeof accountRuleSchema>, AccountRule>;
