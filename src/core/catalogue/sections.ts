// Names of the catalogue's sections: in files that are applied, in exports, and in paths of the admin API.
import type { CatalogueKind } from './snapshot.ts';

/** Sections of the catalogue, by the name that a file has for them. */
export const catalogueSections: Readonly<Record<string, CatalogueKind>> = {
  brands: 'brand',
  issuers: 'issuer',
  apis: 'api',
  populations: 'population',
  providers: 'provider',
  federations: 'federation',
  networks: 'network',
  rules: 'rule',
  metadataSources: 'metadataSource',
  certificateIssuers: 'certificateIssuer',
  cardProfiles: 'cardProfile',
  applications: 'application',
  clientSystems: 'clientSystem',
  samlApplications: 'samlApplication',
  accountTargets: 'accountTarget',
  accountRules: 'accountRule',
  personSources: 'personSource',
  preconditions: 'precondition',
  enrolmentRules: 'enrolmentRule',
  assignmentConflicts: 'assignmentConflict',
  methodCutoffs: 'methodCutoff',
  settings: 'settings',
};
