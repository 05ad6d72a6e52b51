import type { FaultCode } from '@realtime-phone/protocol/errors';

/** Who brought a call to its end. */
export type EndedBy = 'caller' | 'agent' | 'stream' | 'model' | 'bridge';

/** A fault as it stands in a record: the code with its meaning. */
export interface RecordedFault {
  readonly atMs: number;
  /** One of ours, or Twilio's number as text. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** A status event, as Twilio told it: only the parameters that say something of the course. */
export interface StatusEvent {
  readonly atMs: number;
  readonly source: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Something that was said, as far as it was heard. */
export interface Turn {
  readonly atMs: number;
  readonly who: 'caller' | 'agent';
  readonly text: string;
  /** True where the caller cut the agent short; the text then ends where it was cut. */
  readonly cut?: true;
  /** Of the agent's first words after the caller's: how long after the model noticed their end. */
  readonly responseMs?: number;
}

/** A tool that the model called and that was answered. What was asked and said is not in the record. */
export interface ToolUse {
  /** When it was answered. */
  readonly atMs: number;
  readonly name: string;
  /** Of its arguments, as the model wrote them. */
  readonly argumentCharacters: number;
  readonly ms: number;
  readonly result: 'answered' | 'failed';
}

/** Tokens that the model counted, of all responses of a call. */
export interface TokensUsed {
  responses: number;
  input: number;
  inputText: number;
  inputAudio: number;
  /** Of the input, those that were cheaper since the model had them. */
  inputCached: number;
  output: number;
  outputText: number;
  outputAudio: number;
}

/** What is kept of a call. All `atMs` are milliseconds since `admittedAt`. */
export interface CallRecord {
  /** Twilio's; of a call that Twilio would not place it is the callId. */
  readonly callSid: string;
  /** Of a call that the bridge placed. */
  readonly callId?: string;
  /** Masked, unless LOG_PHONE_NUMBERS is full. */
  readonly from: string;
  readonly to: string;
  readonly direction: string;
  readonly agent: string;
  /** BRIDGE_NODE of the bridge that has it, or had it last. */
  node?: string;
  /** ISO 8601, UTC, as the two below. Of a placed call it is when Twilio took it. */
  readonly admittedAt: string;
  /** Of its first stream. */
  startedAt?: string;
  endedAt?: string;
  end?: { readonly by: EndedBy; readonly code?: FaultCode };
  /** What happened, in order, in the words of the log. */
  readonly course: { readonly atMs: number; readonly what: string }[];
  readonly turns: Turn[];
  readonly statusEvents: StatusEvent[];
  /** Not in records of older versions, as `tokens`. */
  tools?: ToolUse[];
  tokens?: TokensUsed;
  readonly errors: RecordedFault[];
  /** What the agent's file has the fallback say, with the variables of this call. */
  sayOnFailure?: string;
  /** What the agent reported, as its file's schema has it. */
  outcome?: unknown;
  /** Of a call that is recorded: a file for each of its streams, `ms` once it is closed. */
  recording?: { consentHeard: boolean; readonly files: { readonly path: string; ms?: number }[] };
  /** How often it was gone on with after its stream broke, or its bridge fell. */
  resumptions?: number;
  /** Of streams whose end was seen. */
  heardMs: number;
  bargeIns: number;
  callerBytes: number;
  agentBytes: number;
  /** From the opening of the first model session until it was ready. */
  modelReadyMs?: number;
  /** From `start` to the first agent audio. */
  firstAgentAudioMs?: number;
}
