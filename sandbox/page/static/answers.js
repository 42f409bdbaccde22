/**
 * How the bot answered what a person started. An answer may come on the feed before the request that started it returns.
 * @typedef {{ interaction: string, message: string | null, choices?: Choice[], modal?: object, failed?: string }} Answer
 * @typedef {{ name: string, value: string | number }} Choice
 */

const MOST_KEPT = 100;
/** Longer than Discord's three seconds, after which the sandbox itself says that there is no answer. */
const PATIENCE = 5_000;
const NO_ANSWER = "The application did not respond";

/** @type {Map<string, Answer>} */
const early = new Map();
/** @type {Map<string, (answer: Answer) => void>} */
const waiting = new Map();

/** An answer, or that there will be none, as the feed tells it. @param {string} interaction @param {Answer} answer */
export function takeAnswer(interaction, answer) {
  if (waiting.has(interaction)) {
    waiting.get(interaction)(answer);
    return;
  }
  early.set(interaction, answer);
  if (early.size > MOST_KEPT) early.delete(early.keys().next().value);
}

/** @param {string} interaction @returns {Promise<Answer>} with `failed` where the bot said nothing in time */
export function answerTo(interaction) {
  if (early.has(interaction)) return Promise.resolve(early.get(interaction));
  return new Promise((resolve) => {
    const settle = (answer) => {
      clearTimeout(timer);
      waiting.delete(interaction);
      resolve(answer);
    };
    const timer = setTimeout(() => settle({ interaction, message: null, failed: NO_ANSWER }), PATIENCE);
    waiting.set(interaction, settle);
  });
}
