import {
  makeRecordingsFolder,
  samplesOf,
  type Sound,
  soundsOf,
} from '../bridge/test/stand-in/recordings';
import { LoopWatch } from './stage/loop-watch';
import { BRISK, type Line, openLine, speech } from './stage/line';

const TOLERANCE_MS = 60;
/** Between two words it is shorter, between two speakers longer. */
const GAP_MS = 450;
const CONSENT = 'This call is recorded.';

describe('A recorded call between the simulated phone and the simulated model', () => {
  const folder = makeRecordingsFolder();
  let line: Line;

  beforeAll(async () => {
    line = await openLine(
      `greeting: Welcome.\nrecording: { consent: ${CONSENT} }\n${BRISK}`,
      {
        script: {
          replies: [{ text: 'We have a table by the window, and another in the garden.' }],
          cases: [
            { when: { told_contains: CONSENT }, say: { text: CONSENT } },
            { when: { told_contains: 'Welcome.' }, say: { text: 'Welcome to Harbour Kitchen.' } },
          ],
        },
      },
      folder.environment,
    );
  });
  afterAll(async () => {
    await line.close();
    folder.remove();
  });

  it('has in its file what the phone heard and said, at the same times, from the consent on', async () => {
    const watch = new LoopWatch();
    const { phone, session, ...call } = await line.call({
      ...{ delayMs: 60, jitterMs: 10, afterScript: 'hang-up', quietMs: 900 },
      script: [
        { wait: 'agent-speaks' },
        { say: speech(300), name: 'into the consent' },
        { wait: 'agent-finished' },
        { say: speech(600), name: 'a question' },
        { wait: 'agent-speaks' },
        { waitMs: 700 },
        { say: speech(500), name: 'an interruption' },
        { wait: 'agent-finished' },
      ],
    });
    const report = await phone.finished;
    watch.stop();
    await line.bridge.waitForLog('call recorded');
    expect(session.record.errors).toEqual([]);
    expect(report.stream?.clears).toBe(1);

    const { turns } = await call.record();
    expect(
      turns
        .filter(({ who }) => who === 'agent')
        .map(({ text }) => text)
        .slice(0, 2),
    ).toEqual([CONSENT, 'Welcome to Harbour Kitchen.']);
    // The consent, and what the caller said into it, stand before the recording.
    const wave = folder.read(`${phone.callSid}.wav`);
    const agentOnPhone = soundsOf(samplesOf(phone.agentAudio()), GAP_MS);
    const [, ...callerOnPhone] = soundsOf(samplesOf(phone.callerAudio()), GAP_MS);
    const agent = soundsOf(wave.right, GAP_MS);
    const caller = soundsOf(wave.left, GAP_MS);
    expect(caller).toHaveLength(2);
    // The greeting, which may follow the consent without a gap, and the two replies.
    expect(agent).toHaveLength(3);
    const shifts = [
      ...shiftsOf(agent.slice(-2), agentOnPhone.slice(-2)),
      ...shiftsOf(caller, callerOnPhone),
    ];
    // Where this process stood still, phone and bridge could not keep to any time.
    expect(Math.max(...shifts) - Math.min(...shifts)).toBeLessThanOrEqual(
      TOLERANCE_MS + watch.longestMs,
    );
  }, 60_000);
});

/** How much later each sound begins and ends in the file than on the phone. */
function shiftsOf(inFile: readonly Sound[], onPhone: readonly Sound[]): number[] {
  return inFile.flatMap(({ fromMs, toMs }, index) => [
    fromMs - (onPhone[index]?.fromMs ?? NaN),
    toMs - (onPhone[index]?.toMs ?? NaN),
  ]);
}
