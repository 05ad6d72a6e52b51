import { testWith } from '../../deploy/test/stage/programs';
import type { CallRecord } from '../src/records/call-record';
import type { Entry, RecordBase } from '../src/records/record-base';
import { openFileBase } from '../src/records/file/file-base';
import { QueuedStore } from '../src/records/queued-store';
import { startTestBridge } from './stand-in/bridge';
import { startStandInModel } from './stand-in/model';
import { makeRecord } from './stand-in/record';
import { startRedis } from './stand-in/redis';

jest.setTimeout(40_000);

/** A base in memory that can be down, or hang, and counts its writes. */
async function makeBase() {
  const inner = await openFileBase(':memory:');
  const state: { mode: 'up' | 'down' | 'hangs'; writes: (readonly Entry[])[] } = {
    mode: 'up',
    writes: [],
  };
  const guard = <T>(work: () => Promise<T>): Promise<T> => {
    if (state.mode === 'down') return Promise.reject(new Error('the disk is gone'));
    return state.mode === 'hangs' ? new Promise<T>(() => undefined) : work();
  };
  const base: RecordBase = {
    ...inner,
    write: (entries) =>
      guard(async () => {
        state.writes.push(entries);
        await inner.write(entries);
      }),
    read: (id) => guard(() => inner.read(id)),
    list: (limit) => guard(() => inner.list(limit)),
    check: () => guard(() => inner.check()),
  };
  return { base, inner, state };
}

async function makeStore(maxWaiting = 10) {
  const { base, inner, state } = await makeBase();
  const told: string[] = [];
  let tellWell: () => void;
  const well = new Promise<void>((resolve) => (tellWell = resolve));
  const store = new QueuedStore(
    base,
    { maxWaiting, delivers: false },
    {
      onLost: () => told.push('lost'),
      onFault: ({ code }) => told.push(code),
      onWell: (lost) => {
        told.push(`well after ${lost}`);
        tellWell();
      },
      onDue: () => undefined,
    },
  );
  return { store, inner, state, told, well };
}

describe('The store of records', () => {
  it('lets whoever reads see what waits, and writes the puts of one call once, as it is then', async () => {
    const { store, state } = await makeStore();
    const record: CallRecord = makeRecord('CA1', { callId: 'out_1' });
    store.put(record);
    record.heardMs = 5;
    store.put(record);
    record.heardMs = 9;
    expect(await store.get('CA1')).toMatchObject({ heardMs: 9 });
    expect(await store.get('out_1')).toMatchObject({ callSid: 'CA1' });
    expect(await store.list(5)).toHaveLength(1);
    expect(state.writes).toHaveLength(0);
    expect(await store.settle('CA1', 1_000)).toBe(true);
    expect(state.writes.map((entries) => entries.length)).toEqual([1]);
    expect(await store.get('CA1')).toMatchObject({ heardMs: 9 });
    await store.close();
  });

  it('keeps what waits while it is down, says so once, and writes it when it is back', async () => {
    const { store, inner, state, told, well } = await makeStore();
    state.mode = 'down';
    for (const callSid of ['CA1', 'CA2', 'CA3']) store.put(makeRecord(callSid));
    expect(await store.settle('CA1', 1_000)).toBe(false);
    await expect(store.get('CA9')).rejects.toMatchObject({
      ...{ code: 'store_write_failed', fault: { status: 503 } }, // what a reader is answered
    });
    expect(await store.get('CA2')).toMatchObject({ callSid: 'CA2' });
    state.mode = 'up';
    await well;
    expect(await inner.list(9)).toHaveLength(3);
    expect(told).toEqual(['store_write_failed', 'well after 0']);
    await store.close();
  });

  it('counts what has no room, and says so once', async () => {
    const { store, inner, state, told, well } = await makeStore(2);
    state.mode = 'down';
    for (const callSid of ['CA1', 'CA2', 'CA3', 'CA4', 'CA1']) store.put(makeRecord(callSid));
    expect(store.waiting).toBe(2);
    expect(told).toEqual(['lost', 'store_queue_full', 'lost']);
    await store.settle('CA1', 500);
    state.mode = 'up';
    await well;
    expect(await inner.list(9)).toHaveLength(2);
    expect(told.at(-1)).toBe('well after 2');
    store.put(makeRecord('CA3'));
    expect(await store.settle('CA3', 1_000)).toBe(true);
    await store.close();
  });

  it('lets whoever reads see what waits beside a record, also after a later put of the record alone', async () => {
    const { store, state } = await makeStore();
    state.mode = 'hangs';
    const record = makeRecord('CA1');
    const request = { callSid: 'CA1', from: '', to: '', direction: 'inbound' };
    const resumeData = { request, agent: 'receptionist', variables: {}, toolAnswers: [] };
    store.put(record, { resumeData });
    await store.settle('CA1', 50); // it is being written now
    store.put(record);
    expect(await store.readResumeData('CA1')).toEqual(resumeData);
    store.put(record, { resumeData: null });
    expect(await store.readResumeData('CA1')).toBeUndefined();
    await store.close();
  });

  it('keeps nobody waiting for a base that hangs', async () => {
    const { store, state } = await makeStore();
    state.mode = 'hangs';
    const sinceMs = performance.now();
    await expect(store.get('CA1')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(performance.now() - sinceMs).toBeLessThan(1_000);
    const thenMs = performance.now();
    await expect(store.get('CA1')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(performance.now() - thenMs).toBeLessThan(50);
    await store.close();
  });
});

describe('A bridge whose Redis is down', () => {
  testWith('redis-server')(
    'admits calls and answers at once, and has all records when it is back',
    async () => {
      const redis = await startRedis();
      const model = await startStandInModel();
      const bridge = await startTestBridge(model.url, { CALL_STORE: redis.url });
      await bridge.admit('CA0');
      const { body } = await bridge.operator('/calls');
      expect(body.calls).toHaveLength(1);
      await redis.stop();
      const sinceMs = performance.now();
      for (const number of [1, 2, 3, 4, 5]) await bridge.admit(`CA${number}`);
      const parameters = { CallStatus: 'completed', SequenceNumber: '3' };
      await bridge.post('/calls/CA1/events', { source: 'call-status', parameters });
      await bridge.post('/calls/CA2/next', { reason: 'stream-ended', try: 0 });
      expect(performance.now() - sinceMs).toBeLessThan(2_000);
      expect(await bridge.operator('/calls')).toMatchObject({
        status: 503,
        body: { code: expect.stringMatching(/^store_/) as string },
      });
      await redis.start();
      await bridge.waitForLog('call records are written again');
      const { body: later } = await bridge.operator('/calls');
      const calls = later.calls as CallRecord[];
      expect(calls.map(({ callSid }) => callSid).sort()).toEqual(
        [0, 1, 2, 3, 4, 5].map((number) => `CA${number}`),
      );
      expect(calls.find(({ callSid }) => callSid === 'CA1')).toMatchObject({
        end: { by: 'caller' },
        statusEvents: [{ parameters }],
      });
      await bridge.stop();
      model.close();
      await redis.remove();
    },
  );
});
