// Reporter for node's test runner: a line a file, every failure in full, and the counts in a file for bin/test.js.
import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { inspect } from 'node:util';

const counts = { passed: 0, failed: 0, skipped: [] };
/** Per file: the names above the running test, what it printed, and its failures. */
const files = new Map();

const shown = (file) => (file === undefined ? 'test runner' : relative(process.cwd(), file));

function stateOf(given) {
  const file = given === undefined ? undefined : resolve(given);
  let state = files.get(file);
  if (state === undefined) {
    state = { path: [], output: '', failures: [], counted: 0 };
    files.set(file, state);
  }
  return state;
}

function enter(data) {
  const { path } = stateOf(data.file);
  path.length = data.nesting;
  path[data.nesting] = data.name;
}

const titleOf = (data) =>
  `${shown(data.file)}: ${[...stateOf(data.file).path.slice(0, data.nesting), data.name].join(' > ')}`;

function passed(data) {
  const skip = data.skip ?? data.todo;
  if (skip !== undefined && skip !== false) {
    counts.skipped.push(`${titleOf(data)} (${typeof skip === 'string' && skip !== '' ? skip : 'no reason given'})`);
  } else if (data.file !== undefined && resolve(data.name) === resolve(data.file)) {
    // The runner passes a file that holds no test at all under the file's own name.
    counts.failed += 1;
    stateOf(data.file).failures.push(`FAIL ${shown(data.file)}: holds no test\n`);
  } else if (data.details.type !== 'suite') {
    counts.passed += 1;
    stateOf(data.file).counted += 1;
  }
}

function failed(data) {
  if (data.todo !== undefined && data.todo !== false) return passed(data);
  const error = data.details.error;
  // A suite or test that failed only because of what is inside it is not counted a second time.
  if (error?.failureType === 'subtestsFailed') return;
  counts.failed += 1;
  const cause = error?.cause ?? error;
  const told = cause instanceof Error ? inspect(cause, { depth: 4 }) : String(cause);
  stateOf(data.file).failures.push(`FAIL ${titleOf(data)}\n${told.replace(/^/gm, '     ')}\n`);
}

function finish(data) {
  if (data.file === undefined) return '';
  const state = stateOf(data.file);
  const verdict = state.failures.length === 0 ? 'ok  ' : 'FAIL';
  return `${verdict} ${shown(data.file)}: ${state.counted} passed (${(data.duration_ms / 1000).toFixed(1)} s)\n`;
}

/** At the very end, because what a file printed may arrive after its last test. */
function* failuresInFull() {
  for (const state of files.values()) {
    if (state.failures.length === 0) continue;
    for (const failure of state.failures) yield `\n${failure}`;
    if (state.output !== '') yield `     it printed:\n${state.output.trimEnd().replace(/^/gm, '     ')}\n`;
  }
}

export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type === 'test:start') enter(data);
    else if (type === 'test:pass') passed(data);
    else if (type === 'test:fail') failed(data);
    else if (type === 'test:stderr' || type === 'test:stdout') stateOf(data.file).output += data.message;
    else if (type === 'test:summary') yield finish(data);
  }
  yield* failuresInFull();
  writeFileSync(process.env.TEST_SUMMARY_FILE, JSON.stringify(counts));
}
