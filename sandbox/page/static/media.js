/**
 * Pictures and files: those of the sandbox are shown, those of other servers are only named, as nothing is fetched.
 * @typedef {{ id: string, name: string, size: number, url: string, image: boolean, spoiler: boolean,
 *   description: string }} Attachment
 * @typedef {(Attachment & { local: true }) | { local: false, url: string, host: string }} Media
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";

const STEPS = ["bytes", "KB", "MB", "GB"];

/** @param {number} bytes */
export function size(bytes) {
  let step = 0;
  for (; bytes >= 1024 && step < STEPS.length - 1; step += 1) bytes /= 1024;
  return `${step ? bytes.toFixed(bytes < 10 ? 1 : 0) : bytes} ${STEPS[step]}`;
}

/** @param {Attachment} file */
export function attachment(file) {
  return file.image ? picture(file) : download(file);
}

/** @param {Attachment} file */
function picture(file) {
  const image = h("img", { src: file.url, alt: file.description || file.name, loading: "lazy" });
  const button = h("button.picture", { type: "button", "data-act": "enlarge", "data-src": file.url, title: file.name }, image);
  return file.spoiler ? veiled(button) : button;
}

/** @param {Attachment} file */
function download(file) {
  const link = h("a.file", { href: file.url, download: file.name, title: file.description },
    icon("file"), h("span.what", {}, h("span.filename", {}, file.name), h("span.size", {}, size(file.size))), icon("save"));
  return file.spoiler ? veiled(link) : link;
}

function veiled(node) {
  return h("span.veil.spoiler", { role: "button", tabindex: "0", "aria-expanded": "false", "aria-label": "Spoiler, select to show" }, node);
}

/** A picture of an embed or a layout. @param {Media | null} item @param {{ description?: string, spoiler?: boolean }} [about] */
export function media(item, { description = "", spoiler = false } = {}) {
  if (!item) return null;
  if (item.local) return attachment({ ...item, description: description || item.description, spoiler: spoiler || item.spoiler });
  return h("a.elsewhere", { href: item.url, target: "_blank", rel: "noopener noreferrer", title: item.url },
    icon("file"), h("span", {}, description || `Picture at ${item.host}`));
}
