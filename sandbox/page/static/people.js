/**
 * How people and bots look: initials on a colour, and a name in the colour of their role.
 * @typedef {import("./state.js").Author} Author
 */

import { h } from "./dom.js";

const HUES = 8n;

/** @param {Author} author @param {string} [size] "small" or "tiny" */
export function avatar(author, size = "") {
  const hue = String((BigInt(author.id) >> 22n) % HUES);
  return h("span.avatar", { class: size, "data-hue": author.bot ? "bot" : hue, "aria-hidden": "true" }, initials(author.name));
}

/** @param {string} name */
export function initials(name) {
  const words = name.split(/[\s._-]+/u).filter(Boolean);
  const capitals = [...name].filter((letter) => letter !== letter.toLowerCase()).slice(0, 2).join("");
  if (words.length > 1) return (firstOf(words[0]) + firstOf(words[1])).toUpperCase();
  return capitals.length > 1 ? capitals : firstOf(name).toUpperCase();
}

function firstOf(word) {
  return [...word][0] ?? "?";
}

/** A name that opens the person's menu; the keyboard reaches that at the members. @param {Author} author */
export function nameButton(author) {
  return h("button.name", { type: "button", "data-act": "person", "data-user": author.id, tabindex: "-1", vars: { "--role": author.color } }, author.name);
}

/** The mark of those who are programs. @param {Author} author */
export function tag(author) {
  return author.bot && h("span.tag", {}, "APP");
}
