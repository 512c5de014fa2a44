// Public face of core/issuing.

export * from './kept-answer.ts';
export * from './key-schedule.ts';
export * from './own-keys.ts';
export * from './release.ts';
export * from './release-assertion.ts';
export * from './security-level.ts';
export * from './statement.ts';
export * from './ticket-check.ts';
export * from './ticket-minimum.ts';
