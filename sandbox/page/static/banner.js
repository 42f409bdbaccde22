/** Over the composer: which message is answered, and whether that pings, or that one is edited. */

import { h, listen, show } from "./dom.js";
import { icon } from "./icons.js";

export class Banner {
  /** @param {() => void} stop */
  constructor(stop) {
    this.ping = true;
    this.node = h("div.banner", { hidden: true });
    listen(this.node, {
      stop,
      ping: () => {
        this.ping = !this.ping;
        this.draw();
      },
    });
  }

  /** @param {import("./message.js").Message} message */
  reply(message) {
    this.ping = !message.mine;
    this.words = ["Replying to ", h("strong", {}, message.author.name)];
    this.askPing = !message.mine;
    this.draw();
  }

  edit() {
    this.words = ["Editing message"];
    this.askPing = false;
    this.draw();
  }

  hide() {
    this.node.hidden = true;
  }

  draw() {
    this.node.hidden = false;
    show(this.node, h("span", {}, this.words.map((word) => (word instanceof Node ? word.cloneNode(true) : word))),
      this.askPing && h("button.plain", { type: "button", "data-act": "ping", "aria-pressed": String(this.ping), title: "Mention whom you answer" },
        this.ping ? "@ on" : "@ off"),
      h("button.tool", { type: "button", "data-act": "stop", "aria-label": "Cancel" }, icon("close")));
  }
}
