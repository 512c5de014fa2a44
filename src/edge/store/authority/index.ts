// Public face of edge/store/authority.
export { migrateAuthority } from './migrate.ts';
export { certificateRegister } from './register.ts';
