// What verification can find wrong with a log, and each in words.

/** A checkpoint as a finding names it: where it was read, and its place there. */
export interface CheckpointPlace {
  readonly source: string;
  readonly line?: number | undefined;
  readonly size?: number | undefined;
}

export type Finding =
  /** Text or salt is not what the leaf stands for. */
  | { readonly kind: 'changed'; readonly index: number }
  /** The columns that search goes by are not what the text says. */
  | { readonly kind: 'columnsChanged'; readonly index: number; readonly columns: readonly string[] }
  /** The event that belongs at `index` is found at another place. */
  | { readonly kind: 'reordered'; readonly index: number; readonly foundAt: number }
  /** The event is gone, or its text is, and no retention record says so. */
  | { readonly kind: 'removed'; readonly from: number; readonly to: number; readonly leafToo: boolean }
  /** An event has a place in the log, but the log has no leaf for it. */
  | { readonly kind: 'leafMissing'; readonly index: number }
  /** A leaf comes twice or out of order. */
  | { readonly kind: 'outOfOrder'; readonly index: number; readonly after: number }
  /** A checkpoint speaks of events that are not there any more. */
  | { readonly kind: 'truncated'; readonly from: number; readonly to: number; readonly checkpoint: CheckpointPlace }
  /** Events after the last checkpoint have a place but no signature. */
  | { readonly kind: 'unsigned'; readonly from: number; readonly to: number }
  /** The tree is not the one that the checkpoint signs: something in (lastGood, firstBad] was rewritten. */
  | {
      readonly kind: 'rewritten';
      readonly from: number;
      readonly to: number;
      readonly lastGood: number;
      readonly checkpoint: CheckpointPlace;
    }
  | { readonly kind: 'forgedCheckpoint' | 'malformedCheckpoint' | 'unknownKey'; readonly checkpoint: CheckpointPlace }
  /** A checkpoint is in one place and not in the other. */
  | { readonly kind: 'checkpointMissing'; readonly size: number; readonly missingIn: string; readonly seenIn: string }
  /** A later checkpoint of one source is smaller: the log went back. */
  | { readonly kind: 'shrunk'; readonly from: number; readonly to: number; readonly checkpoint: CheckpointPlace }
  | { readonly kind: 'noCheckpoint' }
  /** A file was given for its checkpoints and holds none. */
  | { readonly kind: 'emptySource'; readonly source: string }
  /** An export says that it is a part of the log, and the whole of it was expected. */
  | { readonly kind: 'onlyPart'; readonly from: number }
  /** An export that cannot be what it says it is. */
  | { readonly kind: 'malformedExport'; readonly line: number; readonly why: string };

const range = (from: number, to: number): string => (from === to ? `event ${from}` : `events ${from} to ${to}`);

const where = ({ source, line, size }: CheckpointPlace): string =>
  [size === undefined ? 'a checkpoint' : `the checkpoint of size ${size}`, `in ${source}`, line ? `line ${line}` : '']
    .filter((part) => part !== '')
    .join(' ');

/** A finding in words, for an auditor. Events are named by their place in the log, from 0. */
export function describeFinding(finding: Finding): string {
  switch (finding.kind) {
    case 'changed':
      return `event ${finding.index} was changed: its text and salt do not give its leaf`;
    case 'columnsChanged':
      return `event ${finding.index}: the search columns ${finding.columns.join(', ')} are not what its text says`;
    case 'reordered':
      return `event ${finding.index} was moved: it is found at place ${finding.foundAt}`;
    case 'removed':
      return `${range(finding.from, finding.to)} ${finding.from === finding.to ? 'was' : 'were'} removed${finding.leafToo ? ', leaf and all' : ''}, and no retention record says so`;
    case 'leafMissing':
      return `event ${finding.index} has no leaf in the log`;
    case 'outOfOrder':
      return `event ${finding.index} comes after ${finding.after}: repeated or out of order`;
    case 'truncated':
      return `the log was cut short: ${range(finding.from, finding.to)} ${finding.from === finding.to ? 'is' : 'are'} gone, which ${where(finding.checkpoint)} covers`;
    case 'unsigned':
      return `${range(finding.from, finding.to)} ${finding.from === finding.to ? 'is' : 'are'} placed in the log, but no checkpoint covers them`;
    case 'rewritten':
      return `the log was rewritten: ${where(finding.checkpoint)} signs another tree; the fault is among ${range(finding.from, finding.to)} (the last good checkpoint has size ${finding.lastGood})`;
    case 'forgedCheckpoint':
      return `${where(finding.checkpoint)} is forged: its signature is wrong`;
    case 'malformedCheckpoint':
      return `${where(finding.checkpoint)} is not a checkpoint of this log`;
    case 'unknownKey':
      return `${where(finding.checkpoint)} is not signed by a given key`;
    case 'checkpointMissing':
      return `the checkpoint of size ${finding.size} is missing in ${finding.missingIn} (it is in ${finding.seenIn})`;
    case 'shrunk':
      return `the log went back from size ${finding.from} to ${finding.to}: ${where(finding.checkpoint)} (a restored backup, or a truncated log)`;
    case 'noCheckpoint':
      return 'no checkpoint was given: nothing can be verified';
    case 'emptySource':
      return `${finding.source} holds no checkpoint: nothing was compared with it`;
    case 'onlyPart':
      return `the export says that it is only a part of the log, beginning at event ${finding.from}: if a part was asked for, verify it as one (--part)`;
    case 'malformedExport':
      return `the export is malformed at line ${finding.line}: ${finding.why}`;
  }
}
