// A register as HSA's tree (schema 5.3): the schema for OpenLDAP, and the entries as LDIF.
import { type Place, placesFrom, type Register } from './people.ts';

const text = 'EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15';
const time = 'EQUALITY generalizedTimeMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE';
/** Attributes whose numbers are published, and others below an arc of this test's own. */
const numbers: Readonly<Record<string, string>> = {
  hsaIdentity: '1.2.752.29.4.19',
  personalIdentityNumber: '1.2.752.29.4.13',
  hsaCommissionRight: '1.2.752.29.4.124',
};
const texts = [
  ...['hsaIdentity', 'personalIdentityNumber', 'hsaCommissionRight', 'hsaCommissionMember', 'hsaCommissionPurpose'],
  ...['orgNo', 'fullName', 'middleName', 'hsaTitle', 'hsaSystemRole', 'personalPrescriptionCode', 'paTitleCode'],
];
const attributeTypes = [...texts, 'startDate', 'endDate'].map((name, index) => {
  const number = numbers[name] ?? `1.3.6.1.4.1.55555.1.${index + 1}`;
  return `attributetype ( ${number} NAME '${name}' ${texts.includes(name) ? text : time} )`;
});
const dates = 'startDate $ endDate';
const classes: Readonly<Record<string, readonly [number: string, content: string]>> = {
  hsaPerson: [
    '1.3.6.1.4.1.55555.2.1',
    `MUST ( hsaIdentity $ fullName ) MAY ( personalIdentityNumber $ givenName $ middleName $ title $ hsaTitle $ mail $ hsaSystemRole $ personalPrescriptionCode $ paTitleCode $ ${dates} )`,
  ],
  hsaConfidentialPerson: ['1.2.752.29.6.9', ''],
  hsaHealthCareProvider: ['1.2.752.29.6.10', `MUST ( hsaIdentity $ orgNo ) MAY ( ${dates} )`],
  hsaCommission: [
    '1.2.752.29.6.12',
    'MUST ( cn $ hsaIdentity ) MAY ( hsaCommissionPurpose $ hsaCommissionRight $ hsaCommissionMember )',
  ],
  hsaHealthCareUnit: ['1.2.752.29.6.13', `MUST hsaIdentity MAY ( ${dates} )`],
  hsaArchivedObject: ['1.2.752.29.6.20', ''],
  hsaFeignedDataObject: ['1.2.752.29.6.25', ''],
};

export const treeSchema = [
  ...attributeTypes,
  ...Object.entries(classes).map(
    ([name, [number, content]]) => `objectclass ( ${number} NAME '${name}' SUP top AUXILIARY ${content} )`,
  ),
].join('\n');

const escapedName = (value: string): string => value.replace(/[,+"\\<>;=#]/g, '\\$&');
const generalized = (iso: string | undefined): string | undefined => iso?.replace(/[-:T]/g, '');

type Values = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Values in base64: letters beyond ASCII are no LDIF otherwise. */
function entry(name: string, objectClass: readonly string[], values: Values): string {
  const all = { objectClass, ...values };
  const lines = Object.entries(all).flatMap(([attribute, value]) =>
    [value ?? []].flat().map((each) => `${attribute}:: ${Buffer.from(each).toString('base64')}`),
  );
  return `dn:: ${Buffer.from(name).toString('base64')}\n${lines.join('\n')}\n`;
}

const partOf = ({ kind, under, name }: Place): string =>
  `${kind === 'provider' && under === undefined ? 'o' : 'ou'}=${escapedName(name)}`;
export const placeName = (register: Register, id: string): string =>
  [...placesFrom(register, id).map(partOf), 'c=SE'].join(',');

const marks = ({ feigned, archived }: { feigned?: boolean; archived?: boolean }): readonly string[] => [
  ...(feigned ? ['hsaFeignedDataObject'] : []),
  ...(archived ? ['hsaArchivedObject'] : []),
];

/** The whole tree below `c=SE`; `hub` may read it with this password. */
export function treeLdif(register: Register, hubPassword: string): string {
  const { places, commissions, employees } = register;
  const above = places.filter(({ under }) => under === undefined);
  const inOrder = [...above, ...places.filter((place) => !above.includes(place))];
  return [
    entry('c=SE', ['top', 'country'], { c: 'SE' }),
    entry('cn=hub,c=SE', ['organizationalRole', 'simpleSecurityObject'], { cn: 'hub', userPassword: hubPassword }),
    ...inOrder.map((place) => {
      const isTop = place.under === undefined;
      const role = { provider: ['hsaHealthCareProvider'], unit: ['hsaHealthCareUnit'], folder: [] }[place.kind];
      return entry(
        placeName(register, place.id),
        [isTop ? 'organization' : 'organizationalUnit', ...role, ...marks(place)],
        {
          [isTop ? 'o' : 'ou']: place.name,
          ...(place.kind === 'folder' ? {} : { hsaIdentity: place.id }),
          orgNo: place.orgNo,
          startDate: generalized(place.from),
          endDate: generalized(place.until),
        },
      );
    }),
    ...commissions.map((one) =>
      entry(
        `cn=${escapedName(one.name)},${placeName(register, one.at)}`,
        ['organizationalRole', 'hsaCommission', ...marks(one)],
        {
          cn: one.name,
          hsaIdentity: one.id,
          hsaCommissionPurpose: one.purpose,
          hsaCommissionRight: one.rights,
          hsaCommissionMember: one.members.map((member) => (member.includes(';') ? member : `${member};;`)),
        },
      ),
    ),
    ...employees.map((one) =>
      entry(
        `cn=${escapedName(`${one.givenName} ${one.surname} ${one.hsaId}`)},${placeName(register, one.at)}`,
        [...['inetOrgPerson', 'hsaPerson', ...marks(one)], ...(one.protectedIdentity ? ['hsaConfidentialPerson'] : [])],
        {
          cn: `${one.givenName} ${one.surname} ${one.hsaId}`,
          fullName: `${one.givenName} ${one.surname}`,
          hsaIdentity: one.hsaId,
          personalIdentityNumber: one.number,
          givenName: one.givenName,
          middleName: one.middleName,
          sn: one.surname,
          title: one.title,
          hsaTitle: one.licences?.map(([, name]) => name),
          mail: one.mail,
          telephoneNumber: one.telephoneNumber,
          hsaSystemRole: one.systemRole,
          personalPrescriptionCode: one.prescriptionCode,
          startDate: generalized(one.from),
          endDate: generalized(one.until),
        },
      ),
    ),
  ].join('\n');
}
