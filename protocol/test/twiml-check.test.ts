import fc from 'fast-check';
import { checkTwiml } from '../twiml/check';
import { parseTwiml, TwimlSyntaxError } from '../twiml/document';

const STREAM_URL = 'wss://bridge.example.com/media-stream/CA1';
const SOUND = `<Response><Connect action="https://functions.example.com/stream-ended"><Stream url="${STREAM_URL}"><Parameter name="token" value="t"/></Stream></Connect></Response>`;

const say = (inner: string) => `<Response>${inner}<Say>Bye</Say></Response>`;
const connect = (stream: string) => say(`<Connect>${stream}</Connect>`);
const stream = (attributes: string) => connect(`<Stream ${attributes}/>`);

const found = (body: string, contentType?: string) =>
  checkTwiml(contentType === undefined ? { body } : { body, contentType }).findings.map(
    ({ id, code, level }) => [id, code, level],
  );

test('a sound document has no finding, and its root comes back', () => {
  const report = checkTwiml({ body: SOUND, contentType: 'text/xml; charset=utf-8' });
  expect(report.findings).toEqual([]);
  expect(report.root?.children[0]?.children[0]?.attributes.url).toBe(STREAM_URL);
});

test('the document that started it all has two faults, each with its remedy and line', () => {
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response>\n<Connect action="https://f.example.com/ended">\n' +
    '<Stream url="wss://host.example.com/media-stream?call_id=42" track="inbound_track outbound_track"/>\n' +
    '</Connect>\n</Response>';
  const { findings } = checkTwiml({ body });
  expect(findings.map(({ id, code, line }) => [id, code, line])).toEqual([
    ['stream-query-dropped', null, 4],
    ['stream-track', 31941, 4],
  ]);
  expect(findings[0]?.message).toContain('?call_id=42');
  expect(findings[0]?.remedy).toContain('<Parameter');
  expect(findings[1]?.remedy).toContain('leave the attribute out');
});

