/**
 * How the bot answered what a person started. An answer may come on the feed before the request that started it returns.
 * @typedef {{ callback: number | null, message: string | null, choices?: Choice[], modal?: object, failed?: string }} Answer
 * @typedef {{ name: string, value: string | number }} Choice
 */

export const Callback = { MESSAGE: 4, DEFERRED: 5, DEFERRED_UPDATE: 6, UPDATE: 7, CHOICES: 8, MODAL: 9 };
const MOST_KEPT = 100;
/** Discord's three seconds, and a little for the way. */
const PATIENCE = 3_500;

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
    const timer = setTimeout(() => settle({ callback: null, message: null, failed: "no answer" }), PATIENCE);
    waiting.set(interaction, settle);
  });
}
