// Names of the sections that are applied and exported, and the kinds of the catalogue behind them.
import type { CatalogueKind } from '../../../core/catalogue/index.ts';

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
  methodCutoffs: 'methodCutoff',
  assignmentConflicts: 'assignmentConflict',
  settings: 'settings',
};
/** Every section, in the order of an export. */
export const sectionNames = [...Object.keys(catalogueSections), 'organisations', 'units', 'people'] as const;
