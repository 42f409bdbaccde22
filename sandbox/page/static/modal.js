/**
 * Modals that the bot opens: texts and selects, with or without labels.
 * @typedef {import("./components.js").Component & { value?: string, required?: boolean, min_length?: number,
 *   max_length?: number, component?: Field }} Field
 * @typedef {{ title: string, custom_id: string, components: Field[] }} Modal
 */

import * as actions from "./actions.js";
import { answerTo } from "./answers.js";
import { isSelect } from "./choices.js";
import { Type } from "./components.js";
import { openDialog } from "./dialogs.js";
import { h } from "./dom.js";
import { drawField } from "./fields.js";

/** @param {Modal} modal @param {string} channel @param {string} interaction which the modal answers */
export function openModal(modal, channel, interaction) {
  const values = {};
  const wrong = h("p.failed", { role: "alert", hidden: true });
  const cancel = h("button.quiet", { type: "button" }, "Cancel");
  const submit = h("button.primary", {}, "Submit");
  const form = h("form.modal", { novalidate: false }, modal.components.map((part) => drawPart(part, channel, values)), wrong,
    h("footer", {}, cancel, submit));
  const dialog = openDialog(modal.title, form);
  dialog.classList.add("modal");
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.disabled = true;
    wrong.hidden = true;
    send(() => actions.submit(interaction, values)).then((sentence) => {
      if (!sentence) {
        dialog.close();
        return;
      }
      wrong.textContent = sentence;
      wrong.hidden = false;
      submit.disabled = false;
    });
  });
  form.querySelector("input, textarea, button.select")?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", resolve);
  });
}

/** @param {() => Promise<string>} submit @returns {Promise<string>} why it could not be sent, or an empty text */
async function send(submit) {
  try {
    const answer = await answerTo(await submit());
    return answer.failed ? "Something went wrong. Try again." : "";
  } catch (error) {
    return error.message;
  }
}

/** @param {Field} part */
function drawPart(part, channel, values) {
  if (part.type === Type.ROW) return part.components.map((child) => drawPart(child, channel, values));
  if (part.type === Type.TEXT) return h("p.text", {}, part.content ?? "");
  if (part.type === Type.LABEL) return labelled(part, part.component, channel, values);
  return labelled(part, part, channel, values);
}

/** @param {Field} about has the label @param {Field} part is filled in */
function labelled(about, part, channel, values) {
  const required = part.required !== false && part.type !== Type.CHECK;
  const words = h("span.label", {}, about.label ?? "", required && h("span.required", { title: "Required" }, " *"));
  const group = isSelect(part) || part.type === Type.RADIO || part.type === Type.CHECKS;
  return h(group ? "div.field" : "label.field", group ? { role: "group", "aria-label": about.label ?? "" } : {}, words,
    about.description && about !== part && h("span.about", {}, about.description), drawField(part, channel, values, required));
}
