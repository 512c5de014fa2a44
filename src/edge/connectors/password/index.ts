// Public face of edge/connectors/password.
export { accountKey, type PasswordPorts, passwordConnector } from './connector.ts';
export { generatePassword } from './generate.ts';
export { type Argon2Parameters, argon2Parameters, createHashing, type Hashing } from './hashing.ts';
export { type PasswordFault, passwordFault, passwordFaultTexts } from './rules.ts';
