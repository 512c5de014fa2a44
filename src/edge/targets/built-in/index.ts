// Public face of the built-in target.
export { type BuiltInRows, builtInTarget } from './built-in.ts';
