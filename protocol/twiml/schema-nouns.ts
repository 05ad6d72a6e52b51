import type { ElementRule } from './schema';

const TRACKS = 'inbound_track outbound_track both_tracks';
const CALL_EVENTS = 'initiated ringing answered completed';
const CALLBACK = 'statusCallback statusCallbackEvent statusCallbackMethod';
const AMD =
  'amdStatusCallback amdStatusCallbackMethod machineDetection machineDetectionSilenceTimeout machineDetectionSpeechEndThreshold machineDetectionSpeechThreshold machineDetectionTimeout';
const SSML = 'break emphasis lang p phoneme prosody s say-as sub w amazon:effect';

const NAMED = { attributes: 'name' } as const;
const SPOKEN = { children: SSML, text: true } as const;

/** What stands within a verb. Sources as for the verbs. */
export const NOUNS: Readonly<Record<string, ElementRule>> = {
  // Connect, Start, Stop. A wrong `track` has a code of its own: see stream-track.ts.
  Stream: {
    attributes:
      'url name track connectorName statusCallback statusCallbackMethod audioFormat sampleRate',
    children: 'Parameter',
  },
  'Stop>Stream': NAMED,
  'Stop>Siprec': NAMED,
  'Stop>Transcription': NAMED,
  'Stop>Recording': NAMED,
  Parameter: { attributes: 'name value' },
  Config: { attributes: 'name value' },
  Siprec: {
    attributes: 'name connectorName track statusCallback statusCallbackMethod',
    children: 'Parameter',
    values: { track: TRACKS },
  },
  Recording: {
    attributes:
      'channels track trim recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod recordingConfigurationId',
    values: {
      channels: 'mono dual',
      track: 'inbound outbound both',
      recordingStatusCallbackEvent: 'in-progress completed absent',
    },
  },
  Transcription: {
    attributes:
      'name track statusCallbackUrl statusCallbackMethod inboundTrackLabel outboundTrackLabel partialResults languageCode transcriptionEngine profanityFilter speechModel hints enableAutomaticPunctuation intelligenceService conversationConfiguration conversationId enableProviderData',
    children: 'Parameter Config',
    values: { track: TRACKS },
  },
  ConversationRelay: {
    attributes:
      'url welcomeGreeting welcomeGreetingInterruptible language ttsLanguage ttsProvider voice transcriptionLanguage transcriptionProvider speechModel interruptible interruptSensitivity dtmfDetection reportInputDuringAgentSpeech preemptible hints debug events partialPrompts profanityFilter intelligenceService elevenlabsTextNormalization deepgramSmartFormat deepgramsmartformat speechTimeout speechtimeout ignoreBackchannel ignorebackchannel backgroundNoiseReduction backgroundnoisereduction eotThreshold conversationConfiguration conversationId',
    children: 'Language Parameter',
  },
  ConversationRelaySession: { attributes: 'connector sessionConfiguration' },
  Language: { attributes: 'code ttsProvider voice transcriptionProvider speechModel' },
  Room: { attributes: 'participantIdentity', text: true },
  VirtualAgent: {
    attributes: 'connectorName language sentimentAnalysis statusCallback statusCallbackMethod',
    children: 'Config Parameter',
  },
  Conversation: {
    attributes:
      'serviceInstanceSid inboundAutocreation inboundTimeout routingAssignmentTimeout url method record trim recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent statusCallback statusCallbackMethod statusCallbackEvent',
  },
  AiSession: { attributes: 'aiConnector aiSessionConfiguration' },
  Assistant: { attributes: 'id welcomeGreeting voice', children: 'Parameter' },
  Autopilot: { attributes: '', text: true },
  // Dial
  Number: {
    attributes: `url method byoc sendDigits ${CALLBACK} ${AMD}`,
    text: true,
    values: { statusCallbackEvent: CALL_EVENTS },
  },
  Sip: {
    attributes: `url method username password ${CALLBACK} ${AMD}`,
    children: 'Uri Headers',
    text: true,
    values: { statusCallbackEvent: CALL_EVENTS },
  },
  'Refer>Sip': { attributes: '', text: true },
  Uri: { attributes: 'priority weight username password', text: true },
  Headers: { attributes: '', children: 'Header' },
  Header: { attributes: 'name value' },
  Client: {
    attributes: `url method ${CALLBACK}`,
    children: 'Identity Parameter',
    text: true,
    values: { statusCallbackEvent: CALL_EVENTS },
  },
  Identity: { attributes: '', text: true },
  Application: {
    attributes: `url method copyParentTo customerId ${CALLBACK}`,
    children: 'ApplicationSid Parameter',
    text: true,
  },
  ApplicationSid: { attributes: '', text: true },
  WhatsApp: { attributes: `url method ${CALLBACK}`, text: true },
  Sim: { attributes: '', text: true },
  Conference: {
    attributes:
      'beep coach endConferenceOnExit eventCallbackUrl jitterBufferSize maxParticipants muted participantLabel record recordingConfigurationId recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod region startConferenceOnEnter statusCallback statusCallbackEvent statusCallbackMethod trim waitMethod waitUrl',
    text: true,
    values: {
      beep: 'true false onEnter onExit',
      jitterBufferSize: 'large medium small off',
      record: 'do-not-record record-from-start',
      statusCallbackEvent: 'start end join leave mute hold modify speaker announcement',
    },
  },
  Task: { attributes: 'priority timeout', text: true },
  // Say: speech synthesis markup
  break: { attributes: 'strength time' },
  emphasis: { attributes: 'level', ...SPOKEN },
  lang: { attributes: 'xml:lang', ...SPOKEN },
  p: { attributes: '', ...SPOKEN },
  s: { attributes: '', ...SPOKEN },
  w: { attributes: 'role', ...SPOKEN },
  phoneme: { attributes: 'alphabet ph', text: true },
  prosody: { attributes: 'volume rate pitch', ...SPOKEN },
  'say-as': { attributes: 'interpret-as format role', text: true },
  sub: { attributes: 'alias', text: true },
  'amazon:effect': { attributes: 'name phonation vocal-tract-length', ...SPOKEN },
  'amazon:domain': { attributes: 'name', ...SPOKEN },
};
