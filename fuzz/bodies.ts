import fc from 'fast-check';

const text = fc.oneof(
  fc.constantFrom('', 'CA1', '+15550100001', 'inbound', '../../etc', '__proto__', 'x'.repeat(300)),
  fc.string(),
);

/** Bodies of `POST /calls`, from right to nonsense. */
export const admissionBody: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.json({ maxDepth: 3 }),
  fc
    .record(
      {
        callSid: fc.oneof(text, fc.jsonValue({ maxDepth: 1 })),
        from: fc.oneof(text, fc.jsonValue({ maxDepth: 1 })),
        to: text,
        direction: text,
        callId: text,
        agent: fc.oneof(fc.constantFrom('receptionist', 'concierge'), text),
      },
      { requiredKeys: [] },
    )
    .map((body) => JSON.stringify(body)),
);
