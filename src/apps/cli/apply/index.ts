// Public face of apps/cli/apply.

export { type Change, type ChangeCounts, compare } from './changes.ts';
export { conflictRules } from './conflict-faults.ts';
export { type Entry, type FileProblem, problemText, readPiece } from './entry.ts';
export { exportYaml } from './export-yaml.ts';
export { planChanges } from './plan-changes.ts';
export { catalogueSections, sectionNames } from './read-files.ts';
export { type Applied, type ApplyOptions, type ApplyOutcome, runApply } from './run-apply.ts';
