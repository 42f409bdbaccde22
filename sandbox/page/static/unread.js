/** What each person has read, kept by the browser; and how often they were mentioned since. */

import { byAge, state, tell } from "./state.js";

/** @type {{ read: Record<string, string>, mentions: Record<string, number> }} */
let marks = { read: {}, mentions: {} };
const key = () => `sandbox.read.${state.person}`;

/** Takes over what is kept. Whoever was never here has read everything. */
export function recallMarks() {
  const kept = keptMarks();
  marks = kept ?? { read: {}, mentions: {} };
  if (kept) return;
  for (const channel of everyChannel()) if (channel.last) marks.read[channel.id] = channel.last;
  keep();
}

function keptMarks() {
  try {
    return JSON.parse(localStorage.getItem(key()));
  } catch {
    return null; // storage is switched off, or holds something else: nothing is kept then
  }
}

function keep() {
  try {
    localStorage.setItem(key(), JSON.stringify(marks));
  } catch {
    // As above: marks last as long as the page.
  }
}

export function everyChannel() {
  return [...state.overview.guilds.flatMap((guild) => guild.channels), ...state.overview.directs];
}

/** @param {import("./state.js").Channel} channel */
export function isUnread(channel) {
  const { last } = channel;
  return Boolean(last) && byAge(last, marks.read[channel.id] ?? "0") > 0;
}

/** @param {string} channel */
export function mentionsIn(channel) {
  return marks.mentions[channel] ?? 0;
}

/** @param {string} channel @returns {string | null} the newest message that was read; null if all were */
export function readUpTo(channel) {
  const found = everyChannel().find((each) => each.id === channel);
  return found && isUnread(found) ? marks.read[channel] ?? "0" : null;
}

/** Everything in a channel has been seen. @param {import("./state.js").Channel | undefined} channel */
export function markRead(channel) {
  if (!channel?.last || (!isUnread(channel) && !mentionsIn(channel.id))) return;
  marks.read[channel.id] = channel.last;
  delete marks.mentions[channel.id];
  keep();
  tell("unread");
}

/** From this message on nothing has been read. @param {import("./message.js").Message} message */
export function markUnread(message) {
  marks.read[message.channel] = String(BigInt(message.id) - 1n);
  keep();
  tell("unread");
}

/** @param {import("./message.js").Message} message that nobody has looked at */
export function countMention(message) {
  marks.mentions[message.channel] = mentionsIn(message.channel) + 1;
  keep();
  tell("unread");
}
