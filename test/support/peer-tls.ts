// The server certificate for localhost that other people's servers show in tests: the hub's own, or one without a hub.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificate, newKey, pem } from '../fakes/certificates.ts';

export interface PeerTls {
  /** PEM files. */
  readonly certificate: string;
  readonly key: string;
  /** PEM text of the authority above. */
  readonly root: string;
}

/** What the demo's hub shows at localhost, so that one root is enough for a browser. */
export const peerTlsOf = (hub: { readonly dataFolder: string; readonly rootPem: string }): PeerTls => ({
  certificate: join(hub.dataFolder, 'demo', 'ca', 'server.pem'),
  key: join(hub.dataFolder, 'demo', 'ca', 'server.key'),
  root: hub.rootPem,
});

/** A new one, under an authority of its own, written to the folder. */
export function newPeerTls(folder: string): PeerTls {
  const root = certificate('Test servers', newKey(), undefined);
  const server = certificate('localhost', newKey(), root, ['localhost']);
  const files = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  writeFileSync(files.certificate, server.pem);
  writeFileSync(files.key, pem(server.key), { mode: 0o600 });
  return { ...files, root: root.pem };
}
