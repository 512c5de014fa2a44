// Ours in this process: the frontend's own route with a live session and everything stored in memory, and `judgeResponse`.
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { hourMs } from '../../src/base/clock.ts';
import type { SigningKey } from '../../src/base/jose/index.ts';
import { judgeResponse, openMessage, type ResponseExpected, readPost } from '../../src/base/saml/index.ts';
import { loadXml } from '../../src/base/xml/index.ts';
import { createSamlFrontend } from '../../src/edge/frontends/saml/index.ts';
import { SamlHub, samlApplication } from '../../test/fakes/saml-hub.ts';
import { routeOf } from '../../test/fakes/serve-routes.ts';
import { proof } from '../../test/fakes/ward.ts';
import { type Parties, signerOf } from './parties.ts';
import type { Side } from './side.ts';

/** `assertionKey` and `responseKey` are the provider's; the proof that signatures count gives others. */
export async function tillit(
  parties: Parties,
  keys: { readonly assertionKey?: SigningKey; readonly responseKey?: SigningKey } = {},
): Promise<Side> {
  await loadXml();
  return { answer: answering(parties, keys), believe: believing(parties) };
}

function answering(
  { provider, service }: Parties,
  keys: { readonly assertionKey?: SigningKey; readonly responseKey?: SigningKey },
): Side['answer'] {
  const own = signerOf(provider);
  // An answer asks for the key twice: for the assertion, then for the Response around it.
  const inTurn = [keys.assertionKey ?? own, keys.responseKey ?? own];
  let asked = 0;
  const { raw } = new X509Certificate(provider.certificate);
  const hub = new SamlHub([
    samlApplication('link', {
      keys: { signing: [service.certificate], encryption: [service.certificate] },
      requireSignedRequest: true,
    }),
  ]);
  hub.now = Date.now();
  hub.session = {
    ...hub.session,
    startedAt: hub.now,
    seenAt: hub.now,
    idleUntil: hub.now + hourMs,
    absoluteUntil: hub.now + 10 * hourMs,
    evidence: [proof('anna', 'advanced', { provenAt: hub.now - 60_000 })],
  };
  const frontend = createSamlFrontend({
    ...hub.ports,
    clock: Date.now,
    keys: { signing: () => inTurn[asked++ % 2] ?? own, certificates: () => [raw] },
  });
  const { pathname } = new URL(provider.url);
  const { route } = routeOf(frontend.routes, 'GET', pathname);
  if (route === undefined) throw new Error('no route for requests');
  return async (query) => {
    hub.now = Date.now();
    const headers = { cookie: 's=s1' };
    const body = Buffer.alloc(0);
    const answer = await route.handle({ method: 'GET', path: pathname, query, params: {}, headers, body, ip: '::1' });
    const response = /name="SAMLResponse" value="([^"]*)"/.exec(String(answer.body))?.[1];
    if (response === undefined) throw new Error(`no answer: ${answer.status} ${String(answer.body).slice(0, 200)}`);
    return response;
  };
}

function believing({ provider, service }: Parties): Side['believe'] {
  const expected: Omit<ResponseExpected, 'now'> = {
    ownEntityId: service.entityId,
    acsUrl: service.url,
    provider: { entityId: provider.entityId, keys: [createPublicKey(provider.certificate)], signs: 'both' },
    encryption: { keys: [createPrivateKey(service.privateKey)], required: true },
  };
  return async ({ requestId, response }) => {
    const now = Date.now();
    const read = readPost([['SAMLResponse', response]]);
    if (!read.ok) throw new Error(read.reason);
    const opening = openMessage(read.received);
    if (!opening.ok) throw new Error(opening.because);
    const request = { id: requestId, at: now - 60_000, forceAuthn: false };
    const verdict = judgeResponse(opening.message, { ...expected, now, request });
    if (!verdict.accepted) throw new Error(`${verdict.reason}: ${verdict.because}`);
    return verdict.assertion.nameId?.value ?? '';
  };
}
