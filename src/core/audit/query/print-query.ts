// Writes a query back as text that reads as the same query.
import type { Query } from './query.ts';
import { instantText } from './times.ts';

const plainValue = /^[^\s()"\\]+$/;
const plainWord = /^[\p{L}\p{N}][\p{L}\p{N}._@/-]*$/u;
const operators = new Set(['OR', 'AND', 'NOT', 'last']);

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** A value as it stands after `field:`. */
export const valueText = (value: string): string => (plainValue.test(value) ? value : quoted(value));
const wordText = (text: string): string => (plainWord.test(text) && !operators.has(text) ? text : quoted(text));

/** The text of a query; empty for everything. */
export function printQuery(query: Query): string {
  switch (query.is) {
    case 'all':
      return query.of.map((each) => (each.is === 'any' ? `(${printQuery(each)})` : printQuery(each))).join(' ');
    case 'any':
      return query.of.map((each) => printQuery(each)).join(' OR ');
    case 'not':
      return query.of.is === 'all' || query.of.is === 'any' ? `-(${printQuery(query.of)})` : `-${printQuery(query.of)}`;
    case 'field':
      return `${query.field}:${valueText(query.value)}`;
    case 'kind':
      return `kind:${query.pattern}`;
    case 'class':
      return `class:${query.class}`;
    case 'outcome':
      return `outcome:${query.outcome}`;
    case 'words':
      return wordText(query.text);
    case 'from':
    case 'to':
      return `${query.is}:${instantText(query.at)}`;
    case 'last':
      return `last:${query.count}${query.unit}`;
  }
}
