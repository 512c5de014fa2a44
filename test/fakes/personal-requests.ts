// Requests that wait for p1 in the portal: two with one message, and one whose program sent none.
import type { PersonalRequest, PersonalRequests } from '../../src/edge/web/portal/index.ts';

/** `answers` hears what was said to any of them. */
export function personalRequests(answers: string[]): PersonalRequests {
  const request = (id: string, change: Partial<PersonalRequest> = {}): PersonalRequest => ({
    id,
    application: { id: 'scanner', name: { en: 'Ward <scanner>', sv: 'Avdelningens <läsare>' }, organisation: 'region' },
    message: 'Bed <7>, 4711',
    from: '192.0.2.9',
    network: 'Hospital network',
    at: Date.UTC(2027, 0, 4, 9, 14, 7),
    allow: async () => {
      answers.push(`allow ${id}`);
      return { status: 303, headers: { location: '/requests/done' }, body: '' };
    },
    deny: async (disowned) => {
      answers.push(`${disowned ? 'disown' : 'deny'} ${id}`);
      return id !== 'r3';
    },
    ...change,
  });
  const waiting = [
    request('r1'),
    request('r2', { at: Date.UTC(2027, 0, 4, 9, 14, 31) }),
    request('r3', { application: { id: 'lab', name: { en: 'Laboratory' } }, message: undefined, network: undefined }),
  ];
  return {
    offered: () => true,
    waiting: async (person) => (person === 'p1' ? waiting : []),
    find: async (person, id) => (person === 'p1' ? waiting.find((one) => one.id === id) : undefined),
  };
}
