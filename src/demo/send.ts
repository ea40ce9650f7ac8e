// Lets `demo/…` models answer inside the process: their addresses have a scheme of their own, everything else goes to the network.
import { answerDemo } from './model.ts';
import { bodyBytes, type Send } from '../http/provider-response.ts';
import { abortSignalOf } from '../lib/cancellation.ts';

/** The scheme of the demo provider's addresses. */
export const demoScheme = 'weir-demo:';

/** Sends requests for the demo model to it and all others on. */
export function demoSend(send: Send): Send {
  return (url, request) => (url.startsWith(demoScheme) ? answerDemo(Buffer.from(bodyBytes(request.body)).toString('utf8'), abortSignalOf(request.signal)) : send(url, request));
}
