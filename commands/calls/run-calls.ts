import { existsSync } from 'node:fs';
import { CodedError } from '@realtime-phone/protocol/errors';
import type { CallRecord } from '../../bridge/src/records/call-record';
import { isRedis, openBase } from '../../bridge/src/records/open-base';
import { waitAtMost } from '../../bridge/src/limits/patience';
import type { RecordBase } from '../../bridge/src/records/record-base';
import { removeCalls, type Removed } from '../../bridge/src/records/removal';
import { CommandError } from '../../twilio-account/failure';
import { type CallsOrder, readOptions } from './options';
import { showCall } from './show-call';
import { listCalls } from './call-lines';

const ANSWER_MS = 10_000;
const STEP = 100;

/**
 * `npm run calls`: what the store of CALL_STORE has.
 * @throws CommandError where it cannot be; what was deleted before is said.
 */
export async function runCalls(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<void> {
  const order = readOptions(args);
  const { CALL_STORE = '', RECORDINGS_FOLDER = '' } = environment;
  const base = await open(CALL_STORE === '' ? 'data/calls.db' : CALL_STORE);
  try {
    await obey(order, base, RECORDINGS_FOLDER === '' ? undefined : RECORDINGS_FOLDER, print);
  } finally {
    await base.close();
  }
}

async function open(place: string): Promise<RecordBase> {
  // Opening a file would make it; whoever only looks makes none.
  if (!isRedis(place) && !existsSync(place)) throw unavailable(`there is no file ${place}`);
  const base = await openBase(place).catch((error: unknown) => {
    throw unavailable(error);
  });
  try {
    await waitAtMost(base.check(), ANSWER_MS);
    return base;
  } catch (error) {
    await base.close();
    throw unavailable(error);
  }
}

function unavailable(why: unknown): CommandError {
  const fault = new CodedError(
    'store_unavailable',
    why instanceof Error ? why.message : String(why),
  );
  return new CommandError(`${fault.code}: ${fault.message}. ${fault.fault.remedy}`);
}

async function obey(
  order: CallsOrder,
  base: RecordBase,
  folder: string | undefined,
  print: (line: string) => void,
): Promise<void> {
  const { json } = order;
  switch (order.action) {
    case 'list': {
      const records = (await base.list(order.limit)).map(readRecord);
      if (json) print(JSON.stringify({ calls: records }));
      else listCalls(records).forEach(print);
      return;
    }
    case 'show': {
      const record = await find(base, order.id);
      if (json) print(JSON.stringify(record));
      else showCall(record).forEach(print);
      return;
    }
    case 'delete': {
      // All are looked for first, so that a wrong one deletes nothing.
      const records: CallRecord[] = [];
      for (const id of order.ids) records.push(await find(base, id));
      report(await removeCalls(base, records, folder), json, print);
      return;
    }
    case 'delete-older':
      return removeOlder(order, base, folder, print);
  }
}

async function removeOlder(
  { olderThanMs, yes, json }: CallsOrder & { readonly action: 'delete-older' },
  base: RecordBase,
  folder: string | undefined,
  print: (line: string) => void,
): Promise<void> {
  const before = new Date(Date.now() - olderThanMs).toISOString();
  if (!yes) {
    const count = (await base.listBefore(before, 1_000_000)).length;
    const next = count === 0 ? '' : '; add --yes to delete them with their recordings';
    print(
      json
        ? JSON.stringify({ before, wouldDelete: count })
        : `${count} calls before ${before}${next}`,
    );
    return;
  }
  const removed: Removed[] = [];
  for (;;) {
    const texts = await base.listBefore(before, STEP);
    if (texts.length === 0) break;
    removed.push(...(await removeCalls(base, texts.map(readRecord), folder)));
  }
  report(removed, json, print);
}

function report(removed: readonly Removed[], json: boolean, print: (line: string) => void): void {
  if (json) {
    print(JSON.stringify({ deleted: removed }));
    return;
  }
  for (const { callSid, recordings, left } of removed) {
    print(`deleted ${callSid}`);
    for (const path of recordings) print(`  recording ${path} deleted`);
    for (const { path, why } of left) print(`  recording ${path} left: ${why}`);
  }
  print(`${removed.length} deleted`);
}

async function find(base: RecordBase, id: string): Promise<CallRecord> {
  const text = await base.read(id);
  if (text !== undefined) return readRecord(text);
  const { code, fault } = new CodedError('call_unknown');
  throw new CommandError(
    `${code}: there is no record of ${id.slice(0, 64)}. ${fault.remedy}; npm run calls -- list shows those that are there. Nothing was changed.`,
  );
}

/** Only the bridge writes records. */
function readRecord(text: string): CallRecord {
  return JSON.parse(text) as CallRecord;
}
