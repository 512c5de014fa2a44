// A SAML login through the whole program: over HTTP, with a live session, on a real database. Nothing else does as much.
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../test/support/index.ts';
import { knownClient, newClients } from '../clients.ts';
import { get } from '../connection.ts';
import { startDatabase } from '../database.ts';
import { issuer } from '../hub/catalogue.ts';
import { startHub } from '../hub/program.ts';
import { median, quantile, runLoad, type Work } from '../load.ts';
import { targetOf } from '../target.ts';
import { newParties, newRequests, type Parties, signerOf } from './parties.ts';

export interface HubFigures {
  readonly cpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMb: number;
}

const loginsInBlock = 600;
const warmUpBlocks = 3;
const settleMs = 1200;

/** Keys of the hub are its own (3072 bits); the application's have `bits`. An answer that is none fails the run. */
export async function measureHub(
  bits: number,
  { rounds, scale }: { readonly rounds: number; readonly scale: number },
): Promise<HubFigures> {
  const made = newParties(bits);
  const parties: Parties = { ...made, provider: { ...made.provider, url: `${issuer}/saml/sso` } };
  const folder = temporaryFolder('bench');
  const database = await startDatabase();
  const clients = newClients(64).map(knownClient);
  const more = [applicationOf(parties)];
  const target = await targetOf(
    'tillit',
    await startHub({ database, folder: folder.path, clients, more, nodeOptions: [] }),
  );
  const blocks: HubFigures[] = [];
  try {
    for (let round = 1 - warmUpBlocks; round <= rounds; round++) {
      const asked = newRequests(parties, signerOf(parties.service), Math.max(64, Math.round(loginsInBlock * scale)));
      const work = asked.map(({ query }, at): Work => {
        const request = get(`/saml/sso?${query}`, { cookie: target.cookies[at % target.cookies.length] ?? '' });
        return async (connection) => {
          const { status, body } = await connection.send(request);
          return status === 200 && body.includes('name="SAMLResponse"') ? undefined : `${status} ${body.slice(0, 300)}`;
        };
      });
      const before = target.cpuMs();
      const { latencies, bad } = await runLoad(target.connections, work);
      await sleep(settleMs);
      const cpuUs = ((target.cpuMs() - before) * 1000) / work.length;
      for (const wrong of bad.keys()) throw new Error(`the hub did not answer: ${wrong}`);
      const [p50Ms, p99Ms] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
      if (round > 0) blocks.push({ cpuUs, p50Ms, p99Ms, rssMb: target.residentMb() });
    }
  } finally {
    await target.stop();
    await database.stop();
    folder.remove();
  }
  const middle = (key: keyof HubFigures): number => median(blocks.map((block) => block[key]));
  return { cpuUs: middle('cpuUs'), p50Ms: middle('p50Ms'), p99Ms: middle('p99Ms'), rssMb: middle('rssMb') };
}

const applicationOf = ({ service }: Parties) => ({
  kind: 'samlApplication' as const,
  id: 'link',
  doc: {
    id: 'link',
    issuer: 'bench',
    name: { en: 'link' },
    minimumAssurance: 'low',
    entityId: service.entityId,
    assertionConsumers: [{ binding: 'post', location: service.url }],
    keys: { signing: [service.certificate], encryption: [service.certificate] },
    requireSignedRequest: true,
  },
});
