// Reading members of an answer: one of a name, or all of it; what contradicts its type is no answer.
import type { EpochMs } from '../../../base/clock.ts';
import { childrenOf, textOf, type XmlElement } from '../../../base/xml/index.ts';
import { instantOfSource, sourceAway } from '../../../core/directory/index.ts';

/** A reader of the members that lie in one namespace. Texts are trimmed; an empty one is none. */
export interface Fields {
  readonly all: (local: string) => readonly string[];
  readonly one: (local: string) => string | undefined;
  readonly flag: (local: string) => boolean;
  readonly instant: (local: string) => EpochMs | undefined;
  readonly elements: (local: string) => readonly XmlElement[];
}

export function fieldsOf(element: XmlElement, namespace: string): Fields {
  const wrong = (local: string, why: string) => sourceAway(`${element.local}: ${local} ${why}`);
  const elements = (local: string) => childrenOf(element, { namespace, local });
  const all = (local: string): readonly string[] =>
    elements(local).flatMap((each) => {
      const text = textOf(each);
      if (text === undefined) throw wrong(local, 'is no text');
      // A copy: a part of a text keeps the whole document in memory.
      const own = Buffer.from(text.trim()).toString();
      return own === '' ? [] : [own];
    });
  const one = (local: string): string | undefined => {
    const [only, ...more] = all(local);
    if (more.length > 0) throw wrong(local, 'is there twice');
    return only;
  };
  return {
    all,
    one,
    elements,
    flag(local) {
      const text = one(local) ?? 'false';
      if (!/^(true|false|1|0)$/.test(text)) throw wrong(local, 'is neither true nor false');
      return text === 'true' || text === '1';
    },
    instant(local) {
      const text = one(local);
      const at = text === undefined ? undefined : instantOfSource(text);
      if (text !== undefined && at === undefined) throw wrong(local, 'is no date');
      return at;
    },
  };
}
