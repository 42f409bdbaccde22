/** Who is writing, until they have said it or have stopped. */

import { audienceOf, state } from "./state.js";

const LASTS = 10_000;
/** By channel, and then by person: the timer that ends it. @type {Map<string, Map<string, number>>} */
const writing = new Map();

/** @param {string} channel @param {string} who */
export function startTyping(channel, who) {
  if (who === state.overview?.me.id) return;
  const there = writing.get(channel) ?? new Map();
  writing.set(channel, there);
  clearTimeout(there.get(who));
  there.set(who, setTimeout(() => stopTyping(channel, who), LASTS));
  drawTyping();
}

/** @param {string} channel @param {string} who */
export function stopTyping(channel, who) {
  const there = writing.get(channel);
  clearTimeout(there?.get(who));
  if (there?.delete(who)) drawTyping();
}

export function drawTyping() {
  const there = writing.get(state.place) ?? new Map();
  const names = [...there.keys()].map((id) => audienceOf(state.place).find((each) => each.id === id)?.name ?? "Somebody");
  const last = names.pop();
  const words = names.length ? `${names.join(", ")} and ${last} are typing…` : `${last} is typing…`;
  document.getElementById("typing").textContent = last ? words : "";
}
