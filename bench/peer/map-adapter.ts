// Storage of the peer: a Map, its fastest. Nothing expires or is written down; single use is as oidc-provider asks for it.
import type { Adapter, AdapterPayload } from 'oidc-provider';

/** One memory for all models of one provider. */
export function mapAdapter(): (model: string) => Adapter {
  const rows = new Map<string, AdapterPayload>();
  const byUid = new Map<string, string>();
  const grants = new Map<string, Set<string>>();
  return (model) => {
    const key = (id: string) => `${model}:${id}`;
    return {
      async upsert(id, payload) {
        rows.set(key(id), payload);
        if (model === 'Session' && payload.uid) byUid.set(payload.uid, id);
        if (payload.grantId) {
          const members = grants.get(payload.grantId) ?? new Set();
          grants.set(payload.grantId, members.add(key(id)));
        }
      },
      find: async (id) => rows.get(key(id)),
      findByUid: async (uid) => rows.get(key(byUid.get(uid) ?? '')),
      findByUserCode: async () => undefined,
      async consume(id) {
        const row = rows.get(key(id));
        if (row) row.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        rows.delete(key(id));
      },
      async revokeByGrantId(grantId) {
        for (const member of grants.get(grantId) ?? []) rows.delete(member);
        grants.delete(grantId);
      },
    };
  };
}
