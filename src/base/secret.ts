// A value that refuses to print itself: String(), JSON, console and util.inspect all show a placeholder.
import { inspect } from 'node:util';

const shown = '[secret]';

/** Wraps a value so that it leaves this box only through `reveal()`. */
export class Secret<T> {
  readonly #value: T;
  constructor(value: T) {
    this.#value = value;
  }
  /** The value itself. Call it where the value is used, never to keep it. */
  reveal(): T {
    return this.#value;
  }
  toString(): string {
    return shown;
  }
  toJSON(): string {
    return shown;
  }
  [inspect.custom](): string {
    return shown;
  }
}
