import fc from 'fast-check';

const character = fc.constantFrom(...Array.from('AZaz09+/="\\{}[]:, \u0000é*'));
const digits = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 5_000_000 }).map(String) },
  fc.constantFrom('0', '-1', '1e400', '999999999999999', '00', ''),
);
const payload = fc.oneof(
  { weight: 20, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 200 }).map(toBase64) },
  fc.constant(''),
);

/** Frames that belong to a stream, with numbers that do not: the call has to bear them. */
const bearable = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(digits, digits, payload)
      .map(
        ([sequence, timestamp, audio]) =>
          `{"event":"media","sequenceNumber":"${sequence}","media":{"track":"inbound","chunk":"2","timestamp":"${timestamp}","payload":"${audio}"},"streamSid":"MZ1"}`,
      ),
  },
  fc
    .record({
      event: fc.constant('media'),
      media: fc.record({
        track: fc.constantFrom('inbound', 'outbound', 'x'),
        timestamp: fc.oneof(fc.double(), fc.string(), fc.constant(null)),
        payload,
      }),
    })
    .map((frame) => JSON.stringify(frame)),
  fc
    .record({ event: fc.constant('mark'), mark: fc.record({ name: fc.string({ minLength: 1 }) }) })
    .map((frame) => JSON.stringify(frame)),
  fc
    .constantFrom('1', '#', '12', 'x')
    .map((digit) => JSON.stringify({ event: 'dtmf', dtmf: { digit } })),
  fc.constant('{"event":"connected","protocol":"Call","version":"1.0.0"}'),
  fc
    .string({ minLength: 1 })
    .filter((event) => !['start', 'stop', 'media', 'mark', 'dtmf'].includes(event))
    .map((event) => JSON.stringify({ event })),
);

/** Frames that no stream survives, or that need not be survived. */
const fatal = fc.oneof(
  fc.string({ unit: character, maxLength: 60 }),
  fc.json({ maxDepth: 3 }),
  fc
    .tuple(bearable, fc.nat({ max: 200 }), character)
    .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1)),
  fc
    .record({
      event: fc.constantFrom('start', 'stop', 'media', 'mark', 'dtmf', '__proto__'),
      start: fc.jsonValue({ maxDepth: 2 }),
      media: fc.jsonValue({ maxDepth: 2 }),
    })
    .map((frame) => JSON.stringify(frame)),
  fc.nat({ max: 70_000 }).map((length) => 'x'.repeat(length)),
);

/** Frames of Twilio's side; one of some hundred ends the stream. */
export const twilioFrame: fc.Arbitrary<string> = fc.oneof(
  { weight: 300, arbitrary: bearable },
  { weight: 1, arbitrary: fatal },
);

/** Frames of which each may be anything, for a stream in memory. */
export const anyTwilioFrame: fc.Arbitrary<string> = fc.oneof(bearable, fatal);

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
