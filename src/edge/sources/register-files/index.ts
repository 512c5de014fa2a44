// Public face of edge/sources/register-files.
export { loadRegister, registerFile, registerFiles, saveRegisters } from './register-files.ts';
export {
  type RegisterData,
  type RegisterName,
  type RegisterReading,
  readRegisterText,
  registerNames,
  registerText,
} from './register-text.ts';
