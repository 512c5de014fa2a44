// The municipalities' people, and what both sides write of them: all invented.

export interface Municipality {
  /** Its id as an organisation, a brand, and as the region's provider. */
  readonly id: 'fjordvik' | 'utvik';
  readonly name: string;
  readonly number: string;
  /** Path of its issuer below the municipality's address. */
  readonly path: string;
  /** It left the federation a year ago. */
  readonly isFormer: boolean;
  readonly colours: { readonly primary: string; readonly accent: string };
  readonly person: {
    readonly id: string;
    readonly username: string;
    readonly givenName: string;
    readonly familyName: string;
    readonly role: string;
    readonly title: string;
  };
}

export const municipalities: readonly Municipality[] = [
  {
    id: 'fjordvik',
    name: 'Fjordvik kommune',
    number: '912345688',
    path: '',
    isFormer: false,
    colours: { primary: '#7a3b12', accent: '#1d4e89' },
    person: {
      id: 'berit-dal',
      username: 'berit',
      givenName: 'Berit',
      familyName: 'Dal',
      role: 'nurse',
      title: 'Home-care nurse',
    },
  },
  {
    id: 'utvik',
    name: 'Utvik kommune',
    number: '923456716',
    path: '/utvik',
    isFormer: true,
    colours: { primary: '#4a4a12', accent: '#5b2a6b' },
    person: {
      id: 'odd-lie',
      username: 'odd',
      givenName: 'Odd',
      familyName: 'Lie',
      role: 'nurse',
      title: 'Home-care nurse',
    },
  },
];
