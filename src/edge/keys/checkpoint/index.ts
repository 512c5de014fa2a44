// Public face of edge/keys/checkpoint.
export { auditFiles, type CheckpointKeys, openCheckpointKey, readCheckpointVerifiers } from './key-file.ts';
export { openWitnessFile, type WitnessFile } from './witness-file.ts';
