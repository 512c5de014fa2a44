// Parameters of an OAuth request: a form or a query read strictly, and the checks that every endpoint begins with.
import type { FormFields, FormResult } from '../../../base/http/index.ts';
import { type Check, refuseIf } from '../../../core/grants/index.ts';

/** Parameters that may repeat by their own specification. */
const repeatable: ReadonlySet<string> = new Set(['resource']);

export interface Parameters {
  /** The value; undefined when absent or empty (RFC 6749 3.1: a parameter without a value is omitted). */
  get(name: string): string | undefined;
  /** Every value that is not empty. */
  all(name: string): readonly string[];
  readonly fault: 'contentType' | 'tooLarge' | 'tooMany' | 'malformed' | undefined;
  /** Names that came twice and may not. */
  readonly duplicates: readonly string[];
  readonly controlCharacters: boolean;
  readonly fields: ReadonlyMap<string, string>;
}

const noFields: FormFields = { ok: true, fields: new Map(), duplicates: [], all: () => [] };

/** Reads a parsed form or query. Never throws. */
export function parametersOf(result: FormResult): Parameters {
  const form = result.ok ? result : noFields;
  return {
    get: (name) => form.fields.get(name) || undefined,
    all: (name) => form.all(name).filter((value) => value !== ''),
    fault: result.ok ? undefined : result.fault,
    duplicates: form.duplicates.filter((name) => !repeatable.has(name)),
    controlCharacters: [...form.fields.values()].some(hasControlCharacter),
    fields: form.fields,
  };
}

/** C0 controls, DEL and lone surrogates: they mean nothing in any OAuth parameter and do not survive a log or a database. */
export function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return !text.isWellFormed();
}

export interface ParameterFacts {
  readonly parameters: Parameters;
}

export const parameterChecks: readonly Check<ParameterFacts>[] = [
  {
    name: 'form.contentType',
    clause: 'RFC 6749 appendix B; RFC 9126 2.1',
    test: ({ parameters }) =>
      refuseIf(
        parameters.fault === 'contentType',
        'invalid_request',
        'send the parameters as application/x-www-form-urlencoded',
      ),
  },
  {
    name: 'form.wellFormed',
    clause: 'RFC 6749 appendix B',
    test: ({ parameters: { fault } }) =>
      refuseIf(
        fault !== undefined && fault !== 'contentType',
        'invalid_request',
        fault === 'malformed' ? 'the parameters are not well-formed' : 'there are too many parameters',
      ),
  },
  {
    name: 'form.duplicates',
    clause: 'RFC 6749 3.1 and 3.2',
    test: ({ parameters: { duplicates } }) =>
      refuseIf(duplicates.length > 0, 'invalid_request', 'a parameter is there more than once'),
  },
  {
    name: 'form.characters',
    clause: 'RFC 6749 appendix A',
    test: ({ parameters }) =>
      refuseIf(parameters.controlCharacters, 'invalid_request', 'a parameter holds control characters'),
  },
];

/** A value worked out at most once, when somebody asks. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
