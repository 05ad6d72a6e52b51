import { connectTwilio } from '../../bridge/test/stand-in/twilio';
import { BRISK, type Line, openLine, speech } from '../stage/line';

const FRAME_BYTES = 160;

jest.setTimeout(60_000);

describe('A line that loses its frames in the middle of a word', () => {
  let line: Line;

  beforeAll(async () => {
    line = await openLine(BRISK, { script: { replies: [{ text: 'A table for four.' }] } });
  });
  afterAll(() => line.close());

  it('leaves no turn open: silence fills the gap, and the model answers', async () => {
    const opened = line.model.nextSession();
    const { token } = await line.bridge.admit('CAgap');
    const session = await opened;
    const phone = connectTwilio(line.bridge.server.port, 'CAgap', { token });
    await phone.opened;
    phone.start();
    await line.bridge.waitForLog('media stream started');
    const words = speech(400);
    for (let at = 0; at < words.length; at += FRAME_BYTES)
      phone.media(words.subarray(at, at + FRAME_BYTES));
    await phone.waitFor('media'); // and not one frame more of the caller
    expect(session.record.appendedBytes.subarray(0, words.length)).toEqual(words);
    expect(session.record.errors).toEqual([]);
    phone.socket.close();
  });
});
