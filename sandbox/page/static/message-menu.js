/**
 * What can be done with a message, and with a person.
 * @typedef {import("./message.js").Message} Message
 */

import * as actions from "./actions.js";
import { complain } from "./complaints.js";
import { askFor, confirm } from "./dialogs.js";
import { pickEmoji } from "./emojis.js";
import { openMenu } from "./menus.js";
import { CommandType, commandsFor } from "./slash.js";
import { audienceOf, channelOf, guildOf, isForum, Kind, may, state, whyMute, written } from "./state.js";
import { markUnread } from "./unread.js";

/** A refused action is told; any other error is the page's own. @param {Promise<any>} action */
export async function attempt(action) {
  try {
    return await action;
  } catch (error) {
    complain(error);
    return null;
  }
}

/** @param {Message} message @param {string} emoji */
export function toggleReaction(message, emoji) {
  const mine = message.reactions.some((each) => each.key === emoji && each.mine);
  return attempt(mine ? actions.unreact(message.id, emoji) : actions.react(message.id, emoji));
}

/** @param {Message} message @param {boolean} sure */
export async function removeMessage(message, sure = false) {
  const yes = sure || (await confirm("Delete message", "Everybody loses sight of it.", "Delete"));
  if (yes) await attempt(actions.remove(message.id));
}

/**
 * @param {Message} message @param {Element | import("./menus.js").Point} beside
 * @param {{ reply: (message: Message) => void, edit: (message: Message) => void,
 *   go: (channel: string) => void, run: (what: object, start: () => Promise<string>) => void }} ways
 */
export async function openMessageMenu(message, beside, ways) {
  const apps = message.local ? [] : (await attempt(commandsFor(message.channel, CommandType.MESSAGE))) ?? [];
  openMenu([...own(message, beside, ways), ...appEntries(apps, (name) => ways.run(
    { channel: message.channel, command: name, slash: false }, () => actions.runOnMessage(name, message.id)))], beside, "Message");
}

function own(message, beside, ways) {
  const channel = channelOf(message.channel);
  const open = !message.private;
  return [
    open && may(channel, "react") && { label: "Add a reaction", icon: "smile", act: () => pickEmoji(beside, (emoji) => toggleReaction(message, emoji)) },
    message.mine && { label: "Edit", icon: "edit", act: () => ways.edit(message) },
    open && may(channel, "send") && { label: "Reply", icon: "reply", act: () => ways.reply(message) },
    open && may(channel, "thread") && !message.thread && { label: "Create thread", icon: "thread", act: () => startThread(message, ways.go) },
    open && !message.local && !message.poll && guildOf(message.channel) && { label: "Forward", icon: "forward", act: () => forwardTo(message, beside) },
    open && (may(channel, "pin") || channel.with) && pinEntry(message),
    { label: "Copy text", icon: "copy", act: () => copy(message.content) },
    { label: "Copy ID", icon: "copy", act: () => copy(message.id) },
    open && { label: "Mark unread", icon: "unread", act: () => markUnread(message) },
    (message.mine || message.private || may(channel, "manage")) && !message.local
      && { label: "Delete", icon: "trash", danger: true, act: () => removeMessage(message) },
  ];
}

function pinEntry(message) {
  if (message.pinned) return { label: "Unpin", icon: "pin", act: () => attempt(actions.unpin(message.id)) };
  return { label: "Pin", icon: "pin", act: () => attempt(actions.pin(message.id)) };
}

function appEntries(commands, run) {
  if (!commands.length) return [];
  return [{ label: "Apps", heading: true }, ...commands.map((command) => ({ label: command.name, icon: "apps", act: () => run(command.name) }))];
}

async function startThread(message, go) {
  const name = await askFor("Create thread", "Name", "Create", message.line.slice(0, 40));
  const thread = name && (await attempt(actions.startThread(message.id, name)));
  if (thread) go(thread.id);
}

/** @param {Message} message @param {Element | import("./menus.js").Point} beside */
function forwardTo(message, beside) {
  const places = guildOf(message.channel)?.channels ?? [];
  const open = places.filter((each) => each.kind !== Kind.CATEGORY && !isForum(each) && each.id !== message.channel && !whyMute(each));
  openMenu([{ label: "Forward to", heading: true },
    ...open.map((each) => ({ label: written(each), act: () => attempt(actions.forward(message.id, each.id)) }))], beside, "Forward to");
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
}

/**
 * @param {string} id @param {Element | import("./menus.js").Point} beside
 * @param {{ mention: (name: string) => void, go: (channel: string) => void,
 *   run: (what: object, start: () => Promise<string>) => void }} ways
 */
export async function openPersonMenu(id, beside, ways) {
  const person = audienceOf(state.place).find((each) => each.id === id);
  if (!person) return;
  const channel = state.place;
  const apps = (await attempt(commandsFor(channel, CommandType.USER))) ?? [];
  const direct = state.overview.directs.find((each) => each.with.some((other) => other.id === id));
  openMenu([
    { label: person.name === person.username ? person.name : `${person.name} (${person.username})`, heading: true },
    { label: "Mention", icon: "reply", act: () => ways.mention(person.username) },
    direct && direct.id !== channel && { label: "Message", icon: "send", act: () => ways.go(direct.id) },
    { label: "Copy ID", icon: "copy", act: () => copy(id) },
    ...appEntries(apps, (name) => ways.run({ channel, command: name, slash: false }, () => actions.runOnUser(channel, name, person.username))),
  ], beside, person.name);
}
