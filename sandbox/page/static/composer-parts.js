/** What the composer consists of, before anything is typed. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

export function drawParts() {
  const field = h("textarea", { rows: "1", role: "combobox", "aria-label": "Message", "aria-haspopup": "listbox", spellcheck: "true" });
  const attach = button("plus", "Attach files");
  const smile = button("smile", "Emoji");
  const send = button("send", "Send");
  return {
    above: h("div.above", {}, h("p.typing", { id: "typing" }), h("p.complaint", { id: "complaint", role: "alert", hidden: true })),
    popup: h("div.popup", { hidden: true }),
    chooser: h("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files" }),
    box: h("div.box", {}, attach, field, smile, send),
    field,
    attach,
    smile,
    send,
  };
}

function button(name, words) {
  return h("button.tool", { type: "button", "aria-label": words, title: words }, icon(name));
}
