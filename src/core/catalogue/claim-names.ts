// The claims about a person that an API may want in its tokens. core/issuing has a release rule for each, and a test that says so.
import { helseidClaimOf, helseidScopes } from './helseid-scopes.ts';

export const claimNames: readonly string[] = [
  ...['name', 'given_name', 'family_name', 'locale'],
  ...['organisation', 'unit', 'role', 'hsa_id', 'hpr_number', 'assignment_id'],
  ...['upn', 'account_name'],
  ...['commission_hsa_id', 'commission_name', 'commission_purpose', 'commission_rights'],
  ...['health_care_unit_hsa_id', 'health_care_unit_name'],
  ...['health_care_provider_hsa_id', 'health_care_provider_name', 'health_care_provider_org_no'],
  ...Object.values(helseidScopes).map(helseidClaimOf),
  'idp',
];
