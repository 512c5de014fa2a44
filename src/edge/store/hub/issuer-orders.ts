// Keeps how far orders have come at one outside issuer of certificates.
import type pg from 'pg';
import type { OutsideOrders } from '../../../core/ordering/index.ts';

export const issuerOrders = (pool: pg.Pool, issuer: string): OutsideOrders => ({
  async load(order) {
    const result = await pool.query<{ memo: string | null; certificate: Buffer | null; not_before: Date | null }>(
      'SELECT memo, certificate, not_before FROM hub.issuer_order WHERE issuer = $1 AND id = $2',
      [issuer, order],
    );
    const [row] = result.rows;
    return (
      row && {
        memo: row.memo ?? undefined,
        certificate: row.certificate ?? undefined,
        notBefore: row.not_before?.getTime(),
      }
    );
  },
  async save(order, state) {
    if (state === undefined) {
      await pool.query('DELETE FROM hub.issuer_order WHERE issuer = $1 AND id = $2', [issuer, order]);
      return;
    }
    await pool.query(
      `INSERT INTO hub.issuer_order (issuer, id, memo, certificate, not_before) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (issuer, id) DO UPDATE SET memo = excluded.memo, certificate = excluded.certificate,
         not_before = excluded.not_before, changed_at = now()`,
      [
        issuer,
        order,
        state.memo ?? null,
        state.certificate === undefined ? null : Buffer.from(state.certificate),
        state.notBefore === undefined ? null : new Date(state.notBefore),
      ],
    );
  },
});
