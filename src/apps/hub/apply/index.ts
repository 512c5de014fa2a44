// Public face of apps/hub/apply.
export { type CataloguePlan, planCatalogue } from './catalogue-plan.ts';
export { type Change, type ChangeAction, type ChangeCounts, ChangeLog, changeActions, compare } from './changes.ts';
export { conflictRules } from './conflict-faults.ts';
export {
  type ApplyInput,
  type Entry,
  type FileFacts,
  type FileProblem,
  type RemovedItem,
  unstorable,
} from './entry.ts';
export { type Applied, type ApplyOptions, type ApplyOutcome, applyInput, type Held } from './run-apply.ts';
export { leftOut } from './saml-metadata.ts';
export { sectionNames } from './sections.ts';
export { personEntry, shownDoc } from './shown-documents.ts';
