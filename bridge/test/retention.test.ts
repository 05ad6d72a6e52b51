import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { openFileBase } from '../src/records/file/file-base';
import { Retention } from '../src/records/retention';
import { makeEntry, makeRecord } from './stand-in/record';

describe('The retention of records', () => {
  it('deletes what is too old with its recordings, and nothing outside their folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'retention-'));
    const inside = join(folder, 'CA1.wav');
    const outside = join(mkdtempSync(join(tmpdir(), 'elsewhere-')), 'CA1.wav');
    for (const path of [inside, outside]) writeFileSync(path, '');
    const base = await openFileBase(':memory:');
    const recording = { consentHeard: true, files: [{ path: inside }, { path: outside }] };
    const old = Array.from({ length: 45 }, (_, number) => makeRecord(`CA${number}`, { recording }));
    const young = makeRecord('CAyoung', { admittedAt: '2027-02-20T00:00:00.000Z' });
    await base.write([...old, young].map((record) => makeEntry(record, { resumeData: '{}' })));
    const nowMs = Date.parse('2027-03-01T00:00:00.000Z');
    const keep = new Retention(base, 0, folder, pino({ enabled: false }));
    expect(await keep.sweep(nowMs)).toBe(0);
    keep.stop();
    const retention = new Retention(base, 20, folder, pino({ enabled: false }));
    expect(await retention.sweep(nowMs)).toBe(45);
    retention.stop();
    expect((await base.list(99)).map((text) => JSON.parse(text) as object)).toEqual([young]);
    expect([existsSync(inside), existsSync(outside)]).toEqual([false, true]);
    await base.close();
    rmSync(folder, { recursive: true });
    rmSync(join(outside, '..'), { recursive: true });
  });
});
