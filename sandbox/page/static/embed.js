/**
 * Embeds.
 * @typedef {import("./media.js").Media} Media
 * @typedef {{ color: string | null, url: string | null, provider: string, author: { name: string, url: string | null } | null,
 *   title: string, description: string, fields: { name: string, value: string, inline: boolean }[],
 *   thumbnail: Media | null, image: Media | null, footer: string, timestamp: string | null }} Embed
 */

import { h, rendered } from "./dom.js";
import { media } from "./media.js";
import { moment } from "./time.js";

/** @param {Embed} embed */
export function drawEmbed(embed) {
  return h("div.embed", { vars: { "--accent": embed.color } },
    h("div.words", {},
      embed.provider && h("div.provider", {}, embed.provider),
      embed.author && h("div.author", {}, linked(embed.author.url, document.createTextNode(embed.author.name))),
      embed.title && h("div.title", {}, linked(embed.url, rendered("span.text", embed.title))),
      embed.description && rendered("div.text", embed.description),
      embed.fields.length > 0 && h("div.fields", {}, embed.fields.map(drawField)),
      embed.image && h("div.image", {}, media(embed.image)),
      drawFooter(embed)),
    embed.thumbnail && h("div.thumbnail", {}, media(embed.thumbnail)));
}

function linked(url, node) {
  return url ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, node) : node;
}

function drawField(field) {
  return h("div.field", { class: field.inline ? "inline" : "" },
    rendered("div.field-name.text", field.name), rendered("div.field-value.text", field.value));
}

/** @param {Embed} embed */
function drawFooter(embed) {
  const at = embed.timestamp ? Date.parse(embed.timestamp) : NaN;
  const parts = [embed.footer, Number.isNaN(at) ? "" : moment(at)].filter(Boolean);
  return parts.length > 0 && h("div.footer", {}, parts.join(" • "));
}
