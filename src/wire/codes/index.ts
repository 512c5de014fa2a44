// The closed unions that cross a process or browser border.
export * from './assurance.ts';
export * from './audit.ts';
export * from './authority.ts';
export * from './locale.ts';
export * from './method.ts';
export * from './reason.ts';
