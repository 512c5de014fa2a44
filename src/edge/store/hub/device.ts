// Enrolled devices: found by the hash of the device cookie.
import type { Device, DeviceStore } from '../../../core/directory/index.ts';
import type { DeviceKind } from '../../../wire/codes/index.ts';
import type { Queryable } from './audit-insert.ts';

interface DeviceRow {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly name: string;
  readonly set_by: string;
  readonly set_at: Date;
  readonly closed: boolean;
}

/** Port: devices. */
export const deviceStore = (pool: Queryable): DeviceStore => ({
  async kindOf(secretHash) {
    const result = await pool.query<{ kind: DeviceKind }>({
      name: 'device-kind',
      text: 'SELECT kind FROM hub.device WHERE secret_hash = $1 AND NOT closed',
      values: [secretHash],
    });
    return result.rows[0]?.kind;
  },
  async list() {
    const result = await pool.query<DeviceRow>(
      'SELECT id, kind, name, set_by, set_at, closed FROM hub.device ORDER BY name, id',
    );
    return result.rows.map(({ set_by, set_at, ...row }) => ({ ...row, setBy: set_by, setAt: set_at.getTime() }));
  },
});

/** Adds a device, or gives one a new secret, kind and name. */
export async function saveDevice(client: Queryable, device: Device & { readonly secretHash: string }): Promise<void> {
  await client.query(
    `INSERT INTO hub.device (id, secret_hash, kind, name, set_by, set_at, closed) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET secret_hash = excluded.secret_hash, kind = excluded.kind, name = excluded.name, set_by = excluded.set_by,
       set_at = excluded.set_at, closed = excluded.closed`,
    [device.id, device.secretHash, device.kind, device.name, device.setBy, new Date(device.setAt), device.closed],
  );
}
