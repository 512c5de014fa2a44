// HTTP-Artifact (SAML Bindings 3.6), first half: keeps an answer, and sends the browser to the application with a reference to it.
import { type HttpResponse, selfPostingForm } from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import { artifactForm, artifactText, sourceIdOf } from '../../../base/saml/index.ts';
import type { SamlApplication } from '../../../core/catalogue/index.ts';
import { keepAnswer, keptAnswerMs } from '../../../core/issuing/index.ts';
import { backWords } from '../../../wire/texts/index.ts';
import type { Call } from './call.ts';
import type { SamlMemo } from './memo.ts';
import { entityIdOf } from './paths.ts';
import type { SamlPorts } from './ports.ts';

/** Index of our one ArtifactResolutionService in metadata. */
export const artifactIndex = 0;

/** Keeps the message for the application, and sends the browser there with a reference to it. */
export async function sendArtifact(
  { random, commit }: Pick<SamlPorts, 'random' | 'commit'>,
  call: Call,
  application: SamlApplication,
  memo: SamlMemo,
  message: string,
): Promise<HttpResponse> {
  const artifact = artifactText({
    endpointIndex: artifactIndex,
    sourceId: sourceIdOf(entityIdOf(call.issuer)),
    messageHandle: random(20),
  });
  const kept = {
    hash: tokenHash(artifact),
    issuer: call.issuer.id,
    application: application.id,
    reference: call.reference,
    expiresAt: call.now + keptAnswerMs,
    message,
  };
  await commit({ claims: [], writes: [keepAnswer(kept)], ifWon: [], ifLost: [] });
  const { action, fields } = artifactForm({ location: memo.answerTo, artifact, relayState: memo.relayState });
  return selfPostingForm(action, fields, backWords(memo.locales));
}
