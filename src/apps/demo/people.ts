// The demo's people, organisations and cards: all invented, each there to show one thing.
import type { CardAuthorityName, Holder } from './test-ca/index.ts';

export interface DemoPerson {
  readonly id: string;
  readonly username: string | undefined;
  readonly givenName: string;
  readonly familyName: string;
  readonly locale: string;
  readonly attributes: Readonly<Record<string, string | boolean>>;
  readonly identities: readonly { readonly namespace: string; readonly value: string }[];
  readonly assignments: readonly {
    readonly id: string;
    readonly organisation: string;
    readonly unit?: string;
    readonly role: string;
    readonly title: string;
    readonly hsaId?: string;
    readonly hprNumber?: string;
  }[];
  readonly cards: readonly {
    readonly name: string;
    readonly authority: CardAuthorityName;
    readonly holder: Holder;
    readonly cardNumber: string;
  }[];
}

const hospital = 'fjord-hospital';
const region = 'norrsken-region';

export const demoOrganisations = [
  { id: 'demo-region', name: 'Demo Region', number: '983974724', brand: 'demo' },
  { id: hospital, name: 'Fjord Hospital', number: '974557746', parent: 'demo-region', brand: 'demo' },
  { id: region, name: 'Region Norrsken', number: '2321000156', brand: 'norrsken' },
] as const;

export const demoUnits = [
  { id: 'fjord-ward-3', organisation: hospital, name: 'Ward 3, internal medicine' },
  { id: 'fjord-emergency', organisation: hospital, name: 'Emergency department' },
  { id: 'norrsken-care-centre', organisation: region, name: 'Norrsken care centre' },
] as const;

/** A clerk works at the hospital too, with no health profession: a rule keeps her from grounds of treatment (N4). */
const clerk: DemoPerson = {
  id: 'siri-lunde',
  username: 'siri',
  givenName: 'Siri',
  familyName: 'Lunde',
  locale: 'nb',
  attributes: {},
  identities: [{ namespace: 'staff-id', value: 'T10003' }],
  assignments: [
    { id: 'siri-ward-3', organisation: hospital, unit: 'fjord-ward-3', role: 'clerk', title: 'Medical secretary' },
  ],
  cards: [],
};

/** Kari may still use her password; Lars must use the card (H4); Anna has a Swedish card and two assignments. */
export const demoPeople: readonly DemoPerson[] = [
  {
    id: 'kari-nordmann',
    username: 'kari',
    givenName: 'Kari',
    familyName: 'Nordmann',
    locale: 'nb',
    attributes: { certificateClass: 'simple' },
    identities: [
      { namespace: 'staff-id', value: 'T10001' },
      { namespace: 'fjordpass-id', value: 'UN:NO-9578-4050-100001' },
      { namespace: 'no-fodselsnummer', value: '03827910081' },
    ],
    assignments: [
      {
        id: 'kari-ward-3',
        organisation: hospital,
        unit: 'fjord-ward-3',
        role: 'nurse',
        title: 'Nurse',
        hprNumber: '9144900',
      },
    ],
    cards: [
      {
        name: 'kari-simple',
        authority: 'simple',
        holder: {
          serialNumber: 'T10001',
          givenName: 'Kari',
          surname: 'Nordmann',
          country: 'NO',
          organization: 'Fjord Hospital',
        },
        cardNumber: '9752578000000100001',
      },
      {
        name: 'kari-advanced',
        authority: 'advanced',
        holder: {
          serialNumber: 'UN:NO-9578-4050-100001',
          givenName: 'Kari',
          surname: 'Nordmann',
          country: 'NO',
          organization: 'Fjord Hospital',
        },
        cardNumber: '9752578000000200001',
      },
    ],
  },
  {
    id: 'lars-vestby',
    username: 'lars',
    givenName: 'Lars',
    familyName: 'Vestby',
    locale: 'nn',
    attributes: { certificateClass: 'simple advanced' },
    identities: [
      { namespace: 'staff-id', value: 'T10002' },
      { namespace: 'fjordpass-id', value: 'UN:NO-9578-4050-100002' },
      { namespace: 'no-fodselsnummer', value: '14818510056' },
    ],
    assignments: [
      {
        id: 'lars-emergency',
        organisation: hospital,
        unit: 'fjord-emergency',
        role: 'doctor',
        title: 'Doctor',
        hprNumber: '9144889',
      },
    ],
    cards: [
      {
        name: 'lars-simple',
        authority: 'simple',
        holder: {
          serialNumber: 'T10002',
          givenName: 'Lars',
          surname: 'Vestby',
          country: 'NO',
          organization: 'Fjord Hospital',
        },
        cardNumber: '9752578000000100002',
      },
      {
        name: 'lars-advanced',
        authority: 'advanced',
        holder: {
          serialNumber: 'UN:NO-9578-4050-100002',
          givenName: 'Lars',
          surname: 'Vestby',
          country: 'NO',
          organization: 'Fjord Hospital',
        },
        cardNumber: '9752578000000200002',
      },
    ],
  },
  {
    id: 'anna-berg',
    username: undefined,
    givenName: 'Anna',
    familyName: 'Berg',
    locale: 'sv',
    attributes: { certificateClass: 'siths' },
    identities: [
      { namespace: 'hsa-id', value: 'SE2321000156-1077' },
      { namespace: 'se-personnummer', value: '199001019802' },
    ],
    assignments: [
      {
        id: 'anna-care-centre',
        organisation: region,
        unit: 'norrsken-care-centre',
        role: 'nurse',
        title: 'District nurse',
        hsaId: 'SE2321000156-1077',
      },
      {
        id: 'anna-emergency',
        organisation: hospital,
        unit: 'fjord-emergency',
        role: 'nurse',
        title: 'Nurse on loan',
        hsaId: 'SE2321000156-1077',
      },
    ],
    cards: [
      {
        name: 'anna-hsa-id',
        authority: 'hsa-id-3',
        holder: {
          serialNumber: 'SE2321000156-1077',
          givenName: 'Anna',
          surname: 'Berg',
          country: 'SE',
          organization: 'Region Norrsken',
          title: 'District nurse',
        },
        cardNumber: '9752269875503920011',
      },
      {
        name: 'anna-person-id',
        authority: 'person-id-3',
        holder: { serialNumber: '199001019802', givenName: 'Anna', surname: 'Berg', country: 'SE' },
        cardNumber: '9752269875503920011',
      },
    ],
  },
  clerk,
];
