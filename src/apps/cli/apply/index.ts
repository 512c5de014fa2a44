// Public face of apps/cli/apply.
export { type ApplyFilesOptions, runApply } from './apply-files.ts';
export { problemText, readPiece } from './entry.ts';
export { exportYaml } from './export-yaml.ts';
export { planChanges } from './plan-changes.ts';
