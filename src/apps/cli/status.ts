// `tillit status`: what runs, what is weaker than it need be, what runs out, what was given up (B5).
import {
  type ApiWeakness,
  type ApplicationWeakness,
  type CatalogueSnapshot,
  compileCatalogue,
  dueWarnings,
  type HubWeakness,
  hubWeaknesses,
  problemLine,
  weaknesses,
  weaknessesOfApi,
} from '../../core/catalogue/index.ts';
import { readItems, readRevision } from '../../edge/store/hub/catalogue.ts';
import { metadataReads, readHeld } from '../../edge/store/hub/metadata-read.ts';
import { readSources } from '../../edge/store/hub/metadata-sources.ts';
import { outboxStore } from '../../edge/store/hub/outbox.ts';
import { metadataExpiring } from '../hub/metadata/index.ts';
import { populationCertificates } from '../hub/warnings.ts';
import { withAdminPlace } from './admin-place.ts';
import type { Command, CommandIo } from './command.ts';
import { heldLines } from './metadata-text.ts';
import { partnersLacking } from './partners-lacking.ts';

/** Every weakness in words: what it means. */
const words: Readonly<Record<ApplicationWeakness, string>> = {
  basicProfile: 'runs in the weaker profile basic',
  bearerTokens: 'its tokens are bearer tokens: whoever has one can use it',
  clientSecret: 'proves itself by a shared secret',
  rs256: 'its ID tokens are signed with RS256',
  httpLoopback: 'has a redirect URI over plain HTTP',
  longAccessToken: 'its access tokens live longer than usual',
  longRefresh: 'its refresh tokens live longer than usual',
};

const apiWords: Readonly<Record<ApiWeakness, string>> = {
  bearerTokens: 'takes bearer tokens: whoever has one can use it',
  rs256: 'has its tokens signed with RS256',
  plainType: 'has tokens whose type is not their own: the header says JWT',
  longAccessToken: 'asks for access tokens that live longer than usual',
};

export const status: Command = {
  name: 'status',
  summary: 'Say what runs, what is weaker than it need be, what runs out and what was given up.',
  usage: 'status\nExit code 1 when something needs a look.',
  async run(_args, io) {
    return await withAdminPlace(io, 'status', async ({ pool, clock }) => {
      const hubs = await pool.query<{ id: string; program: string; seen_at: Date }>(
        'SELECT id, program, seen_at FROM hub.node ORDER BY id',
      );
      const migration = await pool.query<{ number: number }>('SELECT max(number) AS number FROM hub.migration');
      io.out(`database: migration ${migration.rows[0]?.number}, catalogue revision ${await readRevision(pool)}`);
      for (const hub of hubs.rows) io.out(`hub ${hub.id}: program ${hub.program}, seen ${hub.seen_at.toISOString()}`);
      if (hubs.rows.length === 0) io.out('no hub runs');
      const compiled = compileCatalogue(await readRevision(pool), await readItems(pool));
      if (!compiled.ok) {
        io.err('the catalogue does not hold:');
        for (const problem of compiled.problems) io.err(`  ${problemLine(problem)}`);
        return 1;
      }
      const weak = sayWeaknesses(compiled.snapshot, io);
      const expiring = [...populationCertificates(compiled.snapshot), ...(await metadataExpiring(pool))];
      const due = dueWarnings(expiring, clock());
      for (const { of, daysLeft } of due) io.out(`runs out in ${daysLeft} days: ${of.name}`);
      const failing = (await readSources(pool)).filter(({ failures }) => failures > 0);
      for (const { id, failure } of failing) io.out(`metadata source ${id} is not refreshed: ${failure}`);
      const held = await readHeld(pool);
      for (const line of held.flatMap(heldLines)) io.out(line);
      const lacking = await partnersLacking(compiled.snapshot, metadataReads(pool), clock);
      for (const line of lacking) io.out(line);
      const { waiting, dead } = await outboxStore(pool).state();
      io.out(`outbox: ${waiting} waiting, ${dead} given up`);
      return weak + due.length + failing.length + held.length + lacking.length + dead > 0 ? 1 : 0;
    });
  },
};

/** A weakness in words; undefined for one whose applications or APIs are said one by one. */
function hubSentence(weakness: HubWeakness): string | undefined {
  switch (weakness.code) {
    case 'demo':
      return 'this is a demo; its people and cards are made up';
    case 'longLifetime':
      return `${weakness.lifetime} is ${weakness.seconds} s, usually ${weakness.usual} s`;
    case 'wideProxies':
      return `trusted proxies take in a large part of the internet: ${weakness.block}`;
    case 'wideNetwork':
      return `network ${weakness.network} takes in a large part of the internet: ${weakness.block}`;
    case 'revocationGrace':
      return `cards of ${weakness.population} may be let in until ${weakness.until} while their status cannot be had: ${weakness.reason}`;
    case 'softCards':
      return `cards of the kind ${weakness.cardProfile} may be files with keys that the hub made; they can be copied`;
    case 'preconditionGoesOn':
      return `logins go on while ${weakness.precondition} does not answer; say whenSilent: refuse`;
    case 'providerSecret':
      return `provider ${weakness.provider} knows us by a shared secret`;
    case 'providerTestNumbers':
      return `provider ${weakness.provider} may bring made-up national numbers`;
    case 'sourceTestIdentifiers':
      return `register ${weakness.source} may bring HSA-IDs of test environments`;
    case 'sourceFeigned':
      return `register ${weakness.source} may tell of people and commissions that were made for tests, or are archived`;
    case 'providerCbc':
      return `provider ${weakness.provider} may encrypt by AES-CBC; say allowCbc: false if it does not`;
    case 'providerPassword':
      return `provider ${weakness.provider}: a password counts there for two factors`;
    case 'unsolicitedLogins':
      return `logins to ${weakness.application} may begin without a request of its own`;
    case 'partlySigned':
      return `of the answers to ${weakness.application} only a part is signed`;
    case 'unencrypted':
      return `assertions for ${weakness.application} are not encrypted though it has a key for it`;
    case 'weakApplications':
    case 'weakApis':
      return undefined;
  }
}

/** Says them; answers how many there are. */
function sayWeaknesses(snapshot: CatalogueSnapshot, io: CommandIo): number {
  const hub = hubWeaknesses(snapshot);
  for (const weakness of hub) {
    const sentence = hubSentence(weakness);
    if (sentence !== undefined) io.out(`weak: ${sentence}`);
  }
  for (const application of snapshot.clients.values()) {
    for (const code of weaknesses(application)) io.out(`weak: application ${application.id} ${words[code]}`);
  }
  for (const api of snapshot.apis.values()) {
    for (const code of weaknessesOfApi(api)) io.out(`weak: API ${api.id} ${apiWords[code]}`);
  }
  if (hub.length === 0) io.out('nothing is weaker than the defaults');
  return hub.length;
}
