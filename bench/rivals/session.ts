/** Where the bench has put the model. */
export const MODEL_URL = process.env.MODEL_URL ?? '';

/** The first message to a model: mu-law both ways, and the model takes the turns. */
export function describeSession() {
  return {
    type: 'session.update',
    session: {
      type: 'realtime',
      output_modalities: ['audio'],
      instructions: 'You answer the telephone.',
      audio: {
        input: { format: { type: 'audio/pcmu' }, turn_detection: { type: 'server_vad' } },
        output: { format: { type: 'audio/pcmu' }, voice: 'marin' },
      },
    },
  };
}
