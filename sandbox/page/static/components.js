/**
 * Components of messages: rows of buttons and selects, and the layouts of Components V2.
 * @typedef {{ type: number, id?: number, custom_id?: string, label?: string, style?: number, disabled?: boolean,
 *   emoji?: string, url?: string | null, placeholder?: string, min_values?: number, max_values?: number,
 *   options?: { label: string, value: string, description?: string, emoji: string, default?: boolean }[],
 *   default_values?: { id: string, type: string }[], channel_types?: number[], html?: string, accent?: string,
 *   spoiler?: boolean, divider?: boolean, spacing?: number, description?: string, name?: string,
 *   media?: import("./media.js").Media | null, items?: object[],
 *   components?: Component[], accessory?: Component }} Component
 */

import { h, rendered } from "./dom.js";
import { media } from "./media.js";
import { chosenOf, isSelect, nameOf } from "./choices.js";

export const Type = { ROW: 1, BUTTON: 2, STRING_SELECT: 3, TEXT_INPUT: 4, USER_SELECT: 5, ROLE_SELECT: 6,
  MENTIONABLE_SELECT: 7, CHANNEL_SELECT: 8, SECTION: 9, TEXT: 10, THUMBNAIL: 11, GALLERY: 12, FILE: 13, SEPARATOR: 14,
  CONTAINER: 17, LABEL: 18, UPLOAD: 19, RADIO: 21, CHECKS: 22, CHECK: 23 };

const STYLES = ["", "primary", "secondary", "success", "danger", "link", "premium"];

const DRAWN = {
  [Type.ROW]: (part, message) => h("div.row", {}, drawComponents(part.components, message)),
  [Type.BUTTON]: drawButton,
  [Type.SECTION]: (part, message) => h("div.section", {},
    h("div.words", {}, drawComponents(part.components, message)), part.accessory && drawComponent(part.accessory, message)),
  [Type.TEXT]: (part) => rendered("div.text", part.html ?? ""),
  [Type.THUMBNAIL]: (part) => h("div.thumbnail", {}, media(part.media, part)),
  [Type.GALLERY]: (part) => h("div.gallery", { "data-count": part.items.length }, part.items.map((item) => media(item.media, item))),
  [Type.FILE]: (part) => media(part.media, { spoiler: part.spoiler }),
  [Type.SEPARATOR]: (part) => h("div.separator", { role: "separator", class: separatorClass(part) }),
  [Type.CONTAINER]: drawContainer,
};

/** @param {Component[] | undefined} parts @param {{ id: string, channel: string }} message */
export function drawComponents(parts, message) {
  return (parts ?? []).map((part) => drawComponent(part, message));
}

/** @param {Component} part */
function drawComponent(part, message) {
  if (isSelect(part)) return drawSelect(part, message);
  return DRAWN[part.type]?.(part, message) ?? null;
}

/** @param {Component} part */
function drawButton(part) {
  const words = [part.emoji && h("span.emoji", {}, part.emoji), part.label && h("span", {}, part.label)];
  const style = { class: STYLES[part.style] ?? "secondary" };
  if (part.style === 5) {
    return h("a.component-button", { ...style, href: part.url, target: "_blank", rel: "noopener noreferrer" }, words, " ↗");
  }
  return h("button.component-button", { ...style, type: "button", "data-act": "press", "data-custom": part.custom_id,
    disabled: Boolean(part.disabled) || !part.custom_id, "aria-label": part.label ? null : part.emoji }, words);
}

/** @param {Component} part */
function drawSelect(part, message) {
  const chosen = chosenOf(part, message);
  const shown = chosen.map((value) => nameOf(part, value, message.channel)).join(", ");
  return h("button.select", { type: "button", "data-act": "choose", "data-custom": part.custom_id, "aria-haspopup": "listbox",
    disabled: Boolean(part.disabled) },
  h("span.value", { class: shown ? "" : "placeholder" }, shown || part.placeholder || "Make a selection"));
}

/** @param {Component} part */
function drawContainer(part, message) {
  const box = h("div.container", { vars: { "--accent": part.accent } }, drawComponents(part.components, message));
  if (!part.spoiler) return box;
  return h("div.veil.spoiler.block", { role: "button", tabindex: "0", "aria-expanded": "false", "aria-label": "Spoiler, select to show" }, box);
}

/** @param {Component} part */
function separatorClass(part) {
  return `${part.divider === false ? "" : "line"} ${part.spacing === 2 ? "wide" : ""}`;
}

/** Every component, whatever it lies in. @param {Component[]} parts @returns {Generator<Component>} */
export function* walk(parts) {
  for (const part of parts ?? []) {
    yield part;
    yield* walk(part.components);
    if (part.accessory) yield* walk([part.accessory]);
    if (part.component) yield* walk([part.component]);
  }
}
