import { randomUUID } from 'node:crypto';
import { backOffMs, waitAtMost } from '../../limits/patience';
import type { RecordBase } from '../record-base';

/** So long the start waits for Redis; after that calls go on without. */
const CONNECT_MS = 2_000;
/**
 * What Redis has not answered for so long it never will. Less would be wrong: a server that only stood
 * still answers in the order in which it was asked, a second connection might overtake the first.
 */
const HUNG_MS = 60_000;
const RESUME_DATA_S = 24 * 60 * 60;

const CALLS = 'realtime-phone:calls';
const UNENDED = 'realtime-phone:unended';
const DUE = 'realtime-phone:due';
const recordOf = (callSid: string) => `realtime-phone:call:${callSid}`;
const callOf = (callId: string) => `realtime-phone:call-id:${callId}`;
const resumeDataOf = (callSid: string) => `realtime-phone:resume-data:${callSid}`;
const claimOf = (callSid: string) => `realtime-phone:claim:${callSid}`;

/**
 * Records in Redis, which several bridges may share. A write is durable when Redis has it, so what
 * outlives a fall of Redis itself is for its own settings (appendonly).
 * Source: https://redis.io/docs/latest/develop/using-commands/transactions/
 * @param url `redis://` or `rediss://`, with user, password and database where they are needed.
 * @returns also where Redis is not there yet: whatever is asked is then rejected, and it is tried again.
 */
export async function openRedisBase(url: string): Promise<RecordBase> {
  // Only here: it takes longer to load than all the rest of the bridge.
  const { createClient } = await import('redis');
  const by = randomUUID();
  const client = createClient({
    url,
    // What cannot be sent now is the queue's to keep.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_MS,
      reconnectStrategy: (tries) => backOffMs(tries, 50, 1_000),
    },
  });
  // The fault shows at the next command; without a listener it would end the process.
  client.on('error', () => undefined);
  const connected = client.connect();
  await waitAtMost(connected, CONNECT_MS).catch(() => undefined);

  /** Gives up a connection that hangs, and has the client open another. */
  const ask = async <T>(work: Promise<T>): Promise<T> => {
    const hung = setTimeout(() => {
      client.destroy();
      client.connect().catch(() => undefined);
    }, HUNG_MS);
    try {
      return await work;
    } finally {
      clearTimeout(hung);
    }
  };
  const readAll = async (callSids: readonly string[]): Promise<string[]> => {
    if (callSids.length === 0) return [];
    const records = await ask(client.mGet(callSids.map(recordOf)));
    return records.filter((record) => record !== null);
  };

  return {
    write: async (entries) => {
      const transaction = client.multi();
      for (const { callSid, callId, admittedAt, record, resumeData, isDue } of entries) {
        transaction.set(recordOf(callSid), record);
        transaction.zAdd(CALLS, { score: Date.parse(admittedAt), value: callSid });
        if (callId !== undefined) transaction.set(callOf(callId), callSid);
        if (resumeData === null) transaction.del(resumeDataOf(callSid)).zRem(UNENDED, callSid);
        else if (resumeData !== undefined)
          transaction
            .set(resumeDataOf(callSid), resumeData, {
              expiration: { type: 'EX', value: RESUME_DATA_S },
            })
            .zAdd(UNENDED, { score: Date.now(), value: callSid });
        if (isDue)
          transaction.zAdd(DUE, { score: Date.now(), value: callSid }, { condition: 'NX' });
      }
      await ask(transaction.exec());
    },
    read: async (id) => {
      const own = await ask(client.get(recordOf(id)));
      if (own !== null) return own;
      const callSid = await ask(client.get(callOf(id)));
      return callSid === null ? undefined : (await readAll([callSid]))[0];
    },
    list: async (limit) => readAll(await ask(client.zRange(CALLS, 0, limit - 1, { REV: true }))),
    listBefore: async (admittedAt, limit) => {
      const before = `(${Date.parse(admittedAt)}`;
      const LIMIT = { offset: 0, count: limit };
      return readAll(await ask(client.zRange(CALLS, '-inf', before, { BY: 'SCORE', LIMIT })));
    },
    remove: async (callSids) => {
      if (callSids.length === 0) return;
      const transaction = client.multi();
      for (const record of await readAll(callSids)) {
        const { callId } = JSON.parse(record) as { callId?: string }; // as `write` was given it
        if (callId !== undefined) transaction.del(callOf(callId));
      }
      for (const callSid of callSids)
        transaction.del([recordOf(callSid), resumeDataOf(callSid), claimOf(callSid)]);
      for (const key of [CALLS, UNENDED, DUE]) transaction.zRem(key, [...callSids]);
      await ask(transaction.exec());
    },
    readResumeData: async (callSid) => (await ask(client.get(resumeDataOf(callSid)))) ?? undefined,
    listUnended: async (savedBeforeMs, limit) => {
      const LIMIT = { offset: 0, count: limit };
      const before = `(${savedBeforeMs}`;
      return ask(client.zRange(UNENDED, '-inf', before, { BY: 'SCORE', LIMIT }));
    },
    // The data expires by itself.
    removeResumeData: async (beforeMs) => {
      await ask(client.zRemRangeByScore(UNENDED, '-inf', `(${beforeMs}`));
    },
    listDue: async (limit) =>
      (await ask(client.zRangeWithScores(DUE, 0, limit - 1))).map(({ value, score }) => ({
        callSid: value,
        sinceMs: score,
      })),
    claimDue: async (callSid, forMs) => {
      const key = claimOf(callSid);
      const expiration = { type: 'PX', value: forMs } as const;
      if ((await ask(client.set(key, by, { condition: 'NX', expiration }))) !== null) return true;
      if ((await ask(client.get(key))) !== by) return false;
      return (await ask(client.pExpire(key, forMs))) === 1;
    },
    removeDue: async (callSid) => {
      await ask(client.zRem(DUE, callSid));
    },
    check: async () => {
      await ask(client.ping());
    },
    close: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}
