// Method cut-offs in each state, as the pages of a small catalogue list them.
import type { MethodCutoff } from '../../src/core/catalogue/index.ts';

export const listedCutoffs = new Map<string, MethodCutoff>([
  [
    'no-passwords',
    {
      id: 'no-passwords',
      text: { en: 'The national core record takes cards alone.', sv: 'Nationell patientöversikt tar bara kort.' },
      owner: 'Information security',
      applications: ['core'],
      organisations: [],
      providers: [],
      methods: ['password'],
      state: 'required',
      from: '2026-11-01T10:00:00Z',
      order: [
        {
          when: { roles: ['nurse'] },
          text: { en: 'A SITHS card', sv: 'Ett SITHS-kort' },
          url: 'https://cards.region.example/order',
        },
        { when: {}, text: { en: 'Something for others', sv: 'Något för andra' } },
      ],
      exemptions: [],
    },
  ],
  ...(
    [
      ['ehr-cards', { state: 'connecting', from: '2027-03-01T10:00:00Z', organisations: ['region'] }],
      ['ehr-later', { state: 'planned', methods: ['directoryPassword'], providers: [] }],
    ] as const
  ).map(
    ([id, change]) =>
      [
        id,
        {
          ...{ id, owner: 'Information security', applications: ['ehr'], organisations: [], providers: ['password'] },
          ...{ methods: [], order: [], exemptions: [] },
          text: { en: 'The patient record takes cards alone.', sv: 'Patientjournalen tar bara kort.' },
          ...change,
        },
      ] as const,
  ),
]);
