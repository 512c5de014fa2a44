// Public face of base/schema.
export {
  anyJson,
  either,
  flag,
  type Hints,
  list,
  namedValues,
  oneOf,
  optional,
  record,
  type Static,
  type TSchema,
  text,
  wholeNumber,
  word,
} from './describe.ts';
export { type Parsed, parse, type SchemaData, schemaData } from './parse.ts';
export { nearest, pathText, type SchemaFault, type SchemaProblem } from './problem-message.ts';
export { hideSecrets, keptSecret, mapSecrets } from './secrets.ts';
