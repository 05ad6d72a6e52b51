import type { FaultCode } from '@realtime-phone/protocol/errors';

/** What can be behind a symptom. */
export interface LikelyCause {
  readonly what: string;
  /** Twilio's codes and the bridge's own that say so. */
  readonly twilio?: readonly number[];
  readonly bridge?: readonly FaultCode[];
  /** The command, or the log line, that shows it. */
  readonly shownBy: string;
}

/** What a caller hears. */
export interface Symptom {
  readonly heard: string;
  readonly sounds: string;
  /** The likeliest first. */
  readonly causes: readonly LikelyCause[];
}

/** The symptoms, in the order of a call. */
export const SYMPTOMS: readonly Symptom[] = [
  {
    heard: 'Nothing, or Twilio’s own error message',
    sounds: 'Silence, a busy tone, or “an application error has occurred”.',
    causes: [
      {
        what: 'the account takes no calls',
        twilio: [10001, 10002, 10003, 10004],
        shownBy: '`npm run doctor -- --only account`',
      },
      {
        what: 'Twilio does not get the TwiML',
        twilio: [
          11100, 11200, 11201, 11202, 11203, 11205, 11206, 11210, 11215, 11220, 11235, 11236, 11237,
          11240, 11241, 11243, 82001, 82002,
        ],
        shownBy:
          '`npm run doctor -- --only number,functions`; the Function’s log has no `twiml generated`',
      },
      {
        what: 'Twilio gets something that is no TwiML',
        twilio: [11750, 11770, 12100, 12101, 12102, 12300, 12400],
        shownBy: '`npm run doctor -- --twiml URL`',
      },
    ],
  },
  {
    heard: 'A greeting, then the call ends or the fallback speaks',
    sounds: '“Connecting you”, then silence, a hang-up, or “we cannot take your call”.',
    causes: [
      {
        what: 'the TwiML of the stream is wrong',
        twilio: [31941, 31922, 31923, 31940, 31942, 31943, 31952, 31954, 31960, 12200],
        shownBy: '`npm run doctor -- --only twiml`; no line `media-stream connection attempt`',
      },
      {
        what: 'the bridge did not admit the call',
        bridge: [
          'bridge_unreachable',
          'bridge_timeout',
          'bridge_url_missing',
          'bridge_secret_missing',
          'request_signature_invalid',
          'request_expired',
          'bridge_full',
          'caller_calls_full',
          'caller_calls_too_frequent',
          'withheld_calls_full',
          'withheld_calls_too_frequent',
          'bridge_draining',
          'agent_unknown',
        ],
        shownBy: '`call not admitted` in the Function’s log; no line `call admitted`',
      },
      {
        what: 'Twilio does not reach the bridge',
        twilio: [31901, 31902, 31904, 31910, 31900],
        bridge: ['stream_not_arrived', 'admission_expired'],
        shownBy: '`npm run doctor -- --only bridge`; no line `media-stream connection attempt`',
      },
      {
        what: 'the stream is refused',
        twilio: [31920],
        bridge: [
          'twilio_signature_missing',
          'twilio_signature_invalid',
          'call_not_admitted',
          'node_other',
          'call_already_streaming',
          'sockets_full',
          'sockets_full_for_address',
          'token_missing',
          'token_invalid',
          'token_expired',
          'start_late',
        ],
        shownBy: 'the line `media-stream refused`, or `npm run doctor -- --call CA…`',
      },
      {
        what: 'the model does not come',
        bridge: ['model_unreachable', 'model_refused', 'model_not_ready', 'model_session_refused'],
        shownBy: '`npm run doctor -- --only model`; no line `agent started`',
      },
    ],
  },
  {
    heard: 'Noise',
    sounds: 'Static, hiss, a voice that is far too fast or too slow.',
    causes: [
      {
        what: 'the model does not speak mu-law; the bridge plays nothing then, so noise comes from another program',
        bridge: ['model_format_wrong', 'stream_format_wrong', 'media_not_base64'],
        shownBy: '`npm run doctor -- --only model`',
      },
      {
        what: 'something else than mu-law in text frames is sent to Twilio',
        twilio: [31950, 31951, 31924],
        shownBy: '`npm run doctor -- --call CA…`',
      },
    ],
  },
  {
    heard: 'One side only',
    sounds: 'The agent does not hear the caller, or the caller does not hear the agent.',
    causes: [
      {
        what: 'the model promises audio and sends none',
        bridge: ['model_silent', 'model_response_failed'],
        shownBy: '`npm run doctor -- --only model`',
      },
      {
        what: 'nothing comes from the caller',
        twilio: [32014],
        bridge: ['stream_idle'],
        shownBy: '`npm run doctor -- --call CA…`',
      },
    ],
  },
  {
    heard: 'Cut-offs',
    sounds: 'The call ends in the middle of a sentence, or pieces are missing.',
    causes: [
      {
        what: 'the connection breaks, or something in between closes it when it is idle',
        twilio: [31903, 31921],
        bridge: ['stream_lost'],
        shownBy: '`npm run doctor -- --only bridge`',
      },
      {
        what: 'Twilio takes no more of what the agent says',
        bridge: ['stream_stalled'],
        shownBy: 'the line `call ended` has the code',
      },
      {
        what: 'the model ends',
        bridge: ['model_closed', 'model_message_malformed'],
        shownBy: 'the line `call ended` has the code',
      },
      {
        what: 'a limit is reached, or the bridge was stopped',
        twilio: [31930, 31931, 32015],
        bridge: [
          'call_too_long',
          'bridge_stopped',
          'bridge_fell',
          'caller_audio_overflow',
          'agent_audio_overflow',
        ],
        shownBy: 'the line `call ended` has the code',
      },
    ],
  },
  {
    heard: 'Delay',
    sounds: 'A long pause before the first word, or before each answer.',
    causes: [
      {
        what: 'an opening `<Say>` before the stream',
        shownBy: 'OPENING_SAY is set on the Functions',
      },
      {
        what: 'a model or a tool that is slow; after MODEL_SLOW_MS the caller hears “one moment”',
        bridge: ['tool_unreachable', 'tool_failed'],
        shownBy:
          '`npm run doctor -- --only model`; `bridge_first_agent_audio_seconds` in `/metrics`',
      },
    ],
  },
  {
    heard: 'Talking over each other',
    sounds: 'The agent goes on when it is interrupted, or stops at every noise.',
    causes: [
      {
        what: 'the turn detection does not fit the line: noise counts as speech, or pauses as ends',
        shownBy:
          '`bargeIns` in `GET /calls/{CallSid}`; see turn_detection, noise_reduction and manners in docs/DESIGN.md',
      },
    ],
  },
];
