import { WebSocket } from 'ws';
import type { Call } from './call';
import type { MarkReport } from './call-report';
import { CallerAudio, FRAME_MS } from './caller-audio';
import { rounded } from './journal';
import { DelayLine, type Network, seededRandom } from './network';
import { type Interruption, Playback } from './playback';
import { readServerMessage } from './server-messages';
import type { SocketListener } from './stream-dial';
import type { TwilioCode } from './twilio-faults';
import { type StreamIdentity, TwilioMessages } from './twilio-messages';

/** Above this much unread data the server reads too slowly, and caller audio is dropped (31930). */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** How long the other side may take to close. */
const CLOSE_MS = 2000;

/** How a stream ended. */
export interface StreamEnd {
  readonly closedBy: 'caller' | 'server';
  readonly code: number;
  readonly reason: string;
  /** What broke the socket, if anything did. */
  readonly problem?: Error;
}

/** A stream that was accepted: caller audio out, agent audio in, until one side ends it. */
export class Stream implements SocketListener {
  readonly interruptions: Interruption[] = [];
  readonly marks: { -readonly [Key in keyof MarkReport]: MarkReport[Key] }[] = [];
  framesSent = 0;
  framesDropped = 0;
  digitsSent = '';
  startedAtMs: number | undefined;
  firstAgentAudioMs: number | undefined;
  readonly ended: Promise<StreamEnd>;
  readonly playback: Playback;
  readonly #call: Call;
  readonly #identity: StreamIdentity;
  readonly #messages: TwilioMessages;
  readonly #out: DelayLine;
  readonly #in: DelayLine;
  readonly #callerAudio: CallerAudio;
  readonly #warned = new Set<TwilioCode>();
  #socket: WebSocket | undefined;
  #problem: Error | undefined;
  #closedBy: StreamEnd['closedBy'] = 'server';
  #end: (end: StreamEnd) => void = () => undefined;

