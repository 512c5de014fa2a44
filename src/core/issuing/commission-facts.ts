// What applications may be told of the commission behind the chosen assignment, as one table for both protocols.
import type { CommissionReleasable } from '../catalogue/saml-application.ts';
import type { Commission } from '../directory/directory.ts';

interface CommissionFact {
  /** The name of the OpenID Connect claim; SAML's is the table's own. */
  readonly claim: string;
  readonly clause: string;
  readonly value: (commission: Commission) => string | readonly string[] | undefined;
}

export const commissionFacts: Readonly<Record<CommissionReleasable, CommissionFact>> = {
  commissionHsaId: { claim: 'commission_hsa_id', clause: 'HSA: commissionHsaId', value: ({ id }) => id },
  commissionName: { claim: 'commission_name', clause: 'HSA: commissionName', value: ({ name }) => name },
  commissionPurpose: {
    claim: 'commission_purpose',
    clause: 'HSA: commissionPurpose',
    value: ({ purpose }) => purpose,
  },
  commissionRights: {
    claim: 'commission_rights',
    clause: 'HSA: hsaCommissionRight, `activity;informationClass;scope`',
    value: ({ rights }) =>
      rights.length === 0
        ? undefined
        : rights.map(({ activity, informationClass, scope }) => [activity, informationClass, scope].join(';')),
  },
  healthCareUnitHsaId: {
    claim: 'health_care_unit_hsa_id',
    clause: 'HSA: healthCareUnitHsaId',
    value: ({ unit }) => unit?.id,
  },
  healthCareUnitName: {
    claim: 'health_care_unit_name',
    clause: 'HSA: healthCareUnitName',
    value: ({ unit }) => unit?.name,
  },
  healthCareProviderHsaId: {
    claim: 'health_care_provider_hsa_id',
    clause: 'HSA: healthCareProviderHsaId',
    value: ({ provider }) => provider.id,
  },
  healthCareProviderName: {
    claim: 'health_care_provider_name',
    clause: 'HSA: healthCareProviderName',
    value: ({ provider }) => provider.name,
  },
  healthCareProviderOrgNo: {
    claim: 'health_care_provider_org_no',
    clause: 'HSA: healthCareProviderOrgNo',
    value: ({ provider }) => provider.organisationNumber,
  },
};
