// Public face of wire/authority.
export * from './messages.ts';
