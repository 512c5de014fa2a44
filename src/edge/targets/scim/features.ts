// What a SCIM service says that it can do (RFC 7643 5), asked once an hour.
import { isObject, type Json, type ScimCall } from './caller.ts';

export interface ScimFeatures {
  readonly patch: boolean;
  readonly filter: boolean;
}

const keptMs = 3_600_000;
const says = (body: Json, name: string): boolean => {
  const feature = body[name];
  return !isObject(feature) || feature['supported'] !== false;
};

/** A service that does not tell is taken to do what the standard asks for: its refusals are said as they come. */
export function scimFeatures(call: ScimCall): () => Promise<ScimFeatures> {
  let known: { readonly at: number; readonly features: ScimFeatures } | undefined;
  return async () => {
    if (known !== undefined && performance.now() - known.at < keptMs) return known.features;
    const { body } = await call({ method: 'GET', path: '/ServiceProviderConfig' });
    known = { at: performance.now(), features: { patch: says(body, 'patch'), filter: says(body, 'filter') } };
    return known.features;
  };
}
