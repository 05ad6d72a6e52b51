import { agentQuiet, agentSpeaks, hangUp, hearOut } from '../stage/hearing';
import { BRISK, type Line, openLine, speech } from '../stage/line';

jest.setTimeout(60_000);

describe('A noise that is shorter than the agent file says', () => {
  let line: Line;

  beforeAll(async () => {
    const script = {
      greeting: { text: 'Hello.' },
      replies: [{ text: 'We have a table for four at seven, by the window, if you like.' }],
    };
    line = await openLine(`greeting: Hello.\nmanners: { min_interruption_ms: 300 }\n${BRISK}`, {
      script,
    });
  });
  afterAll(() => line.close());

  it('does not cut the agent and is not answered; speech that is longer does and is', async () => {
    const call = await line.call();
    await hearOut(call.phone);
    await call.phone.say(speech(400));
    await agentSpeaks(call.phone);
    await call.phone.say(speech(120));
    await agentQuiet(call.phone);
    await call.phone.say(speech(400));
    await agentSpeaks(call.phone);
    await call.phone.say(speech(600));
    await agentSpeaks(call.phone);
    const { report, accounts } = await hangUp(call, 200);
    expect(accounts.map(({ isTruncated }) => isTruncated)).toEqual([false, false, true]);
    expect(report.stream?.clears).toBe(1);
    expect(call.session.record.errors).toEqual([]);
  });
});
