// Public face of core/audit.
export * from './canonical-json.ts';
export * from './checkpoint.ts';
export * from './checkpoint-checks.ts';
export * from './event-text.ts';
export * from './export-format.ts';
export * from './findings.ts';
export * from './merkle.ts';
export * from './ports.ts';
export * from './proof.ts';
export * from './record.ts';
export * from './retention.ts';
export * from './sensitive.ts';
export * from './signed-note.ts';
export * from './syslog-format.ts';
export * from './trail-lines.ts';
export * from './tree-hashes.ts';
export * from './verify.ts';
