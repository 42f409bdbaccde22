/**
 * Messages that nobody wrote: somebody came, pinned something, started a thread, or a poll is over.
 * @typedef {import("./message.js").Message} Message
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { nameButton } from "./people.js";
import { full, moment } from "./time.js";

/** By kind: the icon, and what is said behind the name. */
const SAID = {
  joined: ["plus", () => [" has joined the server."]],
  added: ["plus", (message) => [" added ", names(message), " to the thread."]],
  removed: ["thread", (message) => [" removed ", names(message), " from the thread."]],
  renamed: ["thread", (message) => [" changed the name to ", h("strong", {}, message.content), "."]],
  pinned: ["pin", (message) => [" pinned ", way(message, "a message"), " to this channel."]],
  thread_created: ["thread", (message) => [" started a thread: ", way(message, message.content), "."]],
  thread_starter: ["thread", (message) => [" started this thread from ", way(message, "a message"), "."]],
  poll_result: ["poll", ({ outcome }) => ["’s poll ", h("strong", {}, outcome?.question ?? ""), ` has closed. ${result(outcome)}`]],
};

/** @param {Message} message @returns {HTMLElement[] | null} null for what somebody wrote */
export function systemLine(message) {
  const [name, words] = SAID[message.kind] ?? [];
  if (!name) return null;
  return [
    h("span.gutter", {}, icon(name)),
    h("div.body", {}, h("p.event", {}, nameButton(message.author), words(message), " ",
      h("time", { title: full(message.at) }, moment(message.at)))),
  ];
}

/** @param {Message} message */
function names(message) {
  return message.brought.map((one, index) => [index > 0 && ", ", nameButton(one)]);
}

function result(outcome) {
  if (!outcome) return "";
  const votes = outcome.votes === "1" ? "1 vote" : `${outcome.votes} votes`;
  return outcome.winner ? `“${outcome.winner}” has won with ${votes} of ${outcome.total}.` : "Nothing has won.";
}

/** Leads to what the message is about, for whom sees that. @param {Message} message @param {string} words */
function way({ about }, words) {
  if (!about) return words;
  return h("button.plain", { type: "button", "data-act": "open", "data-to": about.channel, "data-message": about.message }, words);
}
