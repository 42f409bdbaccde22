/**
 * A list of suggestions that belongs to a text field: chosen with the keys while the field keeps the focus.
 * @typedef {{ key: string, draw: () => import("./dom.js").Child, pick: () => void, group?: string, selected?: boolean }} Item
 */

import { h, show } from "./dom.js";

let count = 0;

/** @type {WeakMap<HTMLElement, Listbox | null>} which of the lists that share a place is the one in it */
const shown = new WeakMap();

/** @param {HTMLElement} place */
function listen(place) {
  if (shown.has(place)) return;
  shown.set(place, null);
  place.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  place.addEventListener("click", (event) => {
    const node = event.target.closest("[role=option]");
    if (node) shown.get(place)?.items[Number(node.dataset.index)]?.pick();
  });
}

export class Listbox {
  /** @param {HTMLElement} place where the list is shown @param {HTMLElement} field what has the focus */
  constructor(place, field) {
    this.place = place;
    this.id = `list-${(count += 1)}`;
    /** @type {Item[]} */
    this.items = [];
    this.at = 0;
    this.field = field;
    field.setAttribute("aria-autocomplete", "list");
    listen(place);
  }

  get open() {
    return this.items.length > 0;
  }

  /**
   * @param {Item[]} items @param {string} label
   * @param {{ note?: string, multiple?: boolean, loose?: boolean }} [options] `loose`: nothing is marked before an arrow is pressed
   */
  show(items, label, { note = "", multiple = false, loose = false } = {}) {
    const held = this.items[this.at]?.key;
    this.items = items;
    this.at = Math.max(loose ? -1 : 0, items.findIndex((item) => item.key === held));
    this.label = label;
    this.note = note;
    this.multiple = multiple;
    this.draw();
  }

  hide() {
    if (!this.items.length && !this.note && this.place.hidden) return;
    this.items = [];
    this.note = "";
    this.at = 0;
    this.draw();
  }

  draw() {
    shown.set(this.place, this);
    this.place.hidden = !this.items.length && !this.note;
    show(this.place, this.note && h("p.list-note", {}, this.note),
      h("div.list", { role: "listbox", id: this.id, "aria-label": this.label ?? "", "aria-multiselectable": this.multiple ? "true" : null },
        this.items.map((item, index) => this.drawItem(item, index))));
    this.tellField();
    this.place.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Item} item */
  drawItem(item, index) {
    const first = item.group && item.group !== this.items[index - 1]?.group;
    return [first && h("div.group", { role: "presentation" }, item.group),
      h("div.item", { role: "option", id: `${this.id}-${index}`, "data-index": String(index), "data-active": index === this.at,
        "aria-selected": String(item.selected ?? index === this.at) }, item.draw())];
  }

  tellField() {
    this.field.setAttribute("aria-expanded", String(this.open));
    if (this.open) {
      this.field.setAttribute("aria-controls", this.id);
      if (this.at >= 0) this.field.setAttribute("aria-activedescendant", `${this.id}-${this.at}`);
    } else {
      this.field.removeAttribute("aria-controls");
      this.field.removeAttribute("aria-activedescendant");
    }
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it was for the list */
  key(event) {
    if (!this.open || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = (Math.max(this.at, step < 0 ? 0 : -1) + step + this.items.length) % this.items.length;
      this.draw();
    } else if ((event.key === "Enter" && this.at >= 0) || (event.key === "Tab" && !event.shiftKey)) {
      this.items[Math.max(this.at, 0)].pick();
    } else if (event.key === "Escape") {
      this.hide();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
