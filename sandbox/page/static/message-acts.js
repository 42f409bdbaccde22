/** What a click, a key or the second mouse button means in the messages and among the members. */

import * as actions from "./actions.js";
import { chosenOf } from "./choices.js";
import { walk } from "./components.js";
import { enlarge } from "./dialogs.js";
import { listen } from "./dom.js";
import { pickEmoji } from "./emojis.js";
import { setUpLogKeys } from "./log-keys.js";
import { attempt, openMessageMenu, openPersonMenu, removeMessage, toggleReaction } from "./message-menu.js";
import { votesAfter } from "./poll.js";
import { openSelect } from "./select.js";

/**
 * @param {{ timeline: import("./timeline.js").Timeline, interacting: import("./interact.js").Interacting,
 *   composer: import("./composer.js").Composer, go: (channel: string) => Promise<void> }} parts
 */
export function setUpMessages({ timeline, interacting, composer, go }) {
  const place = document.getElementById("scroll");
  const message = (node) => timeline.find(node.closest("li[data-id]").dataset.id);
  const run = (what, start) => interacting.run(what, start);
  const menu = (found, beside) => openMessageMenu(found, beside, { reply: (one) => composer.reply(one), edit: (one) => composer.edit(one), go, run });
  const person = (node) => openPersonMenu(node.dataset.user ?? node.dataset.id, node,
    { mention: (name) => composer.insert(`@${name} `), go, run });

  const open = async (channel, to) => {
    await go(channel);
    if (to) await timeline.jump(to);
  };

  listen(place, {
    jump: (node) => timeline.jump(node.dataset.to),
    open: (node) => open(node.dataset.to, node.dataset.message),
    person,
    vote: (node) => attempt(actions.vote(message(node).id, votesAfter(message(node).poll, node.dataset.answer))),
    press: (node) => interacting.press(message(node), node),
    choose: (node) => choose(message(node), node, interacting),
    react: (node) => toggleReaction(message(node), node.dataset.emoji),
    pickEmoji: (node) => pickEmoji(node, (emoji) => toggleReaction(message(node), emoji)),
    reply: (node) => composer.reply(message(node)),
    edit: (node) => composer.edit(message(node)),
    more: (node) => menu(message(node), node),
    dismiss: (node) => (message(node).local ? timeline.remove(message(node).id) : removeMessage(message(node), true)),
    enlarge: (node) => enlarge(node.dataset.src, node.title),
  });
  listen(document.getElementById("members"), { person });
  setUpText(place, { go, person });
  place.addEventListener("contextmenu", (event) => {
    const node = event.target.closest("li[data-id]");
    if (!node || event.target.closest("a, img") || String(getSelection())) return;
    event.preventDefault();
    const who = event.target.closest("[data-act=person]");
    if (who) person(who);
    else menu(message(node), { x: event.clientX, y: event.clientY });
  });
  const withMessage = (act) => (node) => act(message(node), node);
  setUpLogKeys(place, {
    Enter: withMessage(menu),
    e: withMessage((found) => found.mine && composer.edit(found)),
    r: withMessage((found) => !found.private && composer.reply(found)),
    Delete: withMessage((found) => removeMessage(found)),
    "+": withMessage((found, node) => pickEmoji(node, (emoji) => toggleReaction(found, emoji))),
  }, () => composer.focus());
}

/** @param {import("./message.js").Message} message @param {HTMLElement} node */
function choose(message, node, interacting) {
  const part = [...walk(message.components)].find((each) => each.custom_id === node.dataset.custom);
  openSelect(part, message.channel, chosenOf(part, message), node, (values) => interacting.pick(message, node, values));
}

/** Spoilers and mentions, which the server rendered. */
function setUpText(place, { go, person }) {
  const act = (event) => {
    const spoiler = event.target.closest(".spoiler[aria-expanded=false]");
    const mention = event.target.closest(".mention.user[data-id]:not(.unknown), .mention.channel[data-id]:not(.unknown)");
    if (spoiler) spoiler.setAttribute("aria-expanded", "true");
    else if (mention?.classList.contains("user")) person(mention);
    else if (mention) go(mention.dataset.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  place.addEventListener("click", act, true);
  place.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".spoiler")) act(event);
  });
}