const CASES: readonly (readonly [string, string, string, number | null, 'error' | 'warning'])[] = [
  ['an unclosed tag', '<Response><Say>', 'not-well-formed', 12100, 'error'],
  ['a bare ampersand', say('<Say>you & me</Say>'), 'not-well-formed', 12100, 'error'],
  ['an unknown entity', say('<Say>&nbsp;</Say>'), 'not-well-formed', 12100, 'error'],
  ['two roots', '<Response/><Response/>', 'not-well-formed', 12100, 'error'],
  ['blanks alone', '  \n', 'not-well-formed', 12100, 'error'],
  [
    'a line break before the declaration',
    '\n<?xml version="1.0"?><Response/>',
    'blank-before-declaration',
    12100,
    'error',
  ],
  ['no body', '', 'body-empty', 11770, 'error'],
  ['over 64 kB', say(`<Say>${'a'.repeat(65536)}</Say>`), 'body-too-large', 11750, 'error'],
  ['another version', '<Response version="2.0"/>', 'version-invalid', 12101, 'error'],
  ['another root', '<TwiML/>', 'root-not-response', 12102, 'error'],
  ['a web page', '<html><body/></html>', 'root-not-response', 12102, 'error'],
  ['an unknown verb', say('<Speak>a</Speak>'), 'element-unknown', 12200, 'warning'],
  ['a verb in the wrong case', say('<say>a</say>'), 'element-case', 12200, 'warning'],
  ['an unknown attribute', say('<Say colour="red">a</Say>'), 'attribute-unknown', 12200, 'warning'],
  [
    'an attribute in the wrong case',
    say('<Say Voice="alice">a</Say>'),
    'attribute-case',
    12200,
    'warning',
  ],
  [
    'wrong nesting',
    say('<Stream url="wss://a.example.com/"/>'),
    'element-misplaced',
    12200,
    'warning',
  ],
  [
    'a Say within a Dial',
    say('<Dial>+15550100100<Say>a</Say></Dial>'),
    'element-misplaced',
    12200,
    'warning',
  ],
  [
    'a wrong method',
    say('<Redirect method="PUT">/a</Redirect>').replace('<Say>Bye</Say>', ''),
    'attribute-value',
    12200,
    'warning',
  ],
  ['a wrong list', say('<Gather input="dtmf voice"/>'), 'attribute-value', 12200, 'warning'],
  ['text where none belongs', say('<Pause>1</Pause>'), 'text-misplaced', 12200, 'warning'],
  ['text in Response', '<Response>hello</Response>', 'text-misplaced', 12200, 'warning'],
  ['a stream over ws', stream('url="ws://a.example.com/"'), 'stream-scheme', 31922, 'error'],
  ['a stream over https', stream('url="https://a.example.com/"'), 'stream-scheme', 31922, 'error'],
  ['a stream without host', stream('url="wss:///media"'), 'stream-url-malformed', 31923, 'error'],
  ['an unfilled variable', stream('url="wss://${HOST}/m"'), 'stream-url-malformed', 31923, 'error'],
  ['an empty stream address', stream('url=""'), 'stream-url-malformed', 31923, 'error'],
  [
    'a bad port',
    stream('url="wss://a.example.com:99999/"'),
    'stream-url-malformed',
    31923,
    'error',
  ],
  ['a stream without address', stream('name="a"'), 'stream-url-missing', null, 'error'],
  ['a relative stream address', stream('url="/media"'), 'stream-url-relative', null, 'warning'],
  ['a query', stream('url="wss://a.example.com/m?a=1"'), 'stream-query-dropped', null, 'error'],
  ['localhost', stream('url="wss://localhost:8080/m"'), 'stream-host-private', null, 'warning'],
  [
    'a private address',
    stream('url="wss://192.168.1.2/m"'),
    'stream-host-private',
    null,
    'warning',
  ],
  ['a private IPv6 address', stream('url="wss://[::1]/m"'), 'stream-host-private', null, 'warning'],
  [
    'a connector name with blanks',
    stream('connectorName="my connector"'),
    'stream-connector-name',
    31940,
    'error',
  ],
  [
    'both tracks in Connect',
    stream(`url="${STREAM_URL}" track="both_tracks"`),
    'stream-track',
    31941,
    'error',
  ],
  [
    'a list of tracks in Start',
    say(`<Start><Stream url="${STREAM_URL}" track="inbound_track outbound_track"/></Start>`),
    'stream-track',
    31941,
    'error',
  ],
  [
    'a long parameter',
    connect(
      `<Stream url="${STREAM_URL}"><Parameter name="a" value="${'b'.repeat(500)}"/></Stream>`,
    ),
    'parameter-too-long',
    null,
    'warning',
  ],
  [
    'a parameter without name',
    connect(`<Stream url="${STREAM_URL}"><Parameter value="b"/></Stream>`),
    'parameter-name-missing',
    12200,
    'warning',
  ],
  [
    'two streams of one name',
    say(
      `<Start><Stream url="${STREAM_URL}" name="a"/></Start><Start><Stream url="${STREAM_URL}" name="a"/></Start>`,
    ),
    'stream-name-repeated',
    null,
    'warning',
  ],
  [
    'nothing after Connect',
    `<Response><Connect><Stream url="${STREAM_URL}"/></Connect></Response>`,
    'connect-nothing-after',
    null,
    'warning',
  ],
  ['an empty Connect', connect(''), 'connect-empty', 12200, 'warning'],
  [
    'two streams in one Connect',
    connect(`<Stream url="${STREAM_URL}"/><Stream url="${STREAM_URL}"/>`),
    'connect-crowded',
    12200,
    'warning',
  ],
  [
    'nothing after Start',
    `<Response><Start><Stream url="${STREAM_URL}"/></Start></Response>`,
    'start-nothing-after',
    null,
    'warning',
  ],
  ['a verb after Hangup', say('<Hangup/>'), 'verb-unreachable', null, 'warning'],
  [
    'a verb after a Connect with action',
    SOUND.replace('</Connect>', '</Connect><Hangup/>'),
    'verb-unreachable',
    null,
    'warning',
  ],
  [
    'an action that is no address',
    say('<Dial action="ftp://a">+15550100100</Dial>'),
    'address-invalid',
    11100,
    'error',
  ],
  [
    'an underscore in a host',
    say('<Dial action="https://a_b.example.com/">+15550100100</Dial>'),
    'address-underscore',
    null,
    'warning',
  ],
  ['an empty Say', say('<Say> </Say>'), 'say-empty', null, 'warning'],
  ['an empty Play', say('<Play/>'), 'play-empty', null, 'warning'],
  ['letters as digits', say('<Play digits="call me"/>'), 'play-digits', null, 'warning'],
  ['an empty Redirect', '<Response><Redirect/></Response>', 'redirect-empty', null, 'warning'],
  ['an empty Dial', say('<Dial/>'), 'dial-empty', null, 'warning'],
  [
    'a caller id of no use',
    say('<Dial callerId="me">+15550100100</Dial>'),
    'dial-caller-id',
    13214,
    'warning',
  ],
  ['a Dial to no number', say('<Dial>grandma</Dial>'), 'dial-number', 13223, 'warning'],
  ['a pause of no length', say('<Pause length="0.5"/>'), 'pause-length', 12200, 'warning'],
];

