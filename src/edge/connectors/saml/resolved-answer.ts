// The message of an answer by artifact: asked of the provider itself, by SOAP, once (SAML Bindings 3.6, Profiles 5).
import type { EpochMs } from '../../../base/clock.ts';
import { newToken } from '../../../base/ids.ts';
import {
  type ArtifactResponseVerdict,
  judgeArtifact,
  judgeArtifactResponse,
  openMessage,
  readArtifactFields,
  signMessage,
  soapContentType,
  soapEnvelope,
  writeArtifactResolve,
} from '../../../base/saml/index.ts';
import type { Refused } from '../../../core/journey/index.ts';
import type { SamlConnectorPorts, SamlProvider } from './ports.ts';
import type { AnswerMessage } from './posted-answer.ts';
import { providerKeys } from './provider-keys.ts';
import { invalid } from './refusal.ts';

/** The person waits meanwhile; no document has more bytes (`base/xml`). */
const limits = { contentType: soapContentType, timeoutMs: 5000, maxBytes: 512 * 1024 };

const unavailable = (cause: string): Refused => ({
  kind: 'refused',
  reason: 'upstream.unavailable',
  detail: { check: 'artifact.asked', cause: cause.slice(0, 200) },
});

/**
 * What the artifact stands for at the provider that made it: a message that is then judged as if it had come by POST. The
 * artifact is used up before anybody is asked.
 */
export async function resolvedAnswer(
  ports: Pick<SamlConnectorPorts, 'own' | 'random' | 'signingKey' | 'post' | 'useOnce'>,
  provider: SamlProvider,
  fields: Readonly<Record<string, string>>,
  now: EpochMs,
): Promise<AnswerMessage | Refused> {
  const read = readArtifactFields(Object.entries(fields));
  if (!read.ok) return invalid('binding', read.reason);
  const { entityId, artifactResolution: places = [] } = provider.saml;
  const endpoints = places.flatMap(({ index }) => (index === undefined ? [] : [index]));
  const artifact = judgeArtifact(read.artifact, { entityId, endpoints });
  if (!artifact.accepted) return invalid(`artifact.${artifact.reason}`, artifact.because);
  const place = places.find(({ index }) => index === artifact.artifact.endpointIndex);
  if (place === undefined) return invalid('artifact.endpointIndex', 'no such place');
  if (!(await ports.useOnce(entityId, read.artifact, now))) return invalid('artifact.once', 'it was used before');
  return await ask(ports, provider, place.location, read.artifact, now);
}

async function ask(
  ports: Pick<SamlConnectorPorts, 'own' | 'random' | 'signingKey' | 'post'>,
  { saml }: SamlProvider,
  location: string,
  artifact: string,
  now: EpochMs,
): Promise<AnswerMessage | Refused> {
  const requestId = `_${newToken(24, ports.random)}`;
  const resolve = writeArtifactResolve({
    id: requestId,
    issueInstant: now,
    issuer: ports.own.entityId,
    destination: location,
    artifact,
  });
  const envelope = soapEnvelope(signMessage(resolve, ports.signingKey()));
  let answer: Awaited<ReturnType<typeof ports.post>>;
  try {
    answer = await ports.post(location, envelope, limits);
  } catch (thrown) {
    return unavailable(thrown instanceof Error ? thrown.message : 'no answer');
  }
  if (answer.status !== 200) return unavailable(`the provider answered ${answer.status}`);
  const opening = openMessage({ binding: 'soap', xml: answer.body });
  if (!opening.ok) return invalid(`artifact.${opening.reason}`, opening.because);
  const peer = { entityId: saml.entityId, keys: providerKeys(saml) };
  const verdict = judgeArtifactResponse(opening.message, { now, peer, requestId });
  return verdict.accepted ? { message: verdict.message } : refusalOfResolving(verdict);
}

/** An artifact that stands for nothing any more is old or was taken already: to be tried again, and never anybody's login. */
function refusalOfResolving({
  reason,
  because,
}: Extract<ArtifactResponseVerdict, { readonly accepted: false }>): Refused {
  if (reason !== 'resolveStatus') return invalid(`artifact.${reason}`, because);
  return { kind: 'refused', reason: 'upstream.unavailable', detail: { check: `artifact.${reason}`, cause: because } };
}
