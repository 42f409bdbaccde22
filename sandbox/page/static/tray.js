/** Files that go with the next message. */

import { h, listen, show } from "./dom.js";
import { icon } from "./icons.js";
import { size } from "./media.js";

export class Tray {
  constructor() {
    /** @type {File[]} */
    this.files = [];
    this.node = h("ul.tray", { hidden: true, "aria-label": "Files" });
    listen(this.node, { drop: (node) => this.drop(Number(node.dataset.index)) });
  }

  /** @param {Iterable<File>} files */
  add(files) {
    this.files.push(...files);
    this.draw();
  }

  drop(index) {
    this.files.splice(index, 1);
    this.draw();
  }

  clear() {
    this.files = [];
    this.draw();
  }

  draw() {
    this.node.hidden = !this.files.length;
    show(this.node, this.files.map((file, index) => h("li.file", {}, icon("file"),
      h("span.what", {}, h("span.filename", {}, file.name), h("span.size", {}, size(file.size))),
      h("button.tool", { type: "button", "data-act": "drop", "data-index": String(index), "aria-label": `Remove ${file.name}` }, icon("close")))));
  }
}

/** @param {HTMLElement} place @param {(event: DragEvent) => void} dropped */
export function acceptDrops(place, dropped) {
  const over = (on) => place.classList.toggle("dropping", on);
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(event.dataTransfer.types.includes("Files"));
  });
  place.addEventListener("dragleave", (event) => over(place.contains(event.relatedTarget)));
  place.addEventListener("drop", (event) => {
    over(false);
    dropped(event);
  });
}
