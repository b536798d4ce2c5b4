// The JSON API of the simulator, https://…/api/…, as package api's comment has it.

import { store } from './store.js';

/**
 * post sends an act of the person who is played. It resolves to the answer, {ok, …}, whatever that is; ok is false and error
 * "unreachable" where there is none.
 */
export async function post(path, body) {
  return request(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
}

export const act = (path, body) => post(path, { person: store.person, ...body });

export const remove = (path) => request(path, { method: 'DELETE' });

async function request(path, options) {
  try {
    const response = await fetch(`/api/${path}`, options);
    return { ok: response.ok, ...(await response.json()) };
  } catch (error) {
    return { ok: false, error: 'unreachable', detail: `The local Slack can't be reached: ${error.message}` };
  }
}

/** get resolves to the JSON at a path, and rejects where there is none. */
export async function get(path, signal) {
  const response = await fetch(`/api/${path}`, { signal });
  if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
  return response.json();
}

const sentences = {
  operation_timeout: 'apppass did not answer within 3 seconds.',
  dispatch_failed: "apppass can't be reached.",
  http_client_error: 'apppass has refused the request.',
  http_service_error: 'apppass has failed.',
  account_inactive: 'This person is deactivated.',
};

/** trouble is an answer that is not ok, in a sentence for people. */
export function trouble(answer) {
  const sentence = sentences[answer.error] ?? answer.detail ?? answer.error;
  return answer.ack && answer.detail && sentences[answer.error] === undefined ? `What apppass answered is refused: ${sentence}` : sentence;
}
