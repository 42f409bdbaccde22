/** New messages for those who hear the page: each once, when it has stopped changing, not with every word of a stream. */

const SETTLED = 1_500;
const LONGEST = 300;
/** @type {Map<string, number>} */
const pending = new Map();

/** @param {import("./message.js").Message} message */
export function announce(message) {
  if (message.mine || message.loading) return;
  clearTimeout(pending.get(message.id));
  pending.set(message.id, setTimeout(() => speak(message), SETTLED));
}

/** @param {string} id */
export function silence(id) {
  clearTimeout(pending.get(id));
  pending.delete(id);
}

function speak(message) {
  pending.delete(message.id);
  const words = message.line || message.embeds[0]?.footer || "something without words";
  document.getElementById("voice").textContent = `${message.author.name}: ${words.slice(0, LONGEST)}`;
}
