// `tillit device`: enrols workstations and tablets, lists and closes them. Only this and the agent set a device's kind.
import { newId, newToken, tokenHash } from '../../base/ids.ts';
import { insertAudit, inTransaction } from '../../edge/store/hub/audit-insert.ts';
import { closeDevice, deviceStore, saveDevice } from '../../edge/store/hub/device.ts';
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
       device list
       device close ID
enrol shows the value of the device's cookie once: put it into the browsers of that device. Audited.`,
  async run(args, io) {
    const words = readWords(args, { kind: { type: 'string' }, name: { type: 'string' } });
    if (!words.ok) return usedWrongly(device, io, words.why);
    const [verb, id, ...more] = words.positionals;
    const { kind, name } = words.values;
    if (verb === 'list' && id === undefined) return withAdminPlace(io, 'device', (place) => list(place, io));
    if (verb === 'close' && id !== undefined && more.length === 0)
      return withAdminPlace(io, 'device', (place) => close(place, io, id));
    const known = kinds.find((one) => one === kind);
    if (verb !== 'enrol' || id !== undefined || known === undefined || !name?.trim()) {
      return usedWrongly(device, io, 'Say enrol with --kind and --name, list, or close with an id.');
    }
    return withAdminPlace(io, 'device', (place) => enrol(place, io, known, name.trim().slice(0, 200)));
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

async function close({ pool, clock, who }: AdminPlace, io: CommandIo, id: string): Promise<number> {
  const done = await inTransaction(pool, async (client) => {
    if (!(await closeDevice(client, id))) return false;
    await insertAudit(client, [
      { kind: 'admin.deviceSet', at: clock(), outcome: 'ok', body: { who, device: id, closed: true } },
    ]);
    return true;
  });
  if (done) io.out(`Device ${id} is closed: it counts as unknown.`);
  else io.err(`There is no open device ${id}.`);
  return done ? 0 : 1;
}