  constructor(call: Call, identity: StreamIdentity) {
    const { delayMs, jitterMs, seed } = call.settings;
    const network: Network = { delayMs, jitterMs, random: seededRandom(seed) };
    this.#call = call;
    this.#identity = identity;
    this.#messages = new TwilioMessages(identity);
    this.#out = new DelayLine(network);
    this.#in = new DelayLine(network);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.playback = new Playback(() => call.journal.nowMs(), call.agentTrack, {
      speaks: (atMs) => this.#agentSpeaks(atMs),
      quiet: (atMs, playedMs) => this.#agentQuiet(atMs, playedMs),
      reached: (mark, cleared) => this.#reached(mark, cleared),
      overflowed: () => this.#warn(31931),
    });
    this.#callerAudio = new CallerAudio({
      frame: (frame, index) => this.#sendFrame(frame, index),
      speaks: (name) => call.journal.note('caller-speaks', `the caller says ${name}`, { name }),
      quiet: (name) => call.journal.note('caller-quiet', `the caller has said ${name}`, { name }),
    });
  }

  get streamSid(): string {
    return this.#identity.streamSid;
  }

  /** Begins on an open socket: `connected`, `start`, then a frame each 20 ms. */
  start(socket: WebSocket): void {
    const { journal } = this.#call;
    this.#socket = socket;
    this.#send(this.#messages.connected());
    this.#send(this.#messages.start());
    this.startedAtMs = journal.nowMs();
    journal.note('stream-started', `start ${this.streamSid}`, { streamSid: this.streamSid });
    this.#callerAudio.start();
  }

  /** Says mu-law audio; resolves when it is out, or the stream has ended. */
  say(audio: Buffer, name = 'something'): Promise<void> {
    return this.#callerAudio.say(audio, name);
  }

  /** Presses one key. */
  press(digit: string): void {
    this.digitsSent += digit;
    this.#call.journal.note('caller-presses', `the caller presses ${digit}`, { digit });
    this.#send(this.#messages.dtmf(digit));
  }

  /** The caller hangs up: `stop`, then the socket closes. */
  stop(): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    this.#closedBy = 'caller';
    this.#callerAudio.stop();
    this.playback.stop();
    this.#send(this.#messages.stop());
    this.#out.send(() => {
      socket.close(1000);
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    });
  }

  /** The network between Twilio and the server breaks: the socket goes without a `stop`. */
  lose(): void {
    this.#socket?.terminate();
  }

  message(data: Buffer, isBinary: boolean): void {
    this.#in.send(() => this.#read(data, isBinary));
  }

  failed(problem: Error): void {
    this.#problem = problem;
  }

  closed(code: number, reason: string): void {
    this.#callerAudio.stop();
    this.#out.drop();
    // What the server sent before it closed arrives before its close.
    this.#in.send(() => {
      this.playback.stop();
      this.#in.drop();
      const problem = this.#problem === undefined ? {} : { problem: this.#problem };
      this.#end({ closedBy: this.#closedBy, code, reason, ...problem });
    });
  }

  #read(data: Buffer, isBinary: boolean): void {
    if (this.#closedBy === 'caller') return;
    const message = readServerMessage(data, isBinary, this.streamSid);
    const { journal } = this.#call;
    switch (message.event) {
      case 'media':
        this.playback.play(message.mulaw);
        return;
      case 'mark':
        this.marks.push({
          name: message.name,
          receivedAtMs: rounded(journal.nowMs()),
          echoedAtMs: null,
          cleared: false,
        });
        this.playback.mark(message.name);
        return;
      case 'clear':
        this.#clear();
        return;
      case 'violation':
        this.#warn(message.code, message.detail);
    }
  }

  #clear(): void {
    const cut = this.playback.clear();
    this.interruptions.push({
      ...cut,
      atMs: rounded(cut.atMs),
      playedMs: rounded(cut.playedMs),
      heardMs: rounded(cut.heardMs),
      droppedMs: rounded(cut.droppedMs),
    });
    const { playedMs, droppedMs } = cut;
    this.#call.journal.note(
      'clear',
      `clear: ${Math.round(playedMs)} ms had been heard, ${Math.round(droppedMs)} ms are dropped`,
      { playedMs, droppedMs, marks: cut.marks.length },
    );
  }

  #agentSpeaks(atMs: number): void {
    const { journal, ear } = this.#call;
    if (this.firstAgentAudioMs === undefined) {
      this.firstAgentAudioMs = atMs - (this.startedAtMs ?? atMs);
      const text = `first agent audio, ${Math.round(this.firstAgentAudioMs)} ms after start`;
      journal.note('agent-audio-first', text, { afterStartMs: this.firstAgentAudioMs }, atMs);
    }
    journal.note('agent-speaks', 'the agent is heard', {}, atMs);
    ear.begins();
  }

  #agentQuiet(atMs: number, playedMs: number): void {
    const text = `the agent is quiet after ${Math.round(playedMs)} ms`;
    this.#call.journal.note('agent-quiet', text, { playedMs }, atMs);
    this.#call.ear.ends(atMs);
  }

  #reached(name: string, cleared: boolean): void {
    const { journal } = this.#call;
    const mark = this.marks.find((one) => one.name === name && one.echoedAtMs === null);
    if (mark !== undefined) {
      mark.echoedAtMs = rounded(journal.nowMs());
      mark.cleared = cleared;
    }
    journal.note('mark', `mark ${name} ${cleared ? 'is cleared' : 'has played'}`, {
      name,
      cleared,
    });
    this.#send(this.#messages.mark(name));
  }

  #sendFrame(frame: Buffer, index: number): void {
    const { settings, callerTrack } = this.#call;
    if (this.#socket !== undefined && this.#socket.bufferedAmount > MAX_UNREAD_BYTES) {
      this.framesDropped += 1;
      this.#warn(31930);
      return;
    }
    callerTrack.place((this.startedAtMs ?? 0) + index * FRAME_MS, frame);
    this.framesSent += 1;
    this.#send(this.#messages.media(frame, settings.firstTimestampMs + index * FRAME_MS));
  }

  #send(text: string): void {
    this.#out.send(() => {
      if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
    });
  }

  /** Twilio warns once a stream. */
  #warn(code: TwilioCode, detail?: string): void {
    if (this.#warned.has(code)) return;
    this.#warned.add(code);
    this.#call.journal.fault(code, detail);
  }
}
