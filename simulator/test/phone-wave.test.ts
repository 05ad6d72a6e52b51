import { readClip, writeWave } from '../phone/wave';
import { tone } from './phone-stand-ins';

describe('a WAV file', () => {
  it('of mu-law has format 7, one channel, 8000 Hz and the length of its data', () => {
    const audio = tone(25).subarray(0, 199);
    const file = writeWave(audio);
    expect(file.toString('latin1', 0, 4)).toBe('RIFF');
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    expect(file.toString('latin1', 8, 16)).toBe('WAVEfmt ');
    expect(file.readUInt16LE(20)).toBe(7);
    expect(file.readUInt16LE(22)).toBe(1);
    expect(file.readUInt32LE(24)).toBe(8000);
    expect(file.toString('latin1', 50, 54)).toBe('data');
    expect(file.readUInt32LE(54)).toBe(199);
    expect(file.length % 2).toBe(0);
    expect(readClip(file, 'audio/wav')).toEqual({ lengthMs: 199 / 8, mulaw: audio });
  });

  it('of linear samples has its length, and no mu-law', () => {
    const file = writeWave(Buffer.alloc(3200));
    file.writeUInt16LE(1, 20);
    file.writeUInt32LE(16_000, 28);
    expect(readClip(file, 'audio/wav')).toEqual({ lengthMs: 200, mulaw: undefined });
  });

  it('that is cut off, or empty, is read as far as it goes', () => {
    expect(readClip(writeWave(tone(50)).subarray(0, 58 + 80), '').lengthMs).toBe(10);
    expect(readClip(Buffer.from('RIFF    WAVE'), '').lengthMs).toBe(0);
    expect(readClip(Buffer.alloc(80), '').lengthMs).toBe(10);
  });
});
