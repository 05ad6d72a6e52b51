import { setTimeout as sleep } from 'node:timers/promises';
import { hum } from '../../simulator/model/hum';
import { agentSpeaks, hangUp, hearOut, worstOffMs } from '../stage/hearing';
import { BRISK, type Line, openLine, speech } from '../stage/line';

const DELTA_MS = 100;
const ITEMS = ['Let me see about that.', 'There is a table for four.', 'Shall I book it?'];
const FIRST_MS = hum(ITEMS[0] ?? '').length / 8;
/** From the caller's first sound to the model's `speech_started`. */
const NOTICED_MS = 50;

jest.setTimeout(60_000);

describe('Barge-in between the items of a reply', () => {
  let line: Line;

  beforeAll(async () => {
    const replies = [ITEMS.map((text) => ({ text }))];
    line = await openLine(
      `greeting: Hello.\n${BRISK}`,
      { script: { greeting: { text: 'Hello.' }, replies }, deltaMs: DELTA_MS, audioRate: 8 },
      { MAX_CALLS: '20' },
    );
  });
  afterAll(() => line.close());

  it('cuts the item that is heard, leaves the one before and empties the ones behind', async () => {
    const offsetsMs = [-600, -150, -50, 0, 50, 150, 400];
    const calls = await Promise.all(
      offsetsMs.map(async (offsetMs) => {
        const call = await line.call();
        await hearOut(call.phone);
        await call.phone.say(speech(160));
        await agentSpeaks(call.phone);
        await sleep(FIRST_MS - NOTICED_MS + offsetMs);
        await call.phone.say(speech(160));
        await agentSpeaks(call.phone);
        const { accounts } = await hangUp(call, DELTA_MS);
        expect(call.session.record.errors).toEqual([]);
        return accounts.slice(1, 4);
      }),
    );
    for (const items of calls) {
      expect(worstOffMs(items)).toBeLessThanOrEqual(40 + line.stalledMs);
      expect(items[2]).toMatchObject({ isTruncated: true, believedMs: 0, heardMs: 0 });
    }
    // Both kinds have occurred: cut within the first item, and behind it.
    expect(calls[0]?.map(({ isTruncated }) => isTruncated)).toEqual([true, true, true]);
    expect(calls.at(-1)?.map(({ isTruncated }) => isTruncated)).toEqual([false, true, true]);
  });
});
