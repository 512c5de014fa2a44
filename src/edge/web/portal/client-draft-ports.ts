// What the pages of client drafts need from the wiring.
import type { ClientSystem } from '../../../core/catalogue/index.ts';
import type { ClientDraft, DraftStanding, LoopbackReturn } from '../../../core/grants/index.ts';
import type { Session } from '../../../core/sessions/index.ts';

/** A draft with the names that a page shows. */
export interface ShownDraft {
  readonly draft: ClientDraft;
  /** Name of the organisation. */
  readonly organisation: string;
  /** Absent: it is no longer in the catalogue. */
  readonly system: ClientSystem | undefined;
  /** Name of its supplier. */
  readonly supplier: string;
  /** APIs that it would call, with the scopes. */
  readonly apis: readonly { readonly name: ClientSystem['name']; readonly scopes: readonly string[] }[];
  /** Whether people would log in with it. */
  readonly people: boolean;
  /** Name of who decided. */
  readonly decidedBy?: string | undefined;
}

export type DraftView =
  | { readonly standing: 'unknown' }
  /** Who may decide, by name. */
  | { readonly standing: 'noRight'; readonly organisation: string; readonly administrators: readonly string[] }
  | ({ readonly standing: Exclude<DraftStanding, 'unknown' | 'noRight'> } & ShownDraft);

/** What came of a decision: `returnTo` = where the browser goes; `late`: look again; `misfit`: it no longer fits. */
export type DraftDone =
  | { readonly kind: 'done'; readonly returnTo?: string | undefined }
  | { readonly kind: 'late' }
  | { readonly kind: 'misfit' };

export interface ClientDrafts {
  /** Drafts that wait for this person, the oldest first. */
  waiting(person: string): Promise<readonly ShownDraft[]>;
  look(draft: string, person: string): Promise<DraftView>;
  /** Where the browser would go: for the form's own headers, before it is sent. */
  returnTo(shown: ShownDraft, asked: LoopbackReturn | undefined, outcome: 'confirmed' | 'refused'): string | undefined;
  confirm(draft: string, session: Session, asked: LoopbackReturn | undefined): Promise<DraftDone>;
  refuse(draft: string, session: Session, reason: string, asked: LoopbackReturn | undefined): Promise<DraftDone>;
}
