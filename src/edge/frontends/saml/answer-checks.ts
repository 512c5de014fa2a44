// What a permitted login must be like before an assertion of it is made: each refusal is a status to the application.
import { statusCodes } from '../../../base/saml/index.ts';
import { xmlText } from '../../../base/xml/index.ts';
import type { AssertionRelease } from '../../../core/issuing/index.ts';
import type { SamlStatus, StatusCheck } from './checks.ts';
import type { SamlMemo } from './memo.ts';

export interface AnswerFacts {
  readonly memo: SamlMemo;
  readonly release: AssertionRelease;
  /** The name that the level goes out by; undefined when no true one may be said. */
  readonly levelName: string | undefined;
}

const responder = (second: string): SamlStatus => ({ code: statusCodes.responder, second });

export const answerChecks: readonly StatusCheck<AnswerFacts>[] = [
  {
    name: 'answer.name',
    clause: 'SAML Core 2.4.1: an assertion about nobody is none',
    status: responder(statusCodes.invalidNameIdPolicy),
    test: ({ release }) =>
      release.ok ? undefined : `the person has no ${release.missing}, of which the NameID is to be made`,
  },
  {
    name: 'answer.nameText',
    clause: 'XML 1.0, 2.2; house: a name is said as it is or not at all',
    status: responder(statusCodes.invalidNameIdPolicy),
    test: ({ release }) =>
      !release.ok || release.statement.nameId.value === xmlText(release.statement.nameId.value)
        ? undefined
        : 'the name has a character that XML does not have',
  },
  {
    name: 'answer.subject',
    clause: 'SAML Core 3.3.4: the answer is about whom was asked for',
    status: responder(statusCodes.unknownPrincipal),
    test: ({ memo, release }) =>
      memo.subject === undefined || (release.ok && release.statement.nameId.value === memo.subject)
        ? undefined
        : 'another person than the request names',
  },
  {
    name: 'answer.level',
    clause: 'SAML Core 3.3.2.2.1; house: a name is said only where it is true and ours to say',
    status: responder(statusCodes.noAuthnContext),
    test: ({ levelName }) =>
      levelName === undefined ? 'none of the names of levels that were asked for is true of this login' : undefined,
  },
];
