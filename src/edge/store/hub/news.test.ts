// Whoever waits for one thing hears of it at once, also when the word comes before the waiting, and of nothing else.
import { test } from 'node:test';
import { news } from './news.ts';

const hour = 3_600_000;

test('a word of it ends the waiting, also one that came since', async () => {
  const saved = news();
  const told = saved.of('j1');
  saved.tell(['j1']);
  await told(hour);
  const other = saved.of('j2');
  const both = [other(hour), saved.of('j2')(hour)];
  saved.tell(['j3', 'j2']);
  await Promise.all(both);
});

test('without a word it ends after so long', async () => {
  const saved = news();
  const told = saved.of('j1');
  saved.tell(['j2']);
  await told(1);
  saved.forget('j1');
});
