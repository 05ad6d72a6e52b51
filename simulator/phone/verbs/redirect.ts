import { END, requestOf, type Verb } from './verb';

/** `<Redirect>`: the call goes on with another document. */
export const redirect: Verb = (call, element, document) => {
  const request = requestOf(document, element.text, element.attributes.method);
  if (request === undefined) return Promise.resolve(END);
  call.journal.note('redirect', `redirect to ${request.url}`, { url: request.url });
  return Promise.resolve({ then: 'document', request });
};
