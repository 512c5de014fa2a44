// Telling an application that a session ended (OIDC Back-Channel Logout 1.0): the worker of an outbox message.
import type { EpochMs } from '../../../base/clock.ts';
import { newId, newReference } from '../../../base/ids.ts';
import { type CatalogueSnapshot, idTokenAlgorithmOf } from '../../../core/catalogue/index.ts';
import { type Committer, recordOnly } from '../../../core/commit/index.ts';
import type { Delivery } from '../../../core/outbox/index.ts';
import type { OidcPorts } from './ports.ts';
import { logoutToken } from './tickets.ts';

/** What the outbox carries. */
export interface BackchannelLogout {
  readonly application: string;
  readonly issuer: string;
  readonly subject: string;
  readonly session: string;
}

/** Posts a form to one URI: never follows a redirect, gives up after `timeoutMs`, reads at most `maxBytes` of the answer. */
export type PostForm = (
  uri: string,
  body: string,
  limits: { readonly timeoutMs: number; readonly maxBytes: number },
) => Promise<{ readonly status: number }>;

export type LogoutDelivery =
  | { readonly kind: 'delivered' }
  /** There is nobody to tell: the application is gone, closed to this issuer, or takes no logouts. */
  | { readonly kind: 'nobody' }
  /** The application did not take it; try again later. */
  | { readonly kind: 'failed'; readonly because: string };

/** Where an application takes logouts of an issuer; undefined when there is nobody to tell. */
export function backchannelUri(
  { clients, issuers }: CatalogueSnapshot,
  about: { readonly application: string; readonly issuer: string },
): string | undefined {
  const application = clients.get(about.application);
  return application?.issuer === about.issuer && issuers.has(about.issuer)
    ? application.backchannelLogoutUri
    : undefined;
}

const limits = { timeoutMs: 5000, maxBytes: 4096 } as const;

/**
 * Sends one logout token to the application's registered URI and writes down how it went. Each try signs a new token:
 * an application that saw the last one must not take this one for a replay.
 */
export async function deliverBackchannelLogout(
  message: Delivery,
  ports: Pick<OidcPorts, 'clock' | 'random' | 'catalogue' | 'keys'> & {
    readonly commit: Committer;
    readonly post: PostForm;
  },
): Promise<LogoutDelivery> {
  const wanted = readPayload(message.payload);
  const catalogue: CatalogueSnapshot = ports.catalogue();
  const application = wanted && catalogue.clients.get(wanted.application);
  const issuer = wanted && catalogue.issuers.get(wanted.issuer);
  const uri = wanted && backchannelUri(catalogue, wanted);
  if (!wanted || !application || !issuer || uri === undefined) return { kind: 'nobody' };
  const now = ports.clock();
  const { subject, session } = wanted;
  const key = ports.keys.signing(issuer.id, idTokenAlgorithmOf(application));
  const jti = newId(now, ports.random);
  const token = logoutToken({ issuer, application, subject, session, jti, now }, key);
  const outcome = await send(ports.post, uri, token);
  await ports.commit(recordOnly([recordOf(wanted, message, outcome, now)]));
  return outcome;
}

async function send(post: PostForm, uri: string, token: string): Promise<LogoutDelivery> {
  try {
    const { status } = await post(uri, `logout_token=${token}`, limits);
    // Back-Channel Logout 2.8: 200 when done; 204 is what many answer.
    return status === 200 || status === 204
      ? { kind: 'delivered' }
      : { kind: 'failed', because: `the application answered ${status}` };
  } catch (thrown) {
    return { kind: 'failed', because: thrown instanceof Error ? thrown.message.slice(0, 200) : 'no answer' };
  }
}

function recordOf(wanted: BackchannelLogout, message: Delivery, outcome: LogoutDelivery, at: EpochMs) {
  const delivered = outcome.kind === 'delivered';
  return {
    kind: delivered ? 'session.logoutSent' : 'session.logoutFailed',
    at,
    outcome: delivered ? 'ok' : 'failed',
    application: wanted.application,
    session: wanted.session,
    reference: newReference(),
    body: {
      message: message.id,
      attempt: message.attempts,
      because: outcome.kind === 'failed' ? outcome.because : undefined,
    },
  } as const;
}

function readPayload(payload: Readonly<Record<string, unknown>>): BackchannelLogout | undefined {
  const { application, issuer, subject, session } = payload;
  const texts = [application, issuer, subject, session].every((each) => typeof each === 'string');
  return texts ? (payload as unknown as BackchannelLogout) : undefined;
}
