/** The line over the messages: where one is, and what else can be shown there. */

import * as actions from "./actions.js";
import { openDialog } from "./dialogs.js";
import { complain } from "./complaints.js";
import { h, listen, rendered, show } from "./dom.js";
import { icon } from "./icons.js";
import { channelOf, guildOf, isForum, isThread, may, state, written } from "./state.js";
import { moment } from "./time.js";

/** @param {{ go: (channel: string) => void, jump: (message: string) => void }} ways */
export function setUpTop({ go, jump }) {
  listen(document.getElementById("top"), {
    side: () => toggle("side-open"),
    members: () => toggle("members-shut"),
    parent: (node) => go(node.dataset.to),
    archive: () => change((thread) => ({ archived: !thread.archived })),
    lock: () => change((thread) => ({ locked: !thread.locked })),
    pins: () => showPins(jump),
  });
}

function toggle(name) {
  const on = document.body.classList.toggle(name);
  if (name === "side-open" && on) document.querySelector("#side [aria-current]")?.focus();
}

export function drawTop() {
  const channel = channelOf(state.place);
  if (!channel) return;
  const parent = isThread(channel) && guildOf(channel.id)?.channels.find((each) => each.id === channel.parent);
  show(document.getElementById("top"),
    h("button.tool.narrow", { type: "button", "data-act": "side", "aria-label": "Channels" }, icon("menu")),
    parent && h("button.plain.parent", { type: "button", "data-act": "parent", "data-to": parent.id }, written(parent), " ›"),
    h("h2", {}, written(channel)),
    channel.archived && h("span.tag.dim", {}, "ARCHIVED"),
    channel.locked && h("span.tag.dim", {}, "LOCKED"),
    h("span.topic", { title: channel.topic }, channel.topic),
    isThread(channel) && mayArchive(channel) && tool("archive", "archive", channel.archived ? "Reopen the thread" : "Archive the thread"),
    isThread(channel) && may(channel, "moderate") && tool("lock", "lock", channel.locked ? "Unlock the thread" : "Lock the thread"),
    !isForum(channel) && tool("pins", "pin", "Pinned messages"),
    tool("members", "people", "Members"));
}

function tool(act, name, words) {
  return h("button.tool", { type: "button", "data-act": act, "aria-label": words, title: words }, icon(name));
}

function mayArchive(thread) {
  return may(thread, "moderate") || (thread.owner.id === state.overview.me.id && !thread.locked);
}

async function change(what) {
  try {
    await actions.changeThread(state.place, what(channelOf(state.place)));
  } catch (error) {
    complain(error);
  }
}

async function showPins(jump) {
  let messages;
  try {
    messages = await actions.pins(state.place);
  } catch (error) {
    complain(error);
    return;
  }
  const list = messages.map((message) => h("li", {},
    h("strong", {}, message.author.name), " ", h("time", {}, moment(message.at)), rendered("div.content.text", message.html),
    h("button.quiet", { type: "button", "data-to": message.id }, "Jump")));
  const dialog = openDialog("Pinned messages", messages.length ? h("ol.pins", {}, list) : h("p", {}, "Nothing is pinned here."));
  dialog.addEventListener("click", (event) => {
    const { to } = event.target.closest("[data-to]")?.dataset ?? {};
    if (!to) return;
    dialog.close();
    jump(to);
  });
}
