// Whether an application may speak for the organisation that it names: HelseID's numbered rules, in order.
import type { OidcApplication, Representation } from '../../catalogue/index.ts';
import type { DetailFacts } from '../detail-type.ts';
import { type ContextCheck, faultIf } from '../fault.ts';
import { type NamedOrganisation, readOrganisation } from './organisation-value.ts';

export interface OrganisationDetails {
  readonly type: 'helseid_authorization';
  readonly practitioner_role: {
    readonly organization: { readonly identifier: { system: string; type: 'ENH'; value: string } };
  };
}

type Facts = DetailFacts<OrganisationDetails>;

const readingOf = ({ details }: Facts) => {
  const { system, value } = details.practitioner_role.organization.identifier;
  return readOrganisation(system, value);
};
const namedIn = (facts: Facts): NamedOrganisation => {
  const reading = readingOf(facts);
  return reading.ok ? reading : {};
};
const represents = ({ represents: record }: OidcApplication): Representation =>
  record ?? { tenancy: 'none', allowParent: false, allowChild: false };

/** The parents that the record itself allows; undefined = it leaves that to the delegations. */
function listedParents({ tenancy, parent, parents }: Representation): readonly string[] | undefined {
  if (tenancy !== 'single') return parents;
  return [...(parents ?? []), ...(parent === undefined ? [] : [parent])];
}

/** The list of children that the record has for the parent, if it has one. */
function childrenOfParent(facts: Facts): readonly string[] | undefined {
  const { childrenOf = {}, parent: own } = represents(facts.application);
  const { parent = own } = namedIn(facts);
  return parent !== undefined && Object.hasOwn(childrenOf, parent) ? childrenOf[parent] : undefined;
}

export const organisationChecks: readonly ContextCheck<Facts>[] = [
  {
    name: 'organisation.members',
    clause: 'HID-1007 (nothing but what is specified)',
    test: ({ strangers }) =>
      faultIf(strangers.length > 0, 'HID-1007', `helseid_authorization has unknown members in ${strangers[0]}`),
  },
  {
    name: 'organisation.carrier',
    clause: 'HID-1009 (in the code flow the organisation comes in the request object)',
    test: ({ carrier, grant }) =>
      faultIf(
        carrier === 'assertion' && (grant === 'authorization_code' || grant === 'login'),
        'HID-1009',
        'in the code flow the organisation is sent in the signed request object, or later with the refresh token',
      ),
  },
  {
    name: 'organisation.fixed',
    clause: 'HID-1010 (a client with a fixed organisation names none)',
    test: ({ application }) =>
      faultIf(
        represents(application).child !== undefined,
        'HID-1010',
        'the organisation of this client is fixed in its registration; leave it out',
      ),
  },
  {
    name: 'organisation.format',
    clause: 'HID-1004 (nine digits), HID-1007',
    test: (facts) => {
      const reading = readingOf(facts);
      return reading.ok ? undefined : { code: reading.code, text: reading.text };
    },
  },
  {
    name: 'organisation.parentNamed',
    clause: 'HID-1007 (a multi-tenant client says for whom)',
    test: (facts) =>
      faultIf(
        represents(facts.application).tenancy === 'multi' && namedIn(facts).parent === undefined,
        'HID-1007',
        'a multi-tenant client sends NO:ORGNR:parent:child with system urn:oid:1.0.6523',
      ),
  },
  {
    name: 'organisation.mayNameParent',
    clause: 'HID-1005',
    test: (facts) =>
      faultIf(
        namedIn(facts).parent !== undefined && !represents(facts.application).allowParent,
        'HID-1005',
        'the client is not registered to name a parent organisation',
      ),
  },
  {
    name: 'organisation.mayNameChild',
    clause: 'HID-1006',
    test: (facts) =>
      faultIf(
        namedIn(facts).child !== undefined && !represents(facts.application).allowChild,
        'HID-1006',
        'the client is not registered to name a child organisation',
      ),
  },
  {
    name: 'organisation.parentListed',
    clause: 'HID-1001 (the list in the registration)',
    test: (facts) => {
      const { parent } = namedIn(facts);
      const listed = listedParents(represents(facts.application));
      return faultIf(
        parent !== undefined && listed !== undefined && !listed.includes(parent),
        'HID-1001',
        'the parent organisation is not one that the client is registered for',
      );
    },
  },
  {
    name: 'organisation.delegated',
    clause: 'HID-1001 (a multi-tenant parent has delegated to the supplier, today)',
    test: (facts) => {
      const { tenancy, supplier } = represents(facts.application);
      const { parent } = namedIn(facts);
      if (tenancy !== 'multi' || parent === undefined) return undefined;
      const found = facts.organisations.get(parent);
      return faultIf(
        found === undefined || found.closed || supplier === undefined || !found.delegates.includes(supplier),
        'HID-1001',
        'the parent organisation is not registered, or has not let the supplier of this client act for it',
      );
    },
  },
  {
    name: 'organisation.childListed',
    clause: 'HID-1002 (a single-tenant child is in the list of the registration)',
    test: (facts) => {
      const { tenancy, children = [] } = represents(facts.application);
      const { child } = namedIn(facts);
      return faultIf(
        child !== undefined &&
          tenancy !== 'multi' &&
          childrenOfParent(facts) === undefined &&
          !children.includes(child),
        'HID-1002',
        'the child organisation is not in the list of this client',
      );
    },
  },
  {
    name: 'organisation.childOfParentListed',
    clause: 'HID-1003 (the list of that parent)',
    test: (facts) => {
      const { child } = namedIn(facts);
      const listed = childrenOfParent(facts);
      return faultIf(
        child !== undefined && listed !== undefined && !listed.includes(child),
        'HID-1003',
        'the child organisation is not in the list of that parent',
      );
    },
  },
  {
    name: 'organisation.unit',
    clause: 'HID-1003 (the register of organisations)',
    test: (facts) => {
      const { parent: own } = represents(facts.application);
      const { parent = own, child } = namedIn(facts);
      if (child === undefined || parent === undefined || child === parent) return undefined;
      const found = facts.organisations.get(child);
      return faultIf(
        found === undefined || found.closed || !found.above.includes(parent),
        'HID-1003',
        'the child organisation does not lie below that parent in the register',
      );
    },
  },
];
