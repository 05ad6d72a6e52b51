/** What Twilio says of a call. */
export interface TwilioCall {
  /** Twilio's CallStatus. */
  readonly status: string;
  readonly direction: string;
  /** Masked, as `to`. */
  readonly from: string;
  readonly to: string;
  /** Unix milliseconds, as `endedAtMs`; Twilio gives whole seconds. */
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly durationS: number;
}

/** Something that Twilio has noted of a call: an error or a warning. */
export interface Notice {
  readonly atMs: number;
  readonly code: number;
  readonly text: string;
  /** Without its query, which may hold anything. */
  readonly url: string;
}

/** A request of Twilio's and its answer. */
export interface Exchange {
  readonly atMs: number;
  readonly url: string;
  readonly status: number;
  /** What the TwiML check found wrong with the answer: Twilio's code or none, and the words. */
  readonly findings: readonly { readonly code: number | null; readonly message: string }[];
  /** Whether the answer has a `<Stream>`. */
  readonly hasStream: boolean;
}

/** A fault of the bridge's record. */
export interface RecordedFault {
  readonly atMs: number;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What is read of the bridge's record; all times are Unix milliseconds. */
export interface BridgeRecord {
  readonly admittedAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly end: { readonly by: string; readonly code: string | undefined } | undefined;
  readonly course: readonly { readonly atMs: number; readonly what: string }[];
  readonly turns: readonly {
    readonly atMs: number;
    readonly who: string;
    readonly words: number;
  }[];
  readonly events: readonly {
    readonly atMs: number;
    readonly source: string;
    readonly parameters: Readonly<Record<string, string>>;
  }[];
  readonly errors: readonly RecordedFault[];
}

/** How a source was read: what it gave, or why it gave nothing. */
export type Source = {
  readonly state: 'read' | 'unknown call' | 'not had';
  readonly found: string;
};

/** All that is known of one call. */
export interface Evidence {
  readonly callSid: string;
  readonly twilio: TwilioCall | undefined;
  readonly notices: readonly Notice[];
  readonly exchanges: readonly Exchange[];
  readonly record: BridgeRecord | undefined;
}
