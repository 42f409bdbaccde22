/** Dialogs: the browser's own, which keep the focus inside and give it back. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @param {string} title @param {...import("./dom.js").Child} body
 * @returns {HTMLDialogElement} open; it is taken away when it closes
 */
export function openDialog(title, ...body) {
  const close = h("button.tool.close", { type: "button", "aria-label": "Close" }, icon("close"));
  const dialog = h("dialog", { "aria-label": title }, h("header", {}, h("h2", {}, title), close), body);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog && isOutside(dialog, event)) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.getElementById("layer").append(dialog);
  dialog.showModal();
  return dialog;
}

function isOutside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

/** Asks before something that cannot be undone. @param {string} title @param {string} question @param {string} yes */
export function confirm(title, question, yes) {
  return new Promise((resolve) => {
    const go = h("button.primary.danger", { type: "button", autofocus: true }, yes);
    const stay = h("button.quiet", { type: "button" }, "Cancel");
    const dialog = openDialog(title, h("p", {}, question), h("footer", {}, stay, go));
    go.addEventListener("click", () => {
      resolve(true);
      dialog.close();
    });
    stay.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => resolve(false));
  });
}

/** Asks for one line of text. @returns {Promise<string | null>} null if it was cancelled */
export function askFor(title, label, go, value = "") {
  return new Promise((resolve) => {
    const input = h("input", { value, maxlength: "100", required: true, autofocus: true });
    const form = h("form", { method: "dialog" }, h("label.field", {}, h("span", {}, label), input),
      h("footer", {}, h("button.primary", {}, go)));
    const dialog = openDialog(title, form);
    let answer = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer = input.value.trim() || null;
      dialog.close();
    });
    dialog.addEventListener("close", () => resolve(answer));
  });
}

/** A picture as large as the window allows. @param {string} source @param {string} name */
export function enlarge(source, name) {
  const dialog = openDialog(name, h("img.large", { src: source, alt: name }),
    h("footer", {}, h("a", { href: source, download: name }, "Download")));
  dialog.classList.add("picture");
}
