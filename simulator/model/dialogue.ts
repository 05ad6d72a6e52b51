import type { ClientEvent } from './client-event';
import { Conversation } from './conversation';
import { newId } from './ids';
import type { InputChange } from './input-audio';
import { InputAudio } from './input-audio';
import type { ClientItem } from './item';
import type { ResolvedOptions } from './options';
import { Refusal } from './refusal';
import { Responder } from './responder';
import type { SessionPatch, SessionSettings } from './session-settings';
import { mergeSettings, readSessionPatch } from './session-settings';
import { turnDetectionRule } from './turn-detection';
import type { Wire } from './wire';

const MIN_COMMIT_MS = 100;

/** What a session does with the client's events: listens, keeps the conversation, lets it be answered. */
export class Dialogue {
  readonly #wire: Wire;
  readonly #options: ResolvedOptions;
  readonly #conversation = new Conversation();
  readonly #responder: Responder;
  readonly #input: InputAudio;
  #settings: SessionSettings;
  #speechItemId: string | null = null;

  constructor(wire: Wire, options: ResolvedOptions, settings: SessionSettings) {
    this.#wire = wire;
    this.#options = options;
    this.#settings = settings;
    this.#input = new InputAudio(settings.audio.input.format);
    this.#responder = new Responder(wire, options, this.#conversation);
    this.#responder.onSpoken = (audioMs) => this.#expectSpeech(audioMs);
  }

  /** The effective settings. */
  get settings(): SessionSettings {
    return this.#settings;
  }

