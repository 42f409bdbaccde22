/**
 * Requests to the sandbox.
 * @typedef {{ problem: string, sentence: string }} Refused
 */

/** What the sandbox, or Discord in its place, does not allow; the message is a sentence for people. */
export class Refusal extends Error {
  /** @param {string} sentence @param {string} problem */
  constructor(sentence, problem) {
    super(sentence);
    this.problem = problem;
  }
}

/**
 * @param {string} method @param {string} path
 * @param {object | FormData} [body] sent as JSON, or as it is
 * @returns {Promise<any>}
 */
export async function ask(method, path, body) {
  const options = { method, cache: "no-store" };
  if (body instanceof FormData) {
    options.body = body;
  } else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  const response = await reach(path, options);
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Refusal(answer.sentence ?? answer.message ?? `The sandbox answered ${response.status}.`, answer.problem ?? "");
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Refusal("The sandbox does not answer; the page connects again by itself.", "gone");
  }
}
