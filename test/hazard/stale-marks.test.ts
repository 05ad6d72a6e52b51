import { setTimeout as sleep } from 'node:timers/promises';
import { agentSpeaks, hangUp, hearOut, worstOffMs } from '../stage/hearing';
import { BRISK, type Line, openLine, speech } from '../stage/line';

const DELTA_MS = 100;
const SENTENCE = 'We have a table for four at seven, by the window, if you would like that.';

jest.setTimeout(60_000);

describe('Marks that come back because of a clear', () => {
  let line: Line;

  beforeAll(async () => {
    const script = { greeting: { text: 'Hello.' }, replies: [{ text: SENTENCE }] };
    line = await openLine(`greeting: Hello.\n${BRISK}`, {
      ...{ script, deltaMs: DELTA_MS },
      audioRate: Infinity,
    });
  });
  afterAll(() => line.close());

  it.each([0, 150])(
    'are not taken for playback, of this reply or the next, %d ms away',
    async (delayMs) => {
      const call = await line.call({ delayMs });
      await hearOut(call.phone);
      await call.phone.say(speech(160));
      for (let round = 0; round < 3; round += 1) {
        await agentSpeaks(call.phone);
        await sleep(500);
        await call.phone.say(speech(160));
      }
      await agentSpeaks(call.phone);
      const { report, accounts } = await hangUp(call, DELTA_MS);
      const stale = report.stream?.marks.filter(({ cleared }) => cleared) ?? [];
      expect(stale.length).toBeGreaterThan(10);
      expect(accounts.filter(({ isTruncated }) => isTruncated)).toHaveLength(3);
      expect(worstOffMs(accounts)).toBeLessThanOrEqual(delayMs + 40 + line.stalledMs);
      expect(call.session.record.errors).toEqual([]);
    },
  );
});
