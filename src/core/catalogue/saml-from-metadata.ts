// A SAML partner's record filled in with what its metadata says now: what the record says itself is never loosened by it.
import type { EntityDescriptor } from '../../base/saml/index.ts';
import { certificateFault, endpointFault } from './checks-saml-application.ts';
import type { SamlApplication } from './saml-application.ts';
import { membersOfMetadata } from './saml-application-metadata.ts';
import { answerRulesOf } from './saml-application-preset.ts';
import type { SamlEndpoint, SamlKeys } from './saml-entity.ts';
import type { SamlUpstream } from './saml-provider.ts';
import { providerMembersOf } from './saml-provider-metadata.ts';

export type FilledIn<Record> =
  | { readonly ok: true; readonly record: Record }
  /** Why it cannot be used, in words for the operator. */
  | { readonly ok: false; readonly because: string };

/** Places where a browser may be sent to and we may call: the same as are let into a record by hand (O1). */
const usable = (endpoints: readonly SamlEndpoint[]): readonly SamlEndpoint[] =>
  endpoints.filter((one) => endpointFault(one) === undefined);

/** Keys that are strong enough; the others count as not there. */
const strong = ({ signing, encryption }: SamlKeys): SamlKeys => ({
  signing: signing.filter((pem) => certificateFault(pem, 'signing') === undefined),
  encryption: encryption.filter((pem) => certificateFault(pem, 'encryption') === undefined),
});

/**
 * The provider with the places, keys and scopes of its metadata. Scopes that the record writes stay the only ones; what
 * must be signed and encrypted, levels, namespaces and the highest level are the record's alone.
 */
export function providerFromMetadata(saml: SamlUpstream, entity: EntityDescriptor): FilledIn<SamlUpstream> {
  const taken = providerMembersOf(entity, saml.scopes);
  if (!taken.ok) return taken;
  const { members } = taken;
  const singleSignOn = usable(members.singleSignOn);
  const keys = { ...strong(members.keys), encryption: [] };
  const artifactResolution = usable(members.artifactResolution ?? []);
  if (singleSignOn.length === 0)
    return { ok: false, because: `${saml.entityId} names no place to log in that we speak` };
  if (keys.signing.length === 0) return { ok: false, because: `${saml.entityId} has no key that is strong enough` };
  if (saml.answerBinding === 'artifact' && artifactResolution.length === 0)
    return { ok: false, because: `${saml.entityId} answers by artifact and names no place where they are resolved` };
  const { metadata: _, ...own } = saml;
  return {
    ok: true,
    record: {
      ...own,
      singleSignOn,
      singleLogout: usable(members.singleLogout),
      ...(artifactResolution.length === 0 ? {} : { artifactResolution }),
      keys,
      scopes: saml.scopes.length > 0 ? saml.scopes : members.scopes,
      userMessage: saml.userMessage ?? members.userMessage,
    },
  };
}

/**
 * The application with the places and keys of its metadata. Requests must be signed when either says so, and assertions;
 * names, attributes and the level are the record's alone.
 */
export function applicationFromMetadata(
  application: SamlApplication,
  entity: EntityDescriptor,
): FilledIn<SamlApplication> {
  const taken = membersOfMetadata(entity);
  if (!taken.ok) return taken;
  const { members } = taken;
  const keys = strong(members.keys);
  const assertionConsumers = usable(members.assertionConsumers);
  const requireSignedRequest = application.requireSignedRequest || members.requireSignedRequest;
  const { signs, encrypts } = answerRulesOf(application);
  const no = (because: string) => ({ ok: false, because: `${application.entityId} ${because}` }) as const;
  if (assertionConsumers.length === 0) return no('names no place for answers that is allowed');
  if (requireSignedRequest && keys.signing.length === 0)
    return no('must sign its requests and has no key that is strong enough');
  if (encrypts === 'always' && keys.encryption.length === 0)
    return no('has no key to encrypt to, and its assertions are always encrypted');
  const { metadata: _, ...own } = application;
  return {
    ok: true,
    record: {
      ...own,
      ...members,
      assertionConsumers,
      singleLogout: usable(members.singleLogout),
      keys,
      requireSignedRequest,
      ...(signs === 'response' && entity.sp?.wantAssertionsSigned === true ? { signs: 'both' as const } : {}),
    },
  };
}
