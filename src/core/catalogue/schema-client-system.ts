// What a client system's record may say: its supplier, the hashes of its api keys, and the most that its drafts may ask.
import { flag, list, oneOf, record, type Static, text } from '../../base/schema/index.ts';
import type { ClientSystem } from './client-system.ts';
import { scopes } from './schema-api.ts';
import { assurance, id, localizedName, reference, references, url } from './schema-parts.ts';
import { grantTypes } from './snapshot.ts';

const addresses = (title: string) => list(url(title), { title, uniqueItems: true, maxItems: 20, default: [] });

const templateSchema = record(
  {
    profile: oneOf(['fapi2', 'helseid'], { title: 'Protocol profile', default: 'helseid' }),
    grants: list(oneOf(grantTypes), { title: 'Grants', default: [], uniqueItems: true }),
    apis: references('api', 'APIs', { minItems: 1 }),
    scopes: scopes('Scopes', { minItems: 1 }),
    redirectUris: addresses('Redirect URIs'),
    postLogoutRedirectUris: addresses('Redirect URIs after logout'),
    minimumAssurance: assurance('Minimum assurance'),
  },
  { title: 'The most that its applications have' },
);

export const clientSystemSchema = record({
  id: id(),
  name: localizedName('Name'),
  supplier: reference('organisation', 'Supplier'),
  issuer: reference('issuer', 'Issuer'),
  apiKeyHashes: list(
    text({
      pattern: '^[A-Za-z0-9_-]{43}$',
      maxLength: 43,
      allowed: 'the hash that `tillit client-system new-key` prints',
      secret: true,
    }),
    { title: 'Hashes of its api keys', uniqueItems: true, maxItems: 3, default: [] },
  ),
  closed: flag({ title: 'Closed', default: false }),
  template: templateSchema,
  returnUris: addresses('Where the browser may go after the confirmation'),
});

type Fits<Read extends Told, Told> = Read;
export type ClientSystemSchemaFits = Fits<Static<typeof clientSystemSchema>, ClientSystem>;