  /** Does what a client event asks for. Throws a Refusal when the API would refuse it. */
  handle(event: ClientEvent): void {
    switch (event.type) {
      case 'session.update':
        return this.#update(readSessionPatch(event.session));
      case 'input_audio_buffer.append':
        return this.#append(event.audio);
      case 'input_audio_buffer.commit':
        return this.#commit();
      case 'input_audio_buffer.clear':
        this.#input.clear();
        this.#speechItemId = null;
        return this.#wire.send('input_audio_buffer.cleared');
      case 'conversation.item.create':
        return this.#createItem(event.item, event.previous_item_id);
      case 'conversation.item.delete':
        this.#conversation.delete(event.item_id);
        return this.#wire.send('conversation.item.deleted', { item_id: event.item_id });
      case 'conversation.item.retrieve':
        return this.#wire.send('conversation.item.retrieved', {
          item: this.#conversation.retrieve(event.item_id),
        });
      case 'conversation.item.truncate':
        return this.#truncate(event.item_id, event.content_index, event.audio_end_ms);
      case 'response.create':
        this.#input.stopExpecting();
        return this.#responder.create(this.#settings, event.response);
      case 'response.cancel':
        return this.#responder.cancel(event.response_id);
      case 'output_audio_buffer.clear': {
        // Assumed: the code; that the event is for WebRTC and SIP only is documented.
        const message = 'output_audio_buffer.clear is only supported over WebRTC and SIP.';
        throw new Refusal('invalid_value', message, 'type');
      }
    }
  }

  /** Ends what runs, without a word: the session has ended. */
  abandon(): void {
    this.#responder.abandon();
  }

  #update(patch: SessionPatch): void {
    const { neverUpdates, wrongFormat, updatedMs = 0 } = this.#wire.faults;
    if (neverUpdates === true) {
      return this.#wire.note('fault', 'session.update is left without an answer');
    }
    const allowed = wrongFormat === true ? withoutFormats(patch) : patch;
    const settings = mergeSettings(this.#settings, allowed, this.#responder.hasSpoken);
    this.#settings = settings;
    this.#input.setFormat(settings.audio.input.format);
    if (settings.audio.input.turn_detection === null) {
      this.#input.forgetSpeech();
      this.#speechItemId = null;
    }
    const confirm = () => {
      this.#wire.send('session.updated', { session: settings });
      const { input, output } = settings.audio;
      const sentence = `the session takes ${input.format.type} and gives ${output.format.type}`;
      this.#wire.note('session updated', sentence);
    };
    if (updatedMs > 0) this.#wire.after(updatedMs, confirm);
    else confirm();
  }

  #append(audio: Buffer): void {
    this.#responder.hear(audio);
    const rule = turnDetectionRule(this.#settings.audio.input.turn_detection);
    for (const change of this.#input.append(audio, rule)) this.#noteChange(change);
  }

  #noteChange(change: InputChange): void {
    const detection = this.#settings.audio.input.turn_detection;
    const item_id = this.#speechItemId ?? newId('item');
    if (change.kind === 'started') {
      this.#speechItemId = item_id;
      const audio_start_ms = change.audioStartMs;
      this.#wire.send('input_audio_buffer.speech_started', { audio_start_ms, item_id });
      this.#wire.note('speech started', `the caller speaks, from ${change.audioStartMs} ms`);
      if (detection?.interrupt_response === true) this.#responder.interrupt();
      return;
    }
    const audio_end_ms = change.audioEndMs;
    this.#speechItemId = null;
    if (change.kind === 'stopped') {
      this.#wire.send('input_audio_buffer.speech_stopped', { audio_end_ms, item_id });
      this.#wire.note('speech stopped', `the caller is silent, at ${audio_end_ms} ms`);
      this.#addTurn(item_id, change.audio);
      if (detection?.create_response === true) this.#responder.answerTurn(this.#settings);
    } else {
      const times = { audio_start_ms: change.audioStartMs, audio_end_ms };
      this.#wire.send('input_audio_buffer.timeout_triggered', { ...times, item_id });
      this.#wire.note('idle timeout', `the caller said nothing until ${audio_end_ms} ms`);
      this.#addTurn(item_id, change.audio);
      this.#responder.answerTurn(this.#settings);
    }
  }

  #commit(): void {
    const haveMs = this.#input.pendingMs;
    if (haveMs < MIN_COMMIT_MS) {
      // Assumed: the code, and that 100 ms are the least; clients report both.
      const message = `Error committing input audio buffer: the buffer is empty or too small. Expected at least ${MIN_COMMIT_MS}ms of audio, but buffer only has ${haveMs.toFixed(2)}ms of audio.`;
      throw new Refusal('input_audio_buffer_commit_empty', message);
    }
    const itemId = this.#speechItemId ?? newId('item');
    this.#speechItemId = null;
    this.#addTurn(itemId, this.#input.take());
  }

  #addTurn(itemId: string, audio: Buffer): void {
    const { format } = this.#settings.audio.input;
    const audioMs = this.#input.msOf(audio);
    const item = {
      id: itemId,
      object: 'realtime.item',
      type: 'message',
      status: 'completed',
      role: 'user',
      content: [{ type: 'input_audio', transcript: null }],
    } as const;
    const stored = { item, audioMs, audio };
    const previous_item_id = this.#conversation.add(stored);
    this.#wire.send('input_audio_buffer.committed', { item_id: itemId, previous_item_id });
    this.#wire.send('conversation.item.added', { previous_item_id, item });
    this.#wire.send('conversation.item.done', { previous_item_id, item });
    this.#wire.note('turn committed', `a turn of ${Math.round(audioMs)} ms`);
    const text = this.#responder.nextHeard();
    this.#responder.noteInput({ kind: 'heard', text }, { audio, format });
    this.#transcribe(itemId, text, audioMs);
  }

  #transcribe(itemId: string, transcript: string, audioMs: number): void {
    if (this.#settings.audio.input.transcription === null) return;
    this.#wire.after(this.#options.transcriptionMs, () => {
      const ids = { item_id: itemId, content_index: 0 };
      const type = 'conversation.item.input_audio_transcription';
      const usage = { type: 'duration', seconds: audioMs / 1_000 };
      this.#wire.send(`${type}.delta`, { ...ids, delta: transcript });
      this.#wire.send(`${type}.completed`, { ...ids, transcript, usage });
      this.#wire.note('turn transcribed', `the caller was heard to say: ${transcript}`);
      const stored = this.#conversation.find(itemId);
      if (stored) stored.item = { ...stored.item, content: [{ type: 'input_audio', transcript }] };
    });
  }

  #createItem(wanted: ClientItem, previousItemId: string | null | undefined): void {
    const [{ item }, previous_item_id] = this.#conversation.create(wanted, previousItemId);
    this.#wire.send('conversation.item.added', { previous_item_id, item });
    this.#wire.send('conversation.item.done', { previous_item_id, item });
    const text = item.content?.map((part) => part.text ?? '').join(' ') ?? '';
    if (item.role === 'user') this.#responder.noteInput({ kind: 'heard', text });
    if (item.role === 'assistant') this.#responder.noteAnswer();
    if (item.type === 'function_call_output')
      this.#responder.noteInput({ kind: 'output', text: item.output ?? '' });
  }

  #truncate(itemId: string, contentIndex: number, audioEndMs: number): void {
    this.#conversation.truncate(itemId, contentIndex, audioEndMs);
    this.#wire.send('conversation.item.truncated', {
      item_id: itemId,
      content_index: contentIndex,
      audio_end_ms: audioEndMs,
    });
    this.#wire.note('item truncated', `${itemId} was heard for ${audioEndMs} ms`);
  }

  #expectSpeech(playbackMs: number): void {
    const detection = this.#settings.audio.input.turn_detection;
    const idleMs = detection?.type === 'server_vad' ? detection.idle_timeout_ms : null;
    if (idleMs !== null && !this.#input.speaking) this.#input.expectSpeech(playbackMs, idleMs);
  }
}

function withoutFormats(patch: SessionPatch): SessionPatch {
  if (!patch.audio) return patch;
  const { input, output } = patch.audio;
  return {
    ...patch,
    audio: { input: { ...input, format: undefined }, output: { ...output, format: undefined } },
  };
}
