import { setTimeout as sleep } from 'node:timers/promises';
import { agentSpeaks, hangUp, hearOut, worstOffMs } from '../stage/hearing';
import { BRISK, type Line, openLine, speech } from '../stage/line';

const DELTA_MS = 100;
const SENTENCE = 'We have a table for four at seven, by the window, if you like.';

jest.setTimeout(60_000);

describe('Barge-in on the second reply, and on later ones', () => {
  let line: Line;

  beforeAll(async () => {
    const script = { greeting: { text: 'Hello.' }, replies: [{ text: SENTENCE }] };
    line = await openLine(`greeting: Hello.\n${BRISK}`, { script, deltaMs: DELTA_MS });
  });
  afterAll(() => line.close());

  it.each([0, 60, 150])(
    'tells the model of each where the caller stopped hearing it, %d ms away',
    async (delayMs) => {
      const call = await line.call({ delayMs });
      await hearOut(call.phone);
      await call.phone.say(speech(160));
      await hearOut(call.phone); // the first reply, whole
      await call.phone.say(speech(160));
      for (const afterMs of [300, 900, 1_500]) {
        await agentSpeaks(call.phone);
        await sleep(afterMs);
        await call.phone.say(speech(160));
      }
      await agentSpeaks(call.phone);
      const { report, accounts } = await hangUp(call, DELTA_MS);
      expect(report.stream?.clears).toBe(3);
      expect(accounts.map(({ isTruncated }) => isTruncated)).toEqual([
        ...[false, false],
        ...[true, true, true],
      ]);
      expect(worstOffMs(accounts)).toBeLessThanOrEqual(delayMs + 40 + line.stalledMs);
      expect(call.session.record.errors).toEqual([]);
    },
  );
});
