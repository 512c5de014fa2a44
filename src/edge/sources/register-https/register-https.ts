// Registers that a service answers for: two questions, each one POST of JSON.
import { Problem } from '../../../base/problem.ts';
import { either, list, parse, record, type Static, type TSchema, word } from '../../../base/schema/index.ts';
import {
  type OrganisationRegister,
  organisationOf,
  organisationRecord,
  type ProfessionalRegister,
  professionalOfRecord,
  professionalRecord,
} from '../../../core/context/index.ts';

/** Port: posts a JSON text to an address and answers what came, whole and within bounds; rejects otherwise. */
export type PostJson = (url: string, body: string) => Promise<{ readonly status: number; readonly body: Buffer }>;

const organisationsAnswer = record({ organisations: list(organisationRecord, { maxItems: 100 }) });
const professionalAnswer = either([
  record({ found: word(true), professional: professionalRecord }),
  record({ found: word(false) }),
]);

/** The registers at `url`. */
export function registerOverHttps(
  url: string,
  post: PostJson,
): { readonly organisations: OrganisationRegister; readonly professionals: ProfessionalRegister } {
  async function ask<Schema extends TSchema>(path: string, question: object, schema: Schema): Promise<Static<Schema>> {
    let answer: Awaited<ReturnType<PostJson>>;
    let value: unknown;
    try {
      answer = await post(`${url}/${path}`, JSON.stringify(question));
      value = answer.status === 200 ? JSON.parse(answer.body.toString('utf8')) : undefined;
    } catch (cause) {
      throw unavailable(path, 'no whole answer', cause);
    }
    if (answer.status !== 200) throw unavailable(path, `status ${answer.status}`);
    const parsed = parse(schema, value);
    if (!parsed.ok) throw unavailable(path, 'another answer than agreed');
    return parsed.value as Static<Schema>;
  }

  return {
    organisations: {
      async find(keys) {
        const { organisations } = await ask('organisations', { keys }, organisationsAnswer);
        // What was not asked for is nobody's.
        return new Map(
          organisations.filter(({ key }) => keys.includes(key)).map((each) => [each.key, organisationOf(each)]),
        );
      },
    },
    professionals: {
      async find(who) {
        const answer = await ask('professionals', who, professionalAnswer);
        if (!answer.found) return undefined;
        const { professional } = answer;
        const same =
          'nationalNumber' in who
            ? professional.nationalNumber === who.nationalNumber
            : professional.hprNumber === who.hprNumber;
        if (!same) throw unavailable('professionals', 'the answer is about somebody else');
        return professionalOfRecord(professional);
      },
    },
  };
}

const unavailable = (path: string, why: string, cause?: unknown): Problem =>
  new Problem({ kind: 'unavailable', code: 'unavailable', detail: `the register of ${path}: ${why}`, cause });
