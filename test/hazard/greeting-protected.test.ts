import { agentQuiet, agentSpeaks, hangUp } from '../stage/hearing';
import { BRISK, type Line, openLine, speech } from '../stage/line';

const GREETING = 'Welcome to Harbour Kitchen. This call is about a table for tonight.';

jest.setTimeout(60_000);

describe('A greeting that is protected', () => {
  let line: Line;

  beforeAll(async () => {
    const script = {
      greeting: { text: GREETING },
      replies: [{ text: 'We have a table for four at seven.' }],
    };
    line = await openLine(`greeting: ${GREETING}\nmanners: { protect_greeting: true }\n${BRISK}`, {
      script,
    });
  });
  afterAll(() => line.close());

  it('is heard to its end though the caller speaks into it; a reply is not protected', async () => {
    const call = await line.call();
    await agentSpeaks(call.phone);
    await call.phone.say(speech(400));
    await agentQuiet(call.phone); // what was said into the greeting is answered right behind it
    await call.phone.say(speech(160));
    await agentSpeaks(call.phone);
    await call.phone.say(speech(400));
    await agentSpeaks(call.phone);
    const { report, accounts } = await hangUp(call, 200);
    expect(accounts[0]?.heardMs).toBe(accounts[0]?.believedMs);
    expect(accounts.map(({ isTruncated }) => isTruncated)).toEqual([false, false, true]);
    expect(report.stream?.clears).toBe(1);
    expect(call.session.record.errors).toEqual([]);
  });
});
