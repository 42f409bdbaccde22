/**
 * The sides of the page: servers, their channels and threads, direct messages, and who is speaking.
 * @typedef {import("./state.js").Channel} Channel
 * @typedef {import("./state.js").Guild} Guild
 */

import { h, listen, show } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menus.js";
import { avatar, initials } from "./people.js";
import { channelOf, guildOf, isThread, Kind, state } from "./state.js";
import { isUnread, mentionsIn } from "./unread.js";

const SIGNS = { [Kind.VOICE]: "voice", [Kind.STAGE]: "voice", [Kind.FORUM]: "forum", [Kind.MEDIA]: "forum", [Kind.NEWS]: "horn" };

/** @param {(channel: string) => void} go opens a channel */
export function setUpSides(go) {
  const rail = document.getElementById("rail");
  const side = document.getElementById("side");
  listen(rail, { guild: (node) => go(firstOf(node.dataset.guild)) });
  listen(side, {
    open: (node) => go(node.dataset.to),
    speak: (node) => openMenu(speakers(), node, "Speak as"),
  });
}

/** The channel to show first of a server, or of the direct messages. */
function firstOf(guildId) {
  const guild = state.overview.guilds.find((each) => each.id === guildId);
  if (!guild) return state.overview.directs[0]?.id;
  const current = channelOf(state.place);
  if (current && guildOf(current.id) === guild) return current.id;
  return guild.channels.find((channel) => channel.kind === Kind.TEXT)?.id ?? guild.channels[0]?.id;
}

export function drawSides() {
  if (!state.overview) return;
  const guild = guildOf(state.place);
  drawRail(guild);
  show(document.getElementById("side"),
    h("header", {}, h("h1", {}, guild?.name ?? "Direct messages")),
    h("nav.channels", { "aria-label": guild ? `Channels of ${guild.name}` : "Direct messages" },
      guild ? drawGuild(guild) : drawDirects()),
    drawMe());
}

function drawRail(current) {
  const { guilds, directs } = state.overview;
  show(document.getElementById("rail"),
    railButton("", "Direct messages", "@", !current, directs),
    h("hr"),
    guilds.map((guild) => railButton(guild.id, guild.name, initials(guild.name), guild === current, guild.channels)));
}

/** @param {Channel[]} channels */
function railButton(id, name, sign, current, channels) {
  const mentions = sum(channels.map((channel) => mentionsIn(channel.id)));
  const unread = channels.some(isUnread);
  const more = mentions ? `, ${mentions} mentions` : unread ? ", unread" : "";
  return h("button.server", { type: "button", "data-key": id || "home", "data-act": "guild", "data-guild": id, title: name,
    "aria-label": name + more, "aria-current": current ? "true" : null, class: unread ? "unread" : "" },
  h("span.sign", { "aria-hidden": "true" }, sign), badge(mentions));
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function badge(count) {
  return count > 0 && h("span.badge", { "aria-hidden": "true" }, String(count));
}

/** @param {Guild} guild */
function drawGuild(guild) {
  const top = guild.channels.filter((channel) => !isThread(channel) && channel.kind !== Kind.CATEGORY);
  const loose = top.filter((channel) => !guild.channels.some((each) => each.id === channel.parent));
  const categories = guild.channels.filter((channel) => channel.kind === Kind.CATEGORY);
  return [
    h("ul", { "data-key": "loose" }, loose.map((channel) => drawChannel(channel, guild))),
    categories.map((category) => h("section", { "data-key": category.id }, h("h2", {}, category.name),
      h("ul", {}, top.filter((channel) => channel.parent === category.id).map((channel) => drawChannel(channel, guild))))),
  ];
}

/** A channel with its threads that are not over, and the one that is open. @param {Channel} channel @param {Guild} guild */
function drawChannel(channel, guild) {
  const threads = guild.channels.filter((each) => isThread(each) && each.parent === channel.id && (!each.archived || each.id === state.place));
  return h("li", { "data-key": channel.id }, drawLink(channel, SIGNS[channel.kind]),
    threads.length > 0 && h("ul.threads", { "aria-label": `Threads of ${channel.name}` },
      threads.map((thread) => h("li", { "data-key": thread.id }, drawLink(thread, "thread")))));
}

/** @param {Channel} channel @param {string | undefined} sign the name of an icon; channels of text have a letter */
function drawLink(channel, sign) {
  const mentions = mentionsIn(channel.id);
  const unread = isUnread(channel);
  const current = channel.id === state.place;
  const more = mentions ? `, ${mentions} mentions` : unread ? ", unread" : "";
  return h("button.place", { type: "button", "data-act": "open", "data-to": channel.id, "aria-label": channel.name + more,
    "aria-current": current ? "page" : null, class: unread && !current ? "unread" : "" },
  h("span.sign", { "aria-hidden": "true" }, sign ? icon(sign) : "#"), h("span.label", {}, channel.name), badge(mentions));
}

function drawDirects() {
  const { bot, directs } = state.overview;
  return h("ul", {}, directs.map((channel) => h("li", { "data-key": channel.id },
    h("button.place.direct", { type: "button", "data-act": "open", "data-to": channel.id,
      "aria-current": channel.id === state.place ? "page" : null, class: isUnread(channel) ? "unread" : "" },
    h("span.presence", { class: channel.with.some((each) => each.id === bot.id) && bot.online ? "online" : "" }, avatar(channel.with[0], "small")),
    h("span.label", {}, channel.name), badge(mentionsIn(channel.id))))));
}

function drawMe() {
  const { me } = state.overview;
  return h("footer.me", {},
    h("button.speaker", { type: "button", "data-act": "speak", "aria-haspopup": "menu", title: "Speak as somebody else" },
      h("span.presence", { class: state.linked ? "online" : "" }, avatar({ ...me, bot: false }, "small")),
      h("span.words", {}, h("span.label", {}, me.name),
        h("span.about", {}, me.administrator ? "Administrator" : "Member")), icon("people")));
}

/** Links, so that somebody else can be opened in a tab of their own. */
function speakers() {
  return [
    { label: "Speak as", heading: true },
    ...state.overview.people.map((person) => ({
      label: person.administrator ? `${person.name} · administrator` : person.name,
      href: `?${new URLSearchParams({ as: person.name, ...(state.place && { in: state.place }) })}`,
      checked: person.id === state.overview.me.id,
    })),
  ];
}
