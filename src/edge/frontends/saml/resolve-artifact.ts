// HTTP-Artifact (SAML Bindings 3.6, Core 3.5), second half: gives a kept answer out once, to the application that it is for.
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import { judgeArtifactResolve, statusCodes, writeArtifactResponse } from '../../../base/saml/index.ts';
import { loadXml, readXml, type XmlElement } from '../../../base/xml/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { claimAnswer, dropAnswer } from '../../../core/issuing/index.ts';
import { type Call, callOf, commonOf, newMessageId, pageProblem, type SamlContext } from './call.ts';
import { peerOf } from './partner.ts';
import { entityIdOf, samlUrl } from './paths.ts';
import { openKnown } from './received.ts';
import { doneRecord, refusedRecord } from './records.ts';
import { type Responding, signed } from './respond.ts';
import { artifactIndex } from './send-artifact.ts';
import { refuseBySoap, soapAnswer, tooManyRefused } from './soap-answer.ts';

/** Answers POST /saml/artifact: ArtifactResolve by SOAP, signed by the application. */
export async function resolveArtifact(
  context: SamlContext,
  issuer: Issuer,
  request: HttpRequest,
): Promise<HttpResponse> {
  await loadXml();
  const { ports, checks } = context;
  const call = callOf(context, issuer, 'artifact');
  const wait = ports.wrongTries.waitMs(request.ip, call.now);
  if (wait > 0) return tooManyRefused(wait);
  const opened = await openKnown(context, call, { binding: 'soap', xml: request.body });
  if ('check' in opened) return await refuseBySoap(context, call, request, undefined, opened);
  const { application } = opened;
  const expected = {
    now: call.now,
    endpointUrl: samlUrl(issuer, 'artifact'),
    peer: peerOf(application),
    own: { entityId: entityIdOf(issuer), endpoints: [artifactIndex] },
  };
  const verdict = judgeArtifactResolve(opened.message, expected, checks.artifactResolve);
  if (!verdict.accepted)
    return await refuseBySoap(context, call, request, application.id, {
      check: verdict.reason,
      because: verdict.because,
    });
  const { id, artifact } = verdict.resolve;
  const kept = await ports.kept(tokenHash(artifact));
  const facts = { kept, application, issuer, now: call.now };
  const failed = checks.artifact.find(({ test }) => !test(facts));
  if (failed !== undefined) {
    const refused = { check: failed.name, because: failed.because };
    await ports.commit(recordOnly([refusedRecord(commonOf(call, application.id), refused)]));
    return answer(ports, call, id, undefined);
  }
  if (kept === undefined) throw pageProblem('internal', call.reference, 'an artifact of nothing');
  // Part of the story of the login that it answers.
  const common = commonOf({ ...call, reference: kept.reference }, application.id);
  const again = { check: 'artifact.once', because: 'the artifact was used before' };
  const committed = await ports.commit({
    claims: [claimAnswer(kept)],
    writes: [dropAnswer(kept)],
    ifWon: [doneRecord('ticket.fetched', common, {}, { protocol: 'saml' })],
    ifLost: [refusedRecord(common, again, { kind: 'ticket.replayed' })],
  });
  return answer(ports, call, id, committed.won ? messageOf(kept.message) : undefined);
}

function messageOf(text: string): XmlElement {
  const read = readXml(text);
  if (!read.ok) throw pageProblem('internal', '', `a kept answer cannot be read: ${read.reason}`);
  return read.document.root;
}

/** A success in either case: one without a message tells nobody why (SAML Core 3.5.3). */
const answer = (parts: Responding, call: Call, inResponseTo: string, message: XmlElement | undefined): HttpResponse =>
  soapAnswer(
    signed(
      parts,
      call,
      writeArtifactResponse({
        id: newMessageId(parts.random),
        issueInstant: call.now,
        issuer: entityIdOf(call.issuer),
        inResponseTo,
        status: { code: statusCodes.success },
        message,
      }),
    ),
  );
