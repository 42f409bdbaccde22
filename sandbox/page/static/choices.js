/**
 * What a select offers, be it texts, people, roles or channels; and what somebody has chosen in it.
 * @typedef {import("./components.js").Component} Component
 * @typedef {{ value: string, label: string, description?: string, emoji?: string, color?: string | null }} Choice
 */

import { audienceOf, guildOf, isThread, Kind, written } from "./state.js";

const STRING = 3;
const USER = 5;
const ROLE = 6;
const MENTIONABLE = 7;
const CHANNEL = 8;

/** Until its message changes, a select shows what was chosen. @type {Map<string, string[]>} */
const picked = new Map();

/** @param {Component} part */
export function isSelect(part) {
  return [STRING, USER, ROLE, MENTIONABLE, CHANNEL].includes(part.type);
}

export function remember(message, customId, values) {
  picked.set(`${message} ${customId}`, values);
}

/** @param {string} message whose components are new */
export function forget(message) {
  for (const key of picked.keys()) if (key.startsWith(`${message} `)) picked.delete(key);
}

/** @param {Component} part @param {{ id: string }} message @returns {string[]} */
export function chosenOf(part, message) {
  return picked.get(`${message.id} ${part.custom_id}`) ?? defaultsOf(part);
}

/** @param {Component} part @returns {string[]} */
export function defaultsOf(part) {
  if (part.options) return part.options.filter((option) => option.default).map((option) => option.value);
  return (part.default_values ?? []).map((each) => String(each.id));
}

/** @param {Component} part @param {string} channel where it is used @returns {Choice[]} */
export function choicesOf(part, channel) {
  if (part.type === STRING) return part.options ?? [];
  const people = audienceOf(channel).map((each) => ({ value: each.id, label: each.name, color: each.color, description: each.bot ? "App" : "" }));
  const guild = guildOf(channel);
  const roles = (guild?.roles ?? []).map((role) => ({ value: role.id, label: `@${role.name}`, color: role.color, description: "Role" }));
  if (part.type === USER) return people;
  if (part.type === ROLE) return roles;
  if (part.type === MENTIONABLE) return [...people, ...roles];
  return channelChoices(guild, part.channel_types);
}

/** @param {number[]} [kinds] */
export function channelChoices(guild, kinds) {
  return (guild?.channels ?? [])
    .filter((each) => (kinds?.length ? kinds.includes(each.kind) : true))
    .map((each) => ({ value: each.id, label: written(each), description: isThread(each) ? "Thread" : each.kind === Kind.CATEGORY ? "Category" : "" }));
}

/** @param {Component} part */
export function nameOf(part, value, channel) {
  return choicesOf(part, channel).find((choice) => choice.value === value)?.label ?? value;
}
