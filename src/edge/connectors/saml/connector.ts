// The connector: begin makes the request, reply judges the answer and makes evidence of it. It knows no applications.
import { newId } from '../../../base/ids.ts';
import { Problem } from '../../../base/problem.ts';
import { type AssertionFacts, judgeResponse, type ResponseExpected } from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import { canReach, type Provider, samlPresetOf, scopeOf } from '../../../core/catalogue/index.ts';
import type { ConnectorAnswer, RedirectConnector, Reply } from '../../../core/journey/index.ts';
import type { Evidence } from '../../../core/linking/index.ts';
import { lowerOf } from '../../../wire/codes/index.ts';
import {
  commissionOf,
  displayNameOf,
  levelNameOf,
  levelOf,
  methodsOf,
  provenAt,
  scopesOf,
  subjectsOf,
} from './answer-reading.ts';
import { firstFailed, type PersonCheck, type PersonFacts, personChecks } from './checks.ts';
import { type LoginMemo, readMemo } from './memo.ts';
import { consumerUrlOf, type SamlConnectorPorts, type SamlProvider } from './ports.ts';
import { postedAnswer } from './posted-answer.ts';
import { providerKeys } from './provider-keys.ts';
import { invalid, refusalOf } from './refusal.ts';
import { departure } from './request.ts';
import { resolvedAnswer } from './resolved-answer.ts';

/** `checks` is an argument so that a test can drop one. */
export function samlConnector(
  ports: SamlConnectorPorts,
  checks: readonly PersonCheck[] = personChecks,
): RedirectConnector {
  const { own } = ports;

  function expected({ saml }: SamlProvider, memo: LoginMemo, now: number): ResponseExpected {
    const { signs, mustEncrypt, allowCbc } = samlPresetOf(saml);
    const { request: id, begunAt: at, fresh: forceAuthn, exactly, answerBinding } = memo;
    return {
      now,
      ownEntityId: own.entityId,
      acsUrl: consumerUrlOf(own, answerBinding),
      provider: { entityId: saml.entityId, keys: providerKeys(saml), signs },
      encryption: { keys: ports.decryptionKeys(), required: mustEncrypt, allowCbc },
      request: { id, at, forceAuthn, exactly },
    };
  }

  /** What the provider may speak for: the scopes of its record, and the number of the organisation whose people it proves. */
  async function ownScopes({ saml }: SamlProvider): Promise<ReadonlySet<string> | undefined> {
    const number = saml.organisation === undefined ? undefined : await ports.organisationNumber(saml.organisation);
    const all = [...saml.scopes, ...(number === undefined ? [] : [number])];
    return all.length === 0 && saml.organisation === undefined ? undefined : new Set(all.map(scopeOf));
  }

  async function judge(provider: SamlProvider, reply: Extract<Reply, { kind: 'redirect' }>, now: number) {
    const memo = readMemo(reply.memo);
    if (memo === undefined) return invalid('memo');
    if (reply.parameters.RelayState !== memo.state) return invalid('relayState');
    if (provider.saml.entityId !== memo.entityId) return invalid('sameProvider');
    // By the binding that was asked for, and no other.
    const answer =
      memo.answerBinding === 'artifact'
        ? await resolvedAnswer(ports, provider, reply.parameters, now)
        : postedAnswer(reply.parameters);
    if ('kind' in answer) return answer;
    const verdict = judgeResponse(answer.message, expected(provider, memo, now));
    if (!verdict.accepted) return refusalOf(verdict);
    const facts = await personFacts(provider, memo, verdict.assertion, now);
    const failed = firstFailed(checks, facts);
    if (failed !== undefined)
      return {
        kind: 'refused',
        reason: failed.reason,
        detail: { check: failed.name, clause: failed.clause, level: facts.level },
      } as const;
    return { kind: 'proven', evidence: evidenceOf(facts), oneUse: verdict.assertion.oneUse } as const;
  }

  async function personFacts(
    provider: SamlProvider,
    memo: LoginMemo,
    assertion: AssertionFacts,
    now: number,
  ): Promise<PersonFacts> {
    const preset = samlPresetOf(provider.saml);
    return {
      provider,
      memo,
      assertion,
      level: lowerOf(levelOf(assertion, preset), provider.maximumAssurance),
      subjects: subjectsOf(provider, preset, assertion, own),
      scopes: scopesOf(assertion),
      ownScopes: await ownScopes(provider),
      now,
    };
  }

  function evidenceOf({ provider, assertion, subjects, memo, level, now }: PersonFacts): Evidence {
    const [subject, ...alternates] = subjects;
    if (subject === undefined) throw new Problem({ kind: 'internal', code: 'internal', detail: 'evidence of nobody' });
    const { nameId, sessionIndex, authenticatingAuthorities: behind } = assertion;
    const { value = '', format, nameQualifier, spNameQualifier } = nameId ?? {};
    return {
      id: newId(now, ports.random),
      connector: 'saml',
      provider: provider.id,
      subject,
      alternates,
      methods: methodsOf(assertion),
      assurance: level,
      levelName: levelNameOf(assertion, samlPresetOf(provider.saml)),
      provenAt: provenAt(assertion, memo, now),
      displayName: displayNameOf(assertion),
      commission: commissionOf(assertion),
      upstream: {
        issuer: provider.saml.entityId,
        subject: value,
        // What the provider ends at an instant are its logins from before.
        issuedAt: assertion.authnInstant,
        askedAt: memo.begunAt,
        ...(nameId === undefined ? {} : { nameId: { format, nameQualifier, spNameQualifier } }),
        ...(sessionIndex === undefined || sessionIndex.length > 256 ? {} : { session: sessionIndex }),
        ...(behind.length === 0 ? {} : { behind: behind.slice(0, 10).map((name) => name.slice(0, 1024)) }),
      },
    };
  }

  return {
    kind: 'saml',
    leaves: true,
    sharedCallback: true,
    begin: async (given, wish, now) => {
      const provider = withSaml(given);
      await loadXml();
      if (!canReach(samlPresetOf(provider.saml), wish.required))
        return { kind: 'refused', reason: 'upstream.levelNotOffered', detail: { required: wish.required } };
      return departure({ own, key: ports.signingKey(), random: ports.random }, provider, wish, now);
    },
    reply: async (given, reply, now): Promise<ConnectorAnswer> => {
      if (reply.kind !== 'redirect') return invalid('kind');
      await loadXml();
      return await judge(withSaml(given), reply, now);
    },
  };
}

function withSaml(provider: Provider): SamlProvider {
  const { saml } = provider;
  if (saml === undefined)
    throw new Problem({ kind: 'internal', code: 'internal', detail: `${provider.id} has no saml` });
  return { ...provider, saml };
}
