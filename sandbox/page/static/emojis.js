/** The picker of emoji. */

import { h } from "./dom.js";
import { EMOJI, emojiLike } from "./emoji.js";
import { openLayer } from "./menus.js";

const ACROSS = 10;

/** @param {Element} beside @param {(emoji: string) => void} done */
export function pickEmoji(beside, done) {
  const search = h("input.search", { type: "text", placeholder: "Search", "aria-label": "Search emoji" });
  const grid = h("div.emojis", { role: "group", "aria-label": "Emoji" });
  const box = h("div.emoji-box", { role: "dialog", "aria-label": "Emoji" }, search, grid);
  const draw = (found) => grid.replaceChildren(...found.map(({ emoji, names }) =>
    h("button", { type: "button", title: `:${names[0]}:`, "aria-label": names[0], "data-emoji": emoji }, emoji)));
  draw(EMOJI);
  const close = openLayer(box, beside);
  search.addEventListener("input", () => draw(search.value ? emojiLike(search.value) : EMOJI));
  grid.addEventListener("click", (event) => {
    const { emoji } = event.target.dataset;
    if (!emoji) return;
    close();
    done(emoji);
  });
  box.addEventListener("keydown", (event) => moveIn(grid, search, event));
  search.focus();
}

/** @param {KeyboardEvent} event */
function moveIn(grid, search, event) {
  const all = [...grid.children];
  const at = all.indexOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: at < 0 ? 1 : ACROSS, ArrowUp: -ACROSS }[event.key];
  if (event.key === "Enter" && at < 0 && all.length) {
    event.preventDefault();
    all[0].click();
  } else if (step && (at >= 0 || event.key === "ArrowDown")) {
    event.preventDefault();
    (all[at + step] ?? (at + step < 0 ? search : all.at(-1))).focus();
  }
}
