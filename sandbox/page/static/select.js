/**
 * The list that a select opens: one value, or as many as it takes.
 * @typedef {import("./components.js").Component} Component
 */

import { choicesOf } from "./choices.js";
import { h } from "./dom.js";
import { Listbox } from "./listbox.js";
import { openLayer } from "./menus.js";

const SEARCHED_FROM = 8;

/**
 * @param {Component} part @param {string} channel @param {string[]} chosen @param {Element} beside
 * @param {(values: string[]) => void} done called once, if anything else than before was chosen
 */
export function openSelect(part, channel, chosen, beside, done) {
  const least = part.min_values ?? 1;
  const most = part.max_values ?? 1;
  const values = new Set(chosen);
  const choices = choicesOf(part, channel);
  const search = h("input.search", { type: "text", role: "combobox", "aria-label": part.placeholder || "Search", placeholder: "Search",
    readonly: choices.length < SEARCHED_FROM, class: choices.length < SEARCHED_FROM ? "unseen" : "" });
  const place = h("div.popup");
  const note = h("p.list-note", { role: "status" });
  const ok = h("button.primary", { type: "button" }, "Done");
  const box = h("div.select-box", { role: "dialog", "aria-label": part.placeholder || "Select" }, search, place,
    most > 1 && h("footer", {}, note, ok));
  box.style.setProperty("min-width", `${beside.getBoundingClientRect().width}px`);
  const list = new Listbox(place, search);
  const finish = () => {
    closeBox();
    done([...values]);
  };
  const toggle = (value) => {
    const had = values.has(value);
    if (most === 1) values.clear();
    if (had && (most > 1 || least === 0)) values.delete(value);
    else if (values.size < most) values.add(value);
    if (most === 1) finish();
    else draw();
  };
  const draw = () => {
    const typed = search.value.toLowerCase();
    const fitting = choices.filter((choice) => choice.label.toLowerCase().includes(typed));
    list.show(fitting.map((choice) => ({ key: choice.value, draw: () => drawChoice(choice, values, most), pick: () => toggle(choice.value),
      selected: values.has(choice.value) })), part.placeholder || "Choices", { multiple: most > 1, note: fitting.length ? "" : "Nothing fits" });
    ok.disabled = values.size < least;
    note.textContent = least === most ? `Choose ${least}` : `Choose ${least} to ${most}`;
  };
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => {
    if (event.key === " " && search.readOnly) {
      event.preventDefault();
      list.items[list.at]?.pick();
    } else if (event.key !== "Tab" && event.key !== "Escape") list.key(event);
  });
  ok.addEventListener("click", finish);
  draw();
  const closeBox = openLayer(box, beside);
  search.focus();
}

function drawChoice(choice, values, most) {
  return [
    most > 1 && h("span.check", { class: values.has(choice.value) ? "on" : "", "aria-hidden": "true" }),
    choice.emoji && h("span.emoji", {}, choice.emoji),
    h("span.words", {}, h("span.label", { vars: { "--role": choice.color } }, choice.label),
      choice.description && h("span.about", {}, choice.description)),
  ];
}
