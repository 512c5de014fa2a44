// The trail as stories: one group a login, what follows a ticket with its login, a logout with the news of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trailEvents } from '../../../../test/fakes/trail-events.ts';
import { groupTrail } from './trail-groups.ts';

const shape = (groups: ReturnType<typeof groupTrail>) =>
  groups.map(({ reference, events }) => [reference, events.map(({ kind }) => kind)]);

test('events of one login stand together, newest group first, oldest event first', () => {
  assert.deepEqual(shape(groupTrail(trailEvents)), [
    ['CCCC-CCCC', ['session.ended', 'session.logoutSent']],
    ['AAAA-AAAA', ['journey.started', 'journey.refused', 'journey.finished', 'ticket.introspected']],
    ['K7QM-2F9X', ['journey.started', 'journey.decided', 'journey.proved', 'ticket.issued']],
  ]);
});

test('a login is named by its newest word on application and person, a logout by the person', () => {
  const [end, first] = groupTrail(trailEvents);
  assert.deepEqual([end?.person, end?.application], ['Anna Lindqvist', undefined], 'a logout is of no single one');
  assert.deepEqual([first?.person, first?.application], ['Anna Lindqvist', 'ehr']);
});

test('what has no code and no session stands alone', () => {
  const lone = { ...trailEvents[0], reference: undefined } as (typeof trailEvents)[number];
  assert.equal(groupTrail([lone, { ...lone, index: 99 }]).length, 2);
  assert.deepEqual(groupTrail([]), []);
});
