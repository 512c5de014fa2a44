// HSA by the national platform's interactions: two questions about the person at once, and one for each unit that is in doubt.
import type { Clock, EpochMs } from '../../../base/clock.ts';
import { elementMaker } from '../../../base/xml/index.ts';
import {
  believed,
  normaliseIdentity,
  type PersonSource,
  type SourceAllowance,
  type SourceCommission,
  type SourcePerson,
  type SubjectKey,
  sourceAway,
  spanOf,
} from '../../../core/directory/index.ts';
import { type LookUp, type PlatformSettings, type PostSoap, platform } from './ask.ts';
import { credentialsRequest, readCredentials, type ToldCommission, type ToldCredentials } from './credentials.ts';
import { employeeRequest, readEmployees, type ToldEmployee } from './employee.ts';
import { readUnit, type ToldUnit, unitRequest } from './health-care-unit.ts';
import { getCredentials, getEmployee, getHealthCareUnit, type Interaction } from './interactions.ts';

export interface HsaSoapSettings extends PlatformSettings, SourceAllowance {
  readonly searchBase: string;
  readonly employeeVersion: '3' | '4';
}

/** Units that one look-up asks about; commissions of further ones stand as they were told. */
const mostUnits = 10;

/** Which member of a request names the person. */
const members: Readonly<Record<string, string>> = {
  'hsa-id': 'personHsaId',
  'se-personnummer': 'personalIdentityNumber',
};

export function hsaSoap(settings: HsaSoapSettings, post: PostSoap, clock: Clock): PersonSource {
  const { searchBase, allowFeigned } = settings;
  const employee = getEmployee(settings.employeeVersion);
  const begin = platform(settings, post, clock);

  /** The commission with what its unit's own record says, when its unit ended or something that it needs is missing. */
  async function completed(told: ToldCommission, units: Units): Promise<SourceCommission | undefined> {
    const { unit, provider } = told;
    const isWhole = provider.id && provider.name && provider.organisationNumber && (unit === undefined || unit.name);
    const ended = (spanOf(unit?.span ?? {}, provider.span).until ?? Number.POSITIVE_INFINITY) <= clock();
    const asked = unit !== undefined && (!isWhole || ended) ? await units(unit.id) : undefined;
    return commissionOf(
      asked === undefined
        ? told
        : {
            ...told,
            ...asked,
            feigned: told.feigned || asked.feigned,
            archived: told.archived || asked.archived,
          },
    );
  }

  return {
    async find(key) {
      const member = members[key.namespace];
      const normal = normaliseIdentity(key.namespace, key.value);
      // HSA knows people by no other identifier.
      if (member === undefined || !normal.ok) return [];
      const asked: SubjectKey = { namespace: key.namespace, value: normal.value };
      const who = ({ responder }: Interaction) => elementMaker('w', responder)(member, {}, normal.value);
      const lookUp = begin();
      const [credentials, employees] = await Promise.all([
        lookUp
          .ask(getCredentials, credentialsRequest(who(getCredentials), searchBase, allowFeigned))
          .then(readCredentials),
        lookUp
          .ask(employee, employeeRequest(employee, who(employee), searchBase, allowFeigned))
          .then((answer) => readEmployees(employee, answer)),
      ]);
      if (key.namespace === 'hsa-id' && employees.some(({ id }) => id !== asked.value))
        throw sourceAway('the answer is about somebody else');
      const units = unitsOf(lookUp, searchBase, allowFeigned);
      const records = await Promise.all(
        onceEach(credentials).map(async (told) => {
          const commissions = await Promise.all(told.commissions.map((each) => completed(each, units)));
          return personOf(
            told,
            commissions.filter((each) => each !== undefined),
            employees.find(({ id }) => id === told.key.value),
          );
        }),
      );
      return believed(asked, records, settings);
    },
  };
}

/** Two records with one HSA-ID are two people for one key: no answer. */
function onceEach(credentials: readonly ToldCredentials[]): readonly ToldCredentials[] {
  if (new Set(credentials.map(({ key }) => key.value)).size < credentials.length)
    throw sourceAway('two records with one HSA-ID');
  return credentials;
}

type Units = (unit: string) => Promise<ToldUnit | undefined>;

/** Asks for a unit once a look-up, and for a few of them alone. */
function unitsOf(lookUp: LookUp, searchBase: string, includeFeigned: boolean): Units {
  const known = new Map<string, Promise<ToldUnit | undefined>>();
  return (unit) => {
    const before = known.get(unit);
    if (before !== undefined || known.size >= mostUnits) return before ?? Promise.resolve(undefined);
    const asked = lookUp
      .ask(getHealthCareUnit, unitRequest(unit, searchBase, includeFeigned))
      .then((answer) => readUnit(unit, answer));
    known.set(unit, asked);
    return asked;
  };
}

/** Undefined: something is missing that every commission has, so that it is left out. */
function commissionOf(told: ToldCommission): SourceCommission | undefined {
  const { id, name, purpose, rights, unit, feigned, archived } = told;
  const { id: providerId, name: providerName, organisationNumber, span } = told.provider;
  if (!id || !name || !purpose || !providerId || !providerName || !organisationNumber) return undefined;
  if (unit !== undefined && unit.name === undefined) return undefined;
  return {
    id,
    name,
    purpose,
    rights,
    ...(unit?.name === undefined ? {} : { unit: { id: unit.id, name: unit.name } }),
    provider: { id: providerId, name: providerName, organisationNumber: digitsOf(organisationNumber) },
    ...spanOf(unit?.span ?? {}, span),
    feigned,
    archived,
  };
}

/** `232100-0156` and `2321000156` are one organisation. */
const digitsOf = (number: string): string => number.replace(/^(\d{6})-(\d{4})$/, '$1$2');

function personOf(
  told: ToldCredentials,
  commissions: readonly SourceCommission[],
  employee: ToldEmployee | undefined,
): SourcePerson {
  const { givenName } = told;
  const span: { from?: EpochMs; until?: EpochMs } = spanOf(employee?.span ?? {});
  return {
    ...told,
    ...(givenName === undefined ? {} : { givenName }),
    ...(employee?.title === undefined ? {} : { title: employee.title }),
    ...span,
    protectedIdentity: told.protectedIdentity || employee?.protectedIdentity === true,
    feigned: told.feigned || employee?.feigned === true,
    commissions,
    attributes: { ...employee?.attributes, ...told.attributes },
  };
}
