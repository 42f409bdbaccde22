/**
 * Menus that open beside something, and are left with Escape, a choice, or a click elsewhere.
 * @typedef {{ label: string, icon?: string, act?: () => void, href?: string, danger?: boolean, heading?: boolean,
 *   checked?: boolean }} Entry
 * @typedef {{ x: number, y: number }} Point
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";

const MARGIN = 8;
/** @type {(() => void) | null} */
let closeOpen = null;

/** @param {(Entry | null | false | undefined)[]} entries @param {Element | Point} beside @param {string} label */
export function openMenu(entries, beside, label) {
  const menu = h("div.menu", { role: "menu", "aria-label": label, tabindex: "-1" }, entries.filter(Boolean).map(drawEntry));
  const close = openLayer(menu, beside);
  menu.addEventListener("click", (event) => {
    const node = event.target.closest("[role^=menuitem]");
    if (!node) return;
    close();
    entries.filter(Boolean)[Number(node.dataset.index)].act?.();
  });
  menu.addEventListener("keydown", (event) => moveFocus(menu, event));
  (menu.querySelector("[role^=menuitem]") ?? menu).focus();
}

/** @param {Entry} entry */
function drawEntry(entry, index) {
  if (entry.heading) return h("div.heading", { role: "presentation" }, entry.label);
  const role = entry.checked === undefined ? "menuitem" : "menuitemradio";
  const about = { role, tabindex: "-1", "data-index": String(index), class: entry.danger ? "danger" : "",
    "aria-checked": entry.checked === undefined ? null : String(entry.checked) };
  const words = [h("span", {}, entry.label), entry.icon && icon(entry.icon)];
  return entry.href ? h("a.entry", { ...about, href: entry.href }, words) : h("button.entry", { ...about, type: "button" }, words);
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function moveFocus(menu, event) {
  const items = [...menu.querySelectorAll("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || !items.length) return;
  event.preventDefault();
  items.at(to >= items.length ? 0 : to).focus();
}

/**
 * Shows something over the page; only one such thing is open at a time.
 * @param {HTMLElement} node @param {Element | Point} beside @returns {() => void} what closes it, and gives the focus back
 */
export function openLayer(node, beside) {
  closeOpen?.();
  const before = document.activeElement;
  const inside = beside instanceof Element ? beside.closest("dialog") : null;
  (inside ?? document.getElementById("layer")).append(node);
  place(node, beside);
  const close = () => {
    if (closeOpen !== close) return;
    closeOpen = null;
    const held = node.contains(document.activeElement);
    node.remove();
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("keydown", escape, true);
    if (held && before?.isConnected) before.focus({ preventScroll: true });
  };
  const outside = (event) => {
    if (!node.contains(event.target)) close();
  };
  const escape = (event) => {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    if (event.key === "Escape") event.preventDefault();
    if (event.key === "Escape" || node.getAttribute("role") === "menu") {
      event.stopPropagation();
      close();
    }
  };
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("keydown", escape, true);
  closeOpen = close;
  return close;
}

/** Below or above what it belongs to, and always within the window. */
function place(node, beside) {
  const at = beside instanceof Element ? beside.getBoundingClientRect() : { left: beside.x, top: beside.y, bottom: beside.y };
  const { offsetWidth: width, offsetHeight: height } = node;
  const below = at.bottom + 4;
  const top = below + height + MARGIN > innerHeight ? Math.max(MARGIN, at.top - height - 4) : below;
  node.style.setProperty("left", `${Math.max(MARGIN, Math.min(at.left, innerWidth - width - MARGIN))}px`);
  node.style.setProperty("top", `${top}px`);
}
