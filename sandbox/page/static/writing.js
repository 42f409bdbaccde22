/**
 * Between what people type, `@ada` and `#general`, and what is sent, `<@1>` and `<#2>`. Code is left as it is.
 * @typedef {{ text: string, sent: string }} Pair
 */

import { audienceOf, guildOf } from "./state.js";

const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/u;

/** @returns {Pair[]} longest first, so that no name is taken for the beginning of another */
function pairs(channel) {
  const guild = guildOf(channel);
  const found = [
    ...audienceOf(channel).flatMap((each) => [each.username, each.name].map((name) => ({ text: `@${name}`, sent: `<@${each.id}>` }))),
    ...(guild?.roles ?? []).map((role) => ({ text: `@${role.name}`, sent: `<@&${role.id}>` })),
    ...(guild?.channels ?? []).map((each) => ({ text: `#${each.name}`, sent: `<#${each.id}>` })),
  ];
  return found.filter((pair) => pair.text.length > 1).sort((one, other) => other.text.length - one.text.length);
}

/** @param {string} text @param {string} channel */
export function toContent(text, channel) {
  const known = new Map(pairs(channel).reverse().map((pair) => [pair.text.toLowerCase(), pair.sent]));
  const names = pairs(channel).map((pair) => pair.text.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&"));
  if (!names.length) return text;
  const pattern = new RegExp(`(?<![\\w<])(?:${names.join("|")})(?!\\w)`, "giu");
  const parts = text.split(CODE).map((part, index) => (index % 2 ? part : part.replace(pattern, (found) => known.get(found.toLowerCase()))));
  return parts.join("");
}

/** What was sent, as it would be typed again. @param {string} content @param {string} channel */
export function toText(content, channel) {
  const known = new Map(pairs(channel).map((pair) => [pair.sent, pair.text]));
  return content.replace(/<(?:@!?|@&|#)\d+>/gu, (found) => known.get(found.replace("!", "")) ?? found);
}