test.each(CASES)('%s is found', (_, body, id, code, level) => {
  expect(found(body)).toEqual([[id, code, level]]);
});

test.each([
  ['application/json', 'content-type-invalid', 12300, 'error'],
  ['', 'content-type-invalid', 12300, 'error'],
  ['text/plain; charset=utf-8', 'content-type-plain', null, 'error'],
  ['text/html', 'content-type-html', null, 'warning'],
])('the content type %p is found', (contentType, id, code, level) => {
  expect(found(SOUND, contentType)).toEqual([[id, code, level]]);
});

test('every finding says what to do', () => {
  for (const [, body] of CASES) {
    for (const finding of checkTwiml({ body }).findings) {
      expect(finding.message).not.toBe('');
      expect(finding.remedy).not.toBe('');
    }
  }
});

test('what Twilio cannot obey has no root', () => {
  for (const body of ['', '<Response>', '<html/>', 'x']) {
    expect(checkTwiml({ body }).root).toBeUndefined();
  }
});

test('speech markup, nested prompts and other nouns are known', () => {
  const body = say(
    '<Gather input="dtmf speech"><Say>Press <emphasis level="strong">one</emphasis><break time="1s"/></Say></Gather>' +
      '<Dial><Number statusCallbackEvent="ringing answered">+15550100100</Number><Sip>sip:a@example.com</Sip></Dial>' +
      '<Start><Recording channels="dual"/></Start><Stop><Stream name="a"/></Stop>' +
      '<Connect><ConversationRelay url="wss://a.example.com/"/></Connect>',
  );
  expect(found(body)).toEqual([]);
});

test('a document nested without end is refused and not obeyed', () => {
  expect(found('<a>'.repeat(20_000))).toEqual([['not-well-formed', 12100, 'error']]);
});

test('parsing gives names, attributes, text and lines', () => {
  const root = parseTwiml(
    '<Response>\n  <Say voice="alice">a &amp; <![CDATA[<b>]]></Say>\n</Response>',
  );
  expect(root).toMatchObject({ name: 'Response', text: '', line: 1 });
  expect(root.children[0]).toEqual({
    name: 'Say',
    attributes: { voice: 'alice' },
    children: [],
    text: 'a & <b>',
    line: 2,
  });
});

test('a syntax error names its line', () => {
  expect(() => parseTwiml('<Response>\n<Say>\n</Response>')).toThrow(TwimlSyntaxError);
  try {
    parseTwiml('<Response>\n<Say>\n</Response>');
  } catch (error) {
    expect(error).toMatchObject({ line: 3 });
  }
});

test('nothing that can be sent breaks it', () => {
  const pieces = fc.constantFrom(
    '<?xml version="1.0"?>',
    '<Response>',
    '</Response>',
    '<Connect action="',
    '"><Stream url="wss://',
    '" track="',
    '"/>',
    '</Connect>',
    '<Say>',
    '</Say>',
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '<![CDATA[',
    ']]>',
    '<constructor __proto__="a"/>',
    '&amp;',
    '\u0000',
    '\ud800',
  );
  const document = fc.array(fc.oneof(pieces, fc.string()), { maxLength: 20 });
  fc.assert(
    fc.property(document, fc.string(), (parts, contentType) => {
      for (const body of [parts.join(''), `<Response>${parts.join('')}</Response>`]) {
        const { findings, root } = checkTwiml({ body, contentType });
        expect(root !== undefined || findings.length > 0).toBe(true);
      }
    }),
  );
});

test('names that objects have by birth are not taken for TwiML', () => {
  const body = say('<constructor/><Say toString="a" __proto__="b">a</Say>');
  expect(found(body).map(([id]) => id)).toEqual([
    'element-unknown',
    'attribute-unknown',
    'attribute-unknown',
  ]);
});
