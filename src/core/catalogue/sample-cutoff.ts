// A method cut-off that holds, for tests to break one thing at a time.
import type { StoredItem } from './compile.ts';

/** A fresh document every time. */
export const sampleCutoff = (): StoredItem => ({
  kind: 'methodCutoff',
  id: 'password-ends',
  doc: {
    id: 'password-ends',
    text: { en: 'Passwords end in the record' },
    owner: 'IT security',
    applications: ['ehr'],
    organisations: ['hospital'],
    methods: ['password'],
    state: 'required',
    from: '2030-01-01',
    order: [{ when: { roles: ['doctor'] }, text: { en: 'A SITHS card' }, url: 'https://cards.example/order' }],
    exemptions: [
      { person: 'p1', owner: 'Ward 4', reason: 'Waits for a card', until: '2030-06-30' },
      { organisation: 'hospital', units: ['er'], owner: 'ER', reason: 'No readers yet', until: '2030-03-01' },
    ],
  },
});
