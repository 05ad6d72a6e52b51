import { MULAW_BYTES_PER_MS } from '@realtime-phone/protocol/mulaw';

const HEADER_BYTES = 58;
const FORMAT_MULAW = 7;

/** A WAV file of mu-law audio: format tag 7, mono, 8000 Hz. */
export function writeWave(mulaw: Buffer): Buffer {
  const padding = mulaw.length % 2;
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + mulaw.length + padding, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(18, 16); // length of fmt: a format other than PCM has an extension field
  header.writeUInt16LE(FORMAT_MULAW, 20);
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(8000, 24); // samples a second
  header.writeUInt32LE(8000, 28); // bytes a second
  header.writeUInt16LE(1, 32); // bytes a sample
  header.writeUInt16LE(8, 34); // bits a sample
  header.writeUInt16LE(0, 36); // length of the extension
  header.write('fact', 38, 'latin1');
  header.writeUInt32LE(4, 42);
  header.writeUInt32LE(mulaw.length, 46);
  header.write('data', 50, 'latin1');
  header.writeUInt32LE(mulaw.length, 54);
  return Buffer.concat([header, mulaw, Buffer.alloc(padding)]);
}

/** A clip that Twilio plays: how long it is, and its bytes where they are mu-law at 8000 Hz. */
export interface Clip {
  readonly lengthMs: number;
  readonly mulaw: Buffer | undefined;
}

/**
 * Reads a clip: WAV by its header; anything else by its type, raw mu-law or, assumed, MP3 at
 * 128 kbit/s.
 */
export function readClip(file: Buffer, contentType: string): Clip {
  if (file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WAVE') {
    return readWave(file);
  }
  if (/mpeg|mp3/i.test(contentType)) return { lengthMs: file.length / 16, mulaw: undefined };
  return { lengthMs: file.length / MULAW_BYTES_PER_MS, mulaw: file };
}

function readWave(file: Buffer): Clip {
  let bytesPerMs = MULAW_BYTES_PER_MS;
  let isMulaw = false;
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    const length = file.readUInt32LE(at + 4);
    if (name === 'fmt ' && at + 20 <= file.length) {
      isMulaw = file.readUInt16LE(at + 8) === FORMAT_MULAW && file.readUInt32LE(at + 12) === 8000;
      bytesPerMs = Math.max(file.readUInt32LE(at + 16) / 1000, 1);
    }
    if (name === 'data') {
      const bytes = file.subarray(at + 8, Math.min(at + 8 + length, file.length));
      return { lengthMs: bytes.length / bytesPerMs, mulaw: isMulaw ? bytes : undefined };
    }
    at += 8 + length + (length % 2);
  }
  return { lengthMs: 0, mulaw: undefined };
}
