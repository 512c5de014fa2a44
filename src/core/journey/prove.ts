// Judges a reply: the connector proves, linking says who it is, and the journey takes it in or says why not.
import { Problem } from '../../base/problem.ts';
import { lowerOf, type ReasonCode } from '../../wire/codes/index.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { Claim } from '../commit/commit.ts';
import { enrolmentRuleFor } from '../linking/enrol.ts';
import type { Evidence } from '../linking/evidence.ts';
import { keysOf, type Linked, link } from '../linking/link.ts';
import { leaves, type Reply } from './connector.ts';
import { linked, proved, refused } from './events.ts';
import type { Situation } from './gather.ts';
import type { Journey } from './journey.ts';
import type { JourneyPorts } from './ports.ts';
import { advanced } from './settle.ts';
import { claimOneUse } from './writes.ts';

/** The journey one version on, and what the trail tells of the reply. */
export interface Judged {
  readonly journey: Journey;
  readonly events: readonly AuditRecord[];
  /** What the other side has proven, whether it could be used here or not. */
  readonly proven: readonly Evidence[];
  /** Single uses that taking this in costs. */
  readonly claims: readonly Claim[];
}

type Params = Readonly<Record<string, string | number>>;

/** The same question again, by the same way, with what was wrong. */
export const askAgain = (journey: Journey, provider: string, reason: ReasonCode, params: Params = {}): Journey =>
  advanced(journey, { provider, refusal: { reason, params } });

/** A login that the person added counts for no more than what it was added with (decision 0009). */
const withCeiling = (evidence: Evidence, found: Linked): Evidence =>
  found.kind === 'linked' && found.ceiling !== undefined
    ? { ...evidence, assurance: lowerOf(evidence.assurance, found.ceiling) }
    : evidence;

/**
 * Judges `reply` to `provider`, which the present step offers. A different person than the one that this journey has
 * already proven is never taken for the same (N6): the page tells, and "not me" begins again as somebody else.
 */
export async function judgeReply(
  ports: JourneyPorts,
  journey: Journey,
  situation: Situation,
  provider: string,
  reply: Reply,
): Promise<Judged> {
  const { now } = situation;
  const proof = await proofOf(ports, journey, situation, provider, reply);
  if (proof.kind === 'refused') return proof.judged;
  const { claims } = proof;
  const from = { provider, connector: proof.evidence.connector };
  if ((await ports.sessions.endedProofs([proof.evidence])).length > 0) {
    const told = refused(journey, now, 'upstream.loggedOut', { ...from, check: 'proof.loggedOut' });
    return {
      journey: askAgain(journey, provider, 'upstream.loggedOut', { provider }),
      events: [proved(journey, now, proof.evidence), told],
      proven: [proof.evidence],
      claims,
    };
  }
  const { found, refusal } = await whoIs(ports, journey, situation, proof.evidence);
  const evidence = withCeiling(proof.evidence, found);
  if (found.kind === 'refused' || refusal !== undefined) {
    const reason = refusal?.reason ?? (found.kind === 'refused' ? found.reason : 'person.unknown');
    const detail = refusal?.detail ?? (found.kind === 'refused' ? found.detail : {});
    const events = [proved(journey, now, evidence), refused(journey, now, reason, { ...from, ...detail })];
    return { journey: askAgain(journey, provider, reason), events, proven: [evidence], claims };
  }
  if (journey.person !== undefined && journey.person !== found.person) {
    const told = refused(journey, now, 'person.otherThanSession', { ...from, shown: found.person });
    return {
      journey: askAgain(journey, provider, 'person.otherThanSession'),
      events: [proved(journey, now, evidence), told],
      proven: [evidence],
      claims,
    };
  }
  const taken = advanced(journey, {
    evidence: [...journey.evidence, evidence],
    person: found.person,
    provider: undefined,
    refusal: undefined,
  });
  const namespaces = found.by.map(({ namespace }) => namespace);
  return {
    journey: taken,
    events: [proved(taken, now, evidence), linked(taken, now, found.person, evidence, namespaces, found.links)],
    proven: [evidence],
    claims,
  };
}

interface WhoIs {
  readonly found: Linked;
  /** What a source says against it. */
  readonly refusal?: { readonly reason: ReasonCode; readonly detail: Params } | undefined;
}

/**
 * Who proved themselves: whom the identities lead to, and, where a rule names this way in, whom its source makes a person
 * here now. Of somebody who is here without the source, only a contradiction counts; two people are never made one (K10).
 */
async function whoIs(
  ports: JourneyPorts,
  journey: Journey,
  { now, snapshot }: Situation,
  evidence: Evidence,
): Promise<WhoIs> {
  const find = async () => link(evidence, await ports.identities.find(keysOf(evidence)), now);
  const found = await find();
  const rule = enrolmentRuleFor(evidence, snapshot.providers.get(evidence.provider), snapshot.enrolmentRules.values());
  const mayEnrol = found.kind === 'linked' || (found.reason === 'person.unknown' && !('contradiction' in found.detail));
  if (rule === undefined || ports.enrolment === undefined || !mayEnrol) return { found };
  const { id, reference, request } = journey;
  const arrived = await ports.enrolment.arrive({
    rule,
    evidence,
    linked: found.kind === 'linked' ? found : undefined,
    about: { application: request.application, journey: id, reference },
  });
  if (arrived.kind === 'taken') return { found: await find() };
  if (arrived.kind === 'asBefore' || (found.kind === 'linked' && arrived.reason !== 'source.contradiction'))
    return { found };
  return { found, refusal: { reason: arrived.reason, detail: { rule: rule.id, check: arrived.check } } };
}

/** What `reply` proves, never above what its provider reaches; or the journey that asks again. Says not who it is to us. */
export async function proofOf(
  ports: JourneyPorts,
  journey: Journey,
  situation: Situation,
  provider: string,
  reply: Reply,
): Promise<
  | { readonly kind: 'proven'; readonly evidence: Evidence; readonly claims: readonly Claim[] }
  | { readonly kind: 'refused'; readonly judged: Judged }
> {
  const { now } = situation;
  const record = situation.snapshot.providers.get(provider);
  const candidate = situation.facts.candidates.find((one) => one.provider === provider);
  if (record === undefined || candidate === undefined) {
    throw new Problem({
      kind: 'internal',
      code: 'internal',
      detail: `provider ${provider} was offered and is not there`,
    });
  }
  const connector = ports.connectors[record.connector];
  const answer = await connector.reply(record, reply, now);
  const from = { provider, connector: record.connector };
  if (answer.kind === 'refused') {
    const event = refused(journey, now, answer.reason, { ...from, detail: answer.detail });
    const told = leaves(connector) ? { ...answer.params, provider } : answer.params;
    return {
      kind: 'refused',
      judged: { journey: askAgain(journey, provider, answer.reason, told), events: [event], proven: [], claims: [] },
    };
  }
  if (answer.evidence.provider !== provider || answer.evidence.connector !== record.connector) {
    throw new Problem({
      kind: 'internal',
      code: 'internal',
      detail: `connector ${record.connector} answered for another`,
    });
  }
  return {
    kind: 'proven',
    evidence: { ...answer.evidence, assurance: lowerOf(answer.evidence.assurance, candidate.maximum) },
    claims: claimOneUse(answer.oneUse),
  };
}
