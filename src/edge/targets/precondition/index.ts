// Public face of pre-conditions.
export { readPreconditionAnswer } from './answer.ts';
export { askPrecondition, type PreconditionAccess, type SendQuestion } from './ask.ts';
