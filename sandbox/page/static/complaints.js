/** Why something could not be done, as a sentence over the composer, until something else is done. */

import { Refusal } from "./api.js";

const SHOWN_FOR = 12_000;
let timer = 0;

/** @param {unknown} error a Refusal; anything else is a mistake of the page, and goes to the console */
export function complain(error) {
  if (!(error instanceof Refusal)) throw error;
  complainThat(error.message);
}

/** @param {string} sentence */
export function complainThat(sentence) {
  const place = document.getElementById("complaint");
  place.textContent = sentence;
  place.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(forgive, SHOWN_FOR);
}

export function forgive() {
  clearTimeout(timer);
  document.getElementById("complaint").hidden = true;
}
