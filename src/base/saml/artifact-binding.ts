// HTTP-Artifact: a reference in a form or an address, which the other party exchanges for the message (SAML Bindings 3.6).
import { mostForeignRelayStateBytes } from './message-encoding.ts';
import type { PostForm } from './post-binding.ts';
import type { BindingFault } from './received-message.ts';

export type ArtifactReading =
  | { readonly ok: true; readonly artifact: string; readonly relayState: string | undefined }
  | { readonly ok: false; readonly reason: BindingFault };

const ours: readonly string[] = ['SAMLart', 'SAMLRequest', 'SAMLResponse', 'RelayState'];
const refused = (reason: BindingFault): ArtifactReading => ({ ok: false, reason });

/**
 * Reads the fields of a form or the parameters of an address, each as often as it came. One of ours that comes twice is
 * refused, and so is a message beside the artifact (S16).
 */
export function readArtifactFields(fields: Iterable<readonly [name: string, value: string]>): ArtifactReading {
  const found = new Map<string, string>();
  for (const [name, value] of fields) {
    if (!ours.includes(name)) continue;
    if (found.has(name)) return refused('repeatedParameter');
    found.set(name, value);
  }
  if (found.has('SAMLRequest') || found.has('SAMLResponse')) return refused('twoMessages');
  const artifact = found.get('SAMLart');
  if (artifact === undefined) return refused('noMessage');
  const relayState = found.get('RelayState');
  if (Buffer.byteLength(relayState ?? '') > mostForeignRelayStateBytes) return refused('relayState');
  return { ok: true, artifact, relayState };
}

/** The form for an artifact (SAML Bindings 3.6.3). A RelayState of theirs goes back as it came. */
export function artifactForm(given: {
  readonly location: string;
  readonly artifact: string;
  readonly relayState?: string | undefined;
}): PostForm {
  const { location, artifact, relayState } = given;
  const state: [string, string][] = relayState === undefined ? [] : [['RelayState', relayState]];
  return { action: location, fields: [['SAMLart', artifact], ...state] };
}
