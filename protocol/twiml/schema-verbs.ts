import type { ElementRule } from './schema';

const RECORDING =
  'recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent recordingConfigurationId';
const RECORDING_EVENTS = 'in-progress completed absent';
const SSML = 'break emphasis lang p phoneme prosody s say-as sub w amazon:effect amazon:domain';
const PROMPTS = 'Say Play Pause';

/**
 * The verbs of Programmable Voice. From https://www.twilio.com/docs/voice/twiml and the typings of
 * the `twilio` library 6.2.
 */
export const VERBS: Readonly<Record<string, ElementRule>> = {
  Say: { attributes: 'voice language loop', children: SSML, text: true },
  Play: { attributes: 'digits loop', text: true },
  Pause: { attributes: 'length' },
  Record: {
    attributes: `action method finishOnKey maxLength playBeep timeout transcribe transcribeCallback trim ${RECORDING}`,
    values: { recordingStatusCallbackEvent: RECORDING_EVENTS },
  },
  Gather: {
    attributes:
      'action method actionOnEmptyResult bargeIn debug enhanced finishOnKey hints input language maxSpeechTime numDigits partialResultCallback partialResultCallbackMethod profanityFilter speechModel speechTimeout timeout',
    children: PROMPTS,
    values: { input: 'dtmf speech' },
  },
  Dial: {
    attributes: `action method answerOnBridge callerId events hangupOnStar passports record recordingTrack referMethod referUrl ringTone sequential timeLimit timeout trim ${RECORDING}`,
    children: 'Number Sip Client Conference Queue Sim Application WhatsApp',
    text: true,
    values: {
      record:
        'do-not-record record-from-answer record-from-ringing record-from-answer-dual record-from-ringing-dual true false',
      recordingTrack: 'both inbound outbound',
      recordingStatusCallbackEvent: RECORDING_EVENTS,
    },
  },
  Connect: {
    attributes: 'action method',
    children:
      'Stream ConversationRelay ConversationRelaySession Room VirtualAgent Conversation AiSession Assistant Autopilot',
  },
  Start: { attributes: 'action method', children: 'Stream Recording Siprec Transcription' },
  Stop: { attributes: '', children: 'Stream Recording Siprec Transcription' },
  Redirect: { attributes: 'method', text: true },
  Hangup: { attributes: '', children: 'Parameter' },
  Reject: { attributes: 'reason', children: 'Parameter', values: { reason: 'rejected busy' } },
  Enqueue: {
    attributes: 'action method maxQueueSize waitUrl waitUrlMethod workflowSid',
    children: 'Task',
    text: true,
  },
  Leave: { attributes: '' },
  Refer: { attributes: 'action method', children: 'Sip' },
  Pay: {
    attributes:
      'action bankAccountType chargeAmount currency description input language maxAttempts minPostalCodeLength paymentConnector paymentMethod postalCode securityCode statusCallback statusCallbackMethod timeout tokenType validCardTypes',
    children: 'Prompt Parameter',
    values: { tokenType: 'one-time reusable payment-method' },
  },
  Prompt: {
    attributes: 'attempt cardType errorType for requireMatchingInputs',
    children: PROMPTS,
  },
  Sms: { attributes: 'action from method statusCallback to', text: true },
  Queue: { attributes: 'method postWorkActivitySid reservationSid url', text: true },
  Echo: { attributes: '' },
};
