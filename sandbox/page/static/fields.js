/**
 * What is filled in: one drawing for each kind of field of a modal. What it holds goes into `values` by its custom id.
 * @typedef {import("./modal.js").Field} Field
 * @typedef {Record<string, string | string[] | boolean | File[] | null>} Values
 */

import { defaultsOf, isSelect, nameOf } from "./choices.js";
import { Type } from "./components.js";
import { h, show } from "./dom.js";
import { openSelect } from "./select.js";

const PARAGRAPH = 2;

const DRAWN = {
  [Type.TEXT_INPUT]: drawText,
  [Type.UPLOAD]: drawUpload,
  [Type.RADIO]: drawOptions,
  [Type.CHECKS]: drawOptions,
  [Type.CHECK]: drawCheck,
};

/** @param {Field} part @param {string} channel @param {Values} values @param {boolean} required */
export function drawField(part, channel, values, required) {
  if (isSelect(part)) return drawSelect(part, channel, values);
  return DRAWN[part.type]?.(part, values, required) ?? h("p", {}, "This kind of field is not known here.");
}

/** @param {Field} part */
function drawText(part, values, required) {
  const about = { placeholder: part.placeholder, minlength: part.min_length, maxlength: part.max_length ?? 4000, required,
    "data-custom": part.custom_id };
  const field = part.style === PARAGRAPH ? h("textarea", { ...about, rows: "4" }) : h("input", { ...about, type: "text" });
  field.value = part.value ?? "";
  values[part.custom_id] = field.value;
  field.addEventListener("input", () => {
    values[part.custom_id] = field.value;
  });
  return field;
}

/** @param {Field} part */
function drawSelect(part, channel, values) {
  const button = h("button.select", { type: "button", "aria-haspopup": "listbox", "data-custom": part.custom_id });
  const draw = () => {
    const words = values[part.custom_id].map((value) => nameOf(part, value, channel)).join(", ");
    show(button, h("span.value", { class: words ? "" : "placeholder" }, words || part.placeholder || "Make a selection"));
  };
  values[part.custom_id] = defaultsOf(part);
  draw();
  const shape = part.required === false ? { ...part, min_values: 0 } : part;
  button.addEventListener("click", () => openSelect(shape, channel, values[part.custom_id], button, (chosen) => {
    values[part.custom_id] = chosen;
    draw();
  }));
  return button;
}

/** @param {Field} part */
function drawUpload(part, values, required) {
  const field = h("input", { type: "file", multiple: (part.max_values ?? 1) > 1, required, "data-custom": part.custom_id });
  values[part.custom_id] = [];
  field.addEventListener("change", () => {
    values[part.custom_id] = [...field.files];
  });
  return field;
}

/** One of several, or several of them. @param {Field} part */
function drawOptions(part, values, required) {
  const one = part.type === Type.RADIO;
  const chosen = new Set(defaultsOf(part));
  const note = () => {
    values[part.custom_id] = one ? [...chosen][0] ?? null : [...chosen];
  };
  note();
  const box = h("div.options", { role: one ? "radiogroup" : "group" });
  for (const option of part.options ?? []) {
    const input = h("input", { type: one ? "radio" : "checkbox", name: part.custom_id, value: option.value, required: one && required });
    input.checked = chosen.has(option.value);
    input.addEventListener("change", () => {
      if (one) chosen.clear();
      if (input.checked) chosen.add(option.value);
      else chosen.delete(option.value);
      note();
    });
    box.append(h("label.option", {}, input, h("span.words", {}, h("span", {}, option.label),
      option.description && h("span.about", {}, option.description))));
  }
  return box;
}

/** @param {Field} part */
function drawCheck(part, values) {
  const input = h("input", { type: "checkbox", "data-custom": part.custom_id });
  input.checked = part.default === true;
  values[part.custom_id] = input.checked;
  input.addEventListener("change", () => {
    values[part.custom_id] = input.checked;
  });
  return input;
}
