/**
 * One message as nodes. Drawing is pure: what a click means is said in `data-act`, and done elsewhere.
 * @typedef {import("./state.js").Author} Author
 * @typedef {{ id: string, channel: string, kind: string, author: Author, at: number, edited: number | null,
 *   content: string, html: string, line: string, mine: boolean, pings: boolean, private: boolean, loading: boolean,
 *   pinned: boolean, embeds: import("./embed.js").Embed[], attachments: import("./media.js").Attachment[],
 *   components: import("./components.js").Component[],
 *   reactions: { key: string, emoji: string, count: number, mine: boolean, by: string[] }[],
 *   reply: { id: string, gone: boolean, author?: Author, pings?: boolean, line?: string } | null,
 *   used: { by: Author, command: string, slash: boolean } | null,
 *   thread: { id: string, name: string, count: number } | null, poll: import("./poll.js").Poll | null,
 *   outcome: { question: string, winner: string | null, votes: string, total: string } | null,
 *   about: { channel: string, message: string | null } | null, brought: Author[], forward: Forward | null,
 *   failed?: string, local?: boolean }} Message `failed` and `local` are the page's own: what Discord's client says itself
 * @typedef {{ html: string, embeds: object[], attachments: object[], components: object[],
 *   from: { channel: string, name: string, message: string | null } | null }} Forward
 * @typedef {{ compact: boolean, day: boolean, fresh: boolean }} Context what its neighbours make of it
 */

import { drawComponents } from "./components.js";
import { h, rendered } from "./dom.js";
import { drawEmbed } from "./embed.js";
import { icon } from "./icons.js";
import { attachment } from "./media.js";
import { avatar, nameButton, tag } from "./people.js";
import { drawPoll } from "./poll.js";
import { channelOf, may } from "./state.js";
import { systemLine } from "./system.js";
import { day, full, hour, moment } from "./time.js";

/** @param {Message} message @param {Context} context */
export function drawMessage(message, context) {
  const system = systemLine(message);
  const marks = { compact: context.compact, pings: message.pings, private: message.private, system: Boolean(system) };
  const names = Object.keys(marks).filter((name) => marks[name]).join(" ");
  return h("li.message", { class: names, "data-id": message.id, tabindex: "-1", "aria-label": label(message) },
    context.day && h("div.day", { role: "separator" }, h("span", {}, day(message.at))),
    context.fresh && h("div.fresh", { role: "separator" }, h("span", {}, "New")),
    h("div.bubble", {}, system ?? [drawReply(message), drawUsed(message), drawGutter(message, context), drawBody(message, context)]),
    !message.local && drawTools(message));
}

/** @param {Message} message */
function label(message) {
  return `${message.author.name}, ${hour(message.at)}: ${message.line || (message.loading ? "is thinking" : "")}`;
}

/** @param {Message} message */
function drawReply({ reply }) {
  if (!reply) return null;
  if (reply.gone) return h("div.reply.gone", {}, "The message that this answers is gone");
  return h("button.reply", { type: "button", "data-act": "jump", "data-to": reply.id },
    avatar(reply.author, "tiny"), h("span.name", { vars: { "--role": reply.author.color } }, (reply.pings ? "@" : "") + reply.author.name),
    h("span.line", {}, reply.line || "See what it answers"));
}

/** @param {Message} message */
function drawUsed({ used }) {
  if (!used) return null;
  return h("div.used", {}, avatar(used.by, "tiny"), nameButton(used.by), " used ",
    h("span.command", {}, used.slash ? `/${used.command}` : used.command));
}

/** @param {Message} message @param {Context} context */
function drawGutter(message, context) {
  if (context.compact) return h("time.gutter", { datetime: new Date(message.at).toISOString(), title: full(message.at) }, hour(message.at));
  return h("button.gutter", { type: "button", tabindex: "-1", "data-act": "person", "data-user": message.author.id, "aria-label": message.author.name },
    avatar(message.author));
}

/** @param {Message} message @param {Context} context */
function drawBody(message, context) {
  return h("div.body", {},
    !context.compact && h("div.head", {}, nameButton(message.author), tag(message.author),
      h("time", { datetime: new Date(message.at).toISOString(), title: full(message.at) }, moment(message.at)),
      message.pinned && h("span.pinned", { title: "Pinned" }, icon("pin"))),
    drawContent(message),
    message.forward && drawForward(message.forward, message),
    message.poll && drawPoll(message.poll),
    drawFiles(message),
    message.embeds.map(drawEmbed),
    message.components.length > 0 && h("div.components", {}, drawComponents(message.components, message)),
    drawReactions(message),
    drawThread(message),
    message.failed && h("div.failed", { role: "alert" }, message.failed),
    message.private && h("div.note", {}, "Only you can see this · ",
      h("button.plain", { type: "button", "data-act": "dismiss" }, "Dismiss message")));
}

/** @param {Message} message */
function drawContent(message) {
  if (message.loading) {
    return h("div.thinking", {}, h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i")), `${message.author.name} is thinking…`);
  }
  const content = rendered("div.content.text", message.html);
  if (message.edited) content.append(h("span.edited", { title: full(message.edited) }, " (edited)"));
  return message.html || message.edited ? content : null;
}

/** @param {Message | Forward} message */
function drawFiles({ attachments }) {
  return attachments.length > 0 && h("div.attachments", {}, attachments.map(attachment));
}

/** What somebody has forwarded: as it was, and nothing in it can be pressed. @param {Forward} forward @param {Message} message */
function drawForward(forward, message) {
  const { from } = forward;
  return h("div.forward", {}, h("div.note", {}, icon("forward"), "Forwarded"),
    forward.html && rendered("div.text", forward.html), drawFiles(forward), forward.embeds.map(drawEmbed),
    forward.components.length > 0 && h("div.components", { inert: true }, drawComponents(forward.components, message)),
    from && h("button.plain", { type: "button", "data-act": "open", "data-to": from.channel, "data-message": from.message }, `#${from.name} ›`));
}

/** @param {Message} message */
function drawReactions(message) {
  if (!message.reactions.length) return null;
  return h("div.reactions", {}, message.reactions.map(({ key, emoji, count, mine, by }) =>
    h("button.reaction", { type: "button", "data-key": key, "data-act": "react", "data-emoji": key, "aria-pressed": String(mine),
      title: by.join(", "), "aria-label": `${emoji}, ${count} ${count === 1 ? "reaction" : "reactions"}` },
    h("span.emoji", {}, emoji), h("span", {}, String(count)))));
}

/** @param {Message} message */
function drawThread({ thread }) {
  if (!thread) return null;
  const { name, count } = channelOf(thread.id) ?? thread;
  const words = count === 1 ? "1 message" : `${count} messages`;
  return h("button.thread", { type: "button", "data-act": "open", "data-to": thread.id },
    icon("thread"), h("strong", {}, name), h("span", {}, `${words} ›`));
}

/** @param {Message} message */
function drawTools(message) {
  const channel = channelOf(message.channel);
  const tool = (act, name, words) => h("button.tool", { type: "button", "data-act": act, title: words, "aria-label": words }, icon(name));
  return h("div.tools", { role: "group", "aria-label": "Message" },
    may(channel, "react") && !message.private && tool("pickEmoji", "smile", "Add a reaction"),
    message.mine && tool("edit", "edit", "Edit"),
    may(channel, "send") && !message.private && tool("reply", "reply", "Reply"),
    tool("more", "more", "More"));
}
