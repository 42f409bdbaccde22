/**
 * What may complete the word at the caret: people and roles, channels, emoji, and commands at the beginning.
 * @typedef {import("./listbox.js").Item} Item
 * @typedef {{ start: number, items: Item[], label: string }} Completion
 */

import { h } from "./dom.js";
import { emojiLike } from "./emoji.js";
import { avatar, tag } from "./people.js";
import { channelOf, guildOf, Kind, may, readersOf, state, written } from "./state.js";

const MOST = 10;
const WORD = /(^|[\s(])([@#:])([^\s@#:]*)$/u;

/**
 * @param {string} before the text up to the caret @param {(start: number, text: string) => void} put
 * @returns {Completion | null}
 */
export function completionOf(before, put) {
  const found = WORD.exec(before);
  if (!found) return null;
  const [, , sign, typed] = found;
  const start = before.length - typed.length - 1;
  const pick = (text) => () => put(start, `${text} `);
  if (sign === "@") return { start, items: mentions(typed, pick), label: "People and roles" };
  if (sign === "#") return { start, items: channels(typed, pick), label: "Channels" };
  return typed.length > 1 ? { start, items: emoji(typed, pick), label: "Emoji" } : null;
}

function fits(name, typed) {
  return name.toLowerCase().includes(typed.toLowerCase());
}

/** @returns {Item[]} */
function mentions(typed, pick) {
  const people = readersOf(state.place).filter((each) => fits(each.name, typed) || fits(each.username, typed));
  const roles = (guildOf(state.place)?.roles ?? []).filter((role) => fits(role.name, typed) && !people.some((each) => each.name === role.name));
  const everyone = may(channelOf(state.place), "everyone") && guildOf(state.place) ? ["everyone", "here"].filter((name) => fits(name, typed)) : [];
  return [
    ...people.map((each) => ({ key: each.id, group: "Members", pick: pick(`@${each.username}`),
      draw: () => [avatar(each, "tiny"), h("span.label", { vars: { "--role": each.color } }, each.name), tag(each),
        each.name !== each.username && h("span.about", {}, each.username)] })),
    ...roles.map((role) => ({ key: role.id, group: "Roles", pick: pick(`@${role.name}`),
      draw: () => h("span.label", { vars: { "--role": role.color } }, `@${role.name}`) })),
    ...everyone.map((name) => ({ key: name, group: "Roles", pick: pick(`@${name}`), draw: () => h("span.label", {}, `@${name}`) })),
  ].slice(0, MOST);
}

/** @returns {Item[]} */
function channels(typed, pick) {
  const found = (guildOf(state.place)?.channels ?? []).filter((each) => each.kind !== Kind.CATEGORY && fits(each.name, typed));
  return found.slice(0, MOST).map((each) => ({ key: each.id, group: "Channels", pick: pick(`#${each.name}`),
    draw: () => h("span.label", {}, written(each)) }));
}

/** @returns {Item[]} */
function emoji(typed, pick) {
  return emojiLike(typed).slice(0, MOST).map(({ emoji: sign, names }) => ({ key: sign, group: "Emoji", pick: pick(sign),
    draw: () => [h("span.emoji", {}, sign), h("span.label", {}, `:${names[0]}:`)] }));
}
