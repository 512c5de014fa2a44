// Public face of core/sessions.

export * from './ending.ts';
export * from './keep.ts';
export * from './leave-application.ts';
export * from './lifecycle.ts';
export * from './logout.ts';
export * from './ports.ts';
export * from './progress.ts';
export * from './session.ts';
export * from './shared-signal.ts';
export * from './telling.ts';
export * from './upstream-logins.ts';
export * from './upstream-logout.ts';
export * from './upstream-proofs.ts';
export * from './writes.ts';
