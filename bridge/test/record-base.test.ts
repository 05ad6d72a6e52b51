import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testWith } from '../../deploy/test/stage/programs';
import { openBase } from '../src/records/open-base';
import type { RecordBase } from '../src/records/record-base';
import { makeEntry, makeRecord } from './stand-in/record';
import { startRedis, type TestRedis } from './stand-in/redis';

const testRedis = testWith('redis-server');

describe.each([
  ['a file', test],
  ['Redis', testRedis],
] as const)('Records in %s', (kind, it) => {
  let folder: string;
  let redis: TestRedis | undefined;
  let place: string;
  let base: RecordBase;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'record-base-'));
    redis = kind === 'Redis' ? await startRedis() : undefined;
    place = redis?.url ?? join(folder, 'calls.db');
    base = await openBase(place);
  });

  afterEach(async () => {
    await base.close();
    await redis?.remove();
    rmSync(folder, { recursive: true });
  });

  const at = (minute: number) => `2027-01-31T12:0${minute}:00.000Z`;
  const write = (callSid: string, minute: number, more: object = {}) =>
    base.write([makeEntry(makeRecord(callSid, { admittedAt: at(minute), ...more }), more)]);
  const sidsOf = (records: readonly string[]) =>
    records.map((record) => (JSON.parse(record) as { callSid: string }).callSid);

  it('are found by either name, the newest first, and the older ones by their time', async () => {
    await write('CA1', 1, { callId: 'out_1' });
    await write('CA3', 3);
    await write('CA2', 2);
    await write('CA2', 2, { heardMs: 7 });
    expect(sidsOf([(await base.read('out_1')) ?? '{}'])).toEqual(['CA1']);
    expect(JSON.parse((await base.read('CA2')) ?? '{}')).toMatchObject({ heardMs: 7 });
    expect(await base.read('CA4')).toBeUndefined();
    expect(sidsOf(await base.list(2))).toEqual(['CA3', 'CA2']);
    expect(sidsOf(await base.listBefore(at(3), 9))).toEqual(['CA1', 'CA2']);
  });

  it('are gone with all that belongs to them', async () => {
    await write('CA1', 1, { callId: 'out_1', resumeData: '{"private":1}', isDue: true });
    await write('CA2', 2);
    expect(await base.readResumeData('CA1')).toBe('{"private":1}');
    await base.remove(['CA1']);
    expect(await base.read('CA1')).toBeUndefined();
    expect(await base.read('out_1')).toBeUndefined();
    expect(await base.readResumeData('CA1')).toBeUndefined();
    expect(await base.listDue(9)).toEqual([]);
    expect(sidsOf(await base.list(9))).toEqual(['CA2']);
  });

  it('keep what is due until it is delivered, and let one bridge at a time deliver it', async () => {
    await write('CA1', 1, { isDue: true });
    await write('CA1', 1); // a later status event
    const other = await openBase(place);
    expect((await base.listDue(9)).map(({ callSid }) => callSid)).toEqual(['CA1']);
    expect(await base.claimDue('CA1', 60_000)).toBe(true);
    expect(await base.claimDue('CA1', 60_000)).toBe(true);
    expect(await other.claimDue('CA1', 60_000)).toBe(false);
    await other.close();
    await base.removeDue('CA1');
    expect(await base.listDue(9)).toEqual([]);
  });

  it('forget the private part when the call is over, and leave it alone otherwise', async () => {
    await write('CA1', 1, { resumeData: '{}' });
    await write('CA1', 1);
    expect(await base.readResumeData('CA1')).toBe('{}');
    await write('CA1', 1, { resumeData: null });
    expect(await base.readResumeData('CA1')).toBeUndefined();
  });

  it('tell which calls are not over, and of which nothing was kept for a while', async () => {
    await write('CA1', 1, { resumeData: '{}' });
    await write('CA2', 2, { resumeData: '{}' });
    await write('CA3', 3, { resumeData: '{}' });
    await write('CA4', 4);
    await write('CA2', 2, { resumeData: null });
    await base.remove(['CA3']);
    expect(await base.listUnended(Date.now() + 1_000, 9)).toEqual(['CA1']);
    expect(await base.listUnended(Date.now() - 60_000, 9)).toEqual([]);
    await base.removeResumeData(Date.now() + 1_000);
    expect(await base.listUnended(Date.now() + 1_000, 9)).toEqual([]);
  });

  it('are there for whoever opens them next, and take writes of two at once', async () => {
    await write('CA1', 1);
    const other = await openBase(place);
    await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((number) =>
        [base, other].map((one, which) =>
          one.write([makeEntry(makeRecord(`CA${which}x${number}`))]),
        ),
      ),
    );
    expect(await other.list(99)).toHaveLength(21);
    await other.close();
  });
});
