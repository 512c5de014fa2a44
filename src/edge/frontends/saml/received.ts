// A message as it came to an endpoint: read once by its binding, with the application that says it sent it.
import { type HttpRequest, readForm } from '../../../base/http/index.ts';
import {
  type BindingReading,
  type OpenMessage,
  openMessage,
  type ReceivedMessage,
  readPost,
  readRedirect,
} from '../../../base/saml/index.ts';
import type { SamlApplication } from '../../../core/catalogue/index.ts';
import { type Call, noMetadata, refuseByPage, type SamlContext } from './call.ts';
import { applicationOf } from './partner.ts';
import type { SamlRefusal } from './records.ts';

export interface Opened {
  readonly message: OpenMessage;
  readonly application: SamlApplication;
}

/** The message of a browser's request; a page where there is none, or nobody known sent it. */
export async function openFromBrowser(context: SamlContext, call: Call, request: HttpRequest): Promise<Opened> {
  const read = request.method === 'POST' ? readPosted(request) : readRedirect(request.query);
  if (!read.ok) return await refuseByPage(context, call, undefined, { check: 'request.binding', because: read.reason });
  const opened = await openKnown(context, call, read.received);
  return 'check' in opened ? await refuseByPage(context, call, undefined, opened) : opened;
}

/** Opens a message and finds its application, or says why not. */
export async function openKnown(
  { checks, ports }: SamlContext,
  call: Call,
  received: ReceivedMessage,
): Promise<Opened | SamlRefusal> {
  const opening = openMessage(received, checks.opening);
  if (!opening.ok) return { check: opening.reason, because: opening.because };
  const { message } = opening;
  const application = applicationOf(call.catalogue, call.issuer, message.claimedIssuer);
  if (application === undefined)
    return { check: 'request.application', because: 'no application of this entity ID at this issuer' };
  const partner = await ports.partner(application);
  return partner.ok ? { message, application: partner.record } : noMetadata(partner);
}

function readPosted(request: HttpRequest): BindingReading {
  const form = readForm(request);
  if (!form.ok) return { ok: false, reason: form.fault === 'tooLarge' ? 'tooLarge' : 'noMessage' };
  const names = ['SAMLRequest', 'SAMLResponse', 'RelayState'];
  return readPost(names.flatMap((name) => form.all(name).map((value) => [name, value] as const)));
}
