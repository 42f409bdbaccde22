/**
 * Making nodes, and changing shown ones into what they should be now without touching what stays the same.
 *
 * Nothing here takes HTML but `rendered`, which is for what the server made of Markdown.
 * @typedef {Record<string, string | number | boolean | null | undefined>} Attributes
 * @typedef {Node | string | null | undefined | false | Child[]} Child
 */

const SVG = "http://www.w3.org/2000/svg";
/** What the page itself changes on shown nodes, such as spoilers that were opened; a fresh drawing does not undo it. */
const OWN = new Set(["aria-expanded", "data-busy"]);

const policy = globalThis.trustedTypes?.createPolicy("sandbox", { createHTML: (html) => html });

/**
 * @param {string} name a tag with classes, as in "button.icon.small"
 * @param {Attributes} [attributes] `vars` is an object of custom properties; absent values leave their attribute out
 * @param {...Child} children
 */
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  setAll(node, attributes);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "vars") {
      for (const [key, each] of Object.entries(value)) if (each) node.style.setProperty(key, each);
    } else if (name === "class") {
      node.classList.add(...String(value).split(" ").filter(Boolean));
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

/** An icon of one path on a field of 24 by 24. @param {string} path */
export function svg(path) {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", "0 0 24 24");
  node.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  node.append(line);
  return node;
}

/**
 * What the server rendered, as the children of a new node: the one place where HTML becomes nodes.
 * @param {string} name @param {string} html @param {Attributes} [attributes]
 */
export function rendered(name, html, attributes = {}) {
  const node = h(name, attributes);
  node.innerHTML = policy ? policy.createHTML(html) : html;
  for (const mention of node.querySelectorAll("[data-colour]")) mention.style.setProperty("--role", `#${mention.dataset.colour}`);
  return node;
}

/** Shows these nodes in a place, keeping what is there already. @param {Element} place @param {...Child} children */
export function show(place, ...children) {
  const fresh = place.cloneNode(false);
  fresh.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  matchChildren(place, fresh);
}

/**
 * Turns a shown node into a fresh one. Focus, selections, scrolling and opened spoilers stay where they are.
 * @param {Node} shown @param {Node} fresh
 */
export function match(shown, fresh) {
  if (shown.isEqualNode(fresh)) return;
  if (shown.nodeName !== fresh.nodeName || keyOf(shown) !== keyOf(fresh)) {
    shown.replaceWith(fresh);
  } else if (shown instanceof Text) {
    matchText(shown, fresh);
  } else {
    matchAttributes(shown, fresh);
    matchChildren(shown, fresh);
  }
}

/** A text that only grew is appended to, so that a selection in it stays. */
function matchText(shown, fresh) {
  if (fresh.data.startsWith(shown.data)) shown.appendData(fresh.data.slice(shown.data.length));
  else shown.data = fresh.data;
}

function matchAttributes(shown, fresh) {
  for (const { name } of [...shown.attributes]) {
    if (!fresh.hasAttribute(name) && !OWN.has(name)) shown.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (shown.getAttribute(name) === value || (OWN.has(name) && shown.hasAttribute(name))) continue;
    if (name === "style") shown.style.cssText = fresh.style.cssText;
    else shown.setAttribute(name, value);
  }
}

/** Children with a `data-key` are found again wherever they stand; others are matched in order. */
function matchChildren(shown, fresh) {
  const wanted = new Set([...fresh.children].map(keyOf));
  const keyed = new Map();
  for (const child of [...shown.children]) {
    const key = keyOf(child);
    if (key && !wanted.has(key)) child.remove();
    else if (key) keyed.set(key, child);
  }
  let at = shown.firstChild;
  for (const child of [...fresh.childNodes]) {
    const found = keyed.get(keyOf(child)) ?? (at && !keyOf(at) && at.nodeName === child.nodeName ? at : null);
    if (found === at && at) at = at.nextSibling;
    else shown.insertBefore(found ?? child, at);
    if (found) match(found, child);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function keyOf(node) {
  return node instanceof Element ? node.getAttribute("data-key") : null;
}

/**
 * Calls the function that a clicked node names in `data-act`, or one of those around it.
 * @param {Element} root @param {Record<string, (node: HTMLElement, event: Event) => void>} acts
 */
export function listen(root, acts) {
  root.addEventListener("click", (event) => {
    const node = event.target.closest("[data-act]");
    if (node && root.contains(node) && acts[node.dataset.act]) acts[node.dataset.act](node, event);
  });
}
