// `tillit device`: enrols workstations and tablets, lists and closes them. A device's kind is set here, and at one's own page.
import { newId, newToken, systemRandom, tokenHash } from '../../base/ids.ts';
import { newUserCode, shownUserCode } from '../../core/grants/index.ts';
import { type DeviceEnding, deviceCodeLength, deviceTimes } from '../../core/ordering/index.ts';
import { organisationsUpward } from '../../edge/store/hub/administrations.ts';
import { insertAudit, inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { endDevice, insertCode } from '../../edge/store/hub/derived-steps.ts';
import { deviceStore, saveDevice } from '../../edge/store/hub/device.ts';
import { deviceCookieName } from '../../edge/web/login/index.ts';
import { type AdminPlace, withAdminPlace } from './admin-place.ts';
import { type Command, type CommandIo, usedWrongly } from './command.ts';
import { readPlace } from './place.ts';
import { readWords } from './words.ts';

const kinds = ['fixed', 'portable'] as const;

export const device: Command = {
  name: 'device',
  summary: 'Enrol, list or close workstations and tablets.',
  usage: `device enrol --kind fixed|portable --name NAME
       device invite --organisation ID --kind fixed|portable --name NAME
       device list
       device close ID
       device lost ID
enrol shows the value of the device's cookie once: put it into the browsers of that device. invite shows a code once, good for
a day: the program on the device enrols with it, and everybody who works there may use the device for a shift after a card
login. close and lost end what the device was given, and its sessions. Audited.`,
  async run(args, io) {
    const words = readWords(args, {
      kind: { type: 'string' },
      name: { type: 'string' },
      organisation: { type: 'string' },
    });
    if (!words.ok) return usedWrongly(device, io, words.why);
    const [verb, id, ...more] = words.positionals;
    const { kind, name, organisation } = words.values;
    if (verb === 'list' && id === undefined) return withAdminPlace(io, 'device', (place) => list(place, io));
    if ((verb === 'close' || verb === 'lost') && id !== undefined && more.length === 0)
      return withAdminPlace(io, 'device', (place) => end(place, io, id, verb === 'lost' ? 'lost' : 'closed'));
    const known = kinds.find((one) => one === kind);
    const invites = verb === 'invite' && organisation !== undefined;
    if (!(verb === 'enrol' || invites) || id !== undefined || known === undefined || !name?.trim()) {
      const how =
        'Say enrol with --kind and --name, invite with --organisation too, list, or close or lost with an id.';
      return usedWrongly(device, io, how);
    }
    const called = name.trim().slice(0, 200);
    return withAdminPlace(io, 'device', (place) =>
      invites ? invite(place, io, { kind: known, name: called, organisation }) : enrol(place, io, known, called),
    );
  },
};

async function enrol(
  { pool, clock, who }: AdminPlace,
  io: CommandIo,
  kind: (typeof kinds)[number],
  name: string,
): Promise<number> {
  const now = clock();
  const id = newId(now);
  const value = newToken();
  await inTransaction(pool, async (client) => {
    await saveDevice(client, { id, kind, name, setBy: who, setAt: now, closed: false, secretHash: tokenHash(value) });
    await insertAudit(client, [
      { kind: 'admin.deviceSet', at: now, outcome: 'ok', body: { who, device: id, kind, name } },
    ]);
  });
  io.out(`Device ${id} (${kind}, ${name}). Its cookie for ${readPlace(io).hubUrl}, shown this once:`);
  io.out(`${deviceCookieName}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`);
  return 0;
}

async function list({ pool }: AdminPlace, io: CommandIo): Promise<number> {
  for (const { id, kind, name, setBy, setAt, closed } of await deviceStore(pool).list()) {
    io.out(
      `${id}  ${kind.padEnd(8)}  ${closed ? 'closed' : 'open  '}  ${new Date(setAt).toISOString()}  ${setBy}  ${name}`,
    );
  }
  return 0;
}

/** A code with which a device enrols that everybody at the organisation may use. */
async function invite(
  { pool, clock, who }: AdminPlace,
  io: CommandIo,
  wish: { readonly kind: (typeof kinds)[number]; readonly name: string; readonly organisation: string },
): Promise<number> {
  const now = clock();
  const { organisation, name, kind } = wish;
  if ((await organisationsUpward(pool, organisation)).get(organisation)?.closed !== false) {
    io.err(`There is no open organisation ${organisation}.`);
    return 1;
  }
  const code = newUserCode(systemRandom, deviceCodeLength);
  const expiresAt = now + deviceTimes.adminCodeMs;
  await inTransaction(pool, async (client) => {
    const hash = tokenHash(code);
    await insertCode(client, { task: 'enrol', hash, madeAt: now, expiresAt, madeBy: who, device: wish });
    const body = { task: 'enrol', who, name, kind, until: new Date(expiresAt).toISOString() };
    await insertAudit(client, [{ kind: 'device.codeMade', at: now, outcome: 'ok', organisation, body }]);
  });
  io.out(`Code for the program on ${name} (${kind}), good once until ${new Date(expiresAt).toISOString()}:`);
  io.out(shownUserCode(code));
  return 0;
}

async function end({ pool, clock, who }: AdminPlace, io: CommandIo, id: string, ending: DeviceEnding): Promise<number> {
  const done = await endDevice(pool, id, ending, { who }, clock());
  if (done) io.out(`Device ${id} is closed: it counts as unknown, and what it was given is over.`);
  else io.err(`There is no open device ${id}.`);
  return done ? 0 : 1;
}
