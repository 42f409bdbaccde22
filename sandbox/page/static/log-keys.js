/** The messages by keyboard: arrows move among them, letters act on the one that has the focus. */

/**
 * @param {HTMLElement} place what scrolls
 * @param {Record<string, (node: HTMLElement) => void>} acts by key
 * @param {() => void} leave goes back to where one writes
 */
export function setUpLogKeys(place, acts, leave) {
  place.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, [role=menu]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const node = event.target.closest("li[data-id]");
    if (event.key === "Escape") leave();
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") step(place, node, event.key === "ArrowUp");
    else if (node && event.target === node && acts[event.key]) acts[event.key](node);
    else return;
    event.preventDefault();
  });
}

function step(place, node, up) {
  const all = [...place.querySelectorAll("li[data-id]")];
  const next = node ? all[all.indexOf(node) + (up ? -1 : 1)] : all.at(-1);
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}
