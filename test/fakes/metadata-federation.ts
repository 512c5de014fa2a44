// A federation in memory that publishes SAML metadata of its members, which a running hub takes in as an operator hands it in.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayMs } from '../../src/base/clock.ts';
import { bindings, type EntityDescriptor, type IdpRole, type KeyDescriptor } from '../../src/base/saml/index.ts';
import { pemBlocks } from '../../src/base/x509/index.ts';
import { sampleEntity, sampleIdp, sampleSp } from '../../src/core/metadata/sample-entity.ts';
import { type RunningHub, tillitCommand } from '../support/index.ts';
import { metadataText, testSigner } from './metadata-documents.ts';
import { type SamlFake, samlCertificate } from './saml-provider.ts';

/** Keys of tests by their names. */
export interface NamedKeys {
  readonly signing: readonly string[];
  readonly encryption?: readonly string[];
}

/** Key descriptors as an entity publishes them; `certificate` is where its keys are. */
const descriptors = (
  { signing, encryption = [] }: NamedKeys,
  certificate: (name: string) => Buffer,
): readonly KeyDescriptor[] =>
  Object.entries({ signing, encryption }).flatMap(([use, names]) =>
    names.map((name) => ({
      use: use as 'signing' | 'encryption',
      certificates: [certificate(name)],
      encryptionMethods: [],
    })),
  );

const derOf = (name: string): Buffer => pemBlocks(samlCertificate(name))[0] ?? Buffer.alloc(0);

/** A provider's entity: of one organisation by its scope. */
export function idpEntity(
  there: SamlFake,
  keys: NamedKeys,
  change: Partial<IdpRole> = {},
  more: Partial<EntityDescriptor> = {},
): EntityDescriptor {
  const idp = sampleIdp({
    keys: descriptors(keys, derOf),
    singleSignOn: [{ binding: bindings.redirect, location: `${there.url}/sso` }],
    singleLogout: [{ binding: bindings.redirect, location: `${there.url}/slo` }],
    scopes: [{ value: '2120001553', regexp: false }],
    uiInfo: { ...sampleIdp().uiInfo!, displayNames: [{ language: 'en', text: `Municipality ${there.name}` }] },
    ...change,
  });
  return sampleEntity({ entityId: there.entityId, idp, ...more });
}

/** An application's entity. */
export const spEntity = (entityId: string, acs: string, keys: NamedKeys): EntityDescriptor =>
  sampleEntity({
    entityId,
    idp: undefined,
    sp: sampleSp({
      keys: descriptors(keys, derOf),
      assertionConsumer: [{ binding: bindings.post, location: acs, index: 0, isDefault: true }],
    }),
  });

export class FederationFake {
  readonly id: string;
  readonly #signer = testSigner();
  #made = Date.now() - 60_000;

  constructor(id: string) {
    this.id = id;
  }

  /** What an operator writes of it: nothing is fetched, files are handed in. */
  source(change: object = {}): object {
    return {
      id: this.id,
      from: { handedIn: true },
      signers: [{ certificate: this.#signer.pem }],
      roles: ['idp', 'sp'],
      ...change,
    };
  }

  /** Publishes its members as they are now, and the hub takes them; answers what the command says. */
  async publish(
    hub: RunningHub,
    entities: readonly EntityDescriptor[],
    validUntil = Date.now() + 7 * dayMs,
  ): Promise<string> {
    this.#made += 1000;
    const file = join(hub.dataFolder, `${this.id}.xml`);
    writeFileSync(file, await metadataText({ entities, createdAt: this.#made, validUntil, signer: this.#signer }));
    const { code, output } = await tillitCommand(hub, 'metadata', 'refresh', this.id, '--file', file);
    assert.equal(code, 0, output);
    return output;
  }
}
