/**
 * Messages that nobody wrote: somebody came, pinned something, started a thread.
 * @typedef {import("./message.js").Message} Message
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { nameButton } from "./people.js";
import { full, moment } from "./time.js";

const SAID = {
  joined: ["plus", () => [" has joined the server."]],
  added: ["plus", () => [" added somebody to the thread."]],
  removed: ["thread", () => [" removed somebody from the thread."]],
  renamed: ["thread", (message) => [" changed the name to ", h("strong", {}, message.content), "."]],
  pinned: ["pin", (message) => [" pinned ", jump(message, "a message"), " to this channel."]],
  thread_created: ["thread", (message) => [" started a thread: ", h("strong", {}, message.content)]],
  thread_starter: ["thread", (message) => [" started this thread from ", jump(message, "a message"), "."]],
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

function jump(message, words) {
  return message.reply ? h("button.plain", { type: "button", "data-act": "jump", "data-to": message.reply.id }, words) : words;
}
