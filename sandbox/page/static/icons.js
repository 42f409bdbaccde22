/** The page's icons: lines on a field of 24 by 24, drawn in the colour of the text around them. */

import { svg } from "./dom.js";

const PATHS = {
  apps: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM17 14v6M14 17h6",
  archive: "M4 5h16v4H4zM5.5 9v11h13V9M10 13h4",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  down: "M12 5v14M6 13l6 6 6-6",
  edit: "M4 20h4L20 8l-4-4L4 16zM14 6l4 4",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  forum: "M4 5h16v10h-8l-4 4v-4H4zM8 9h8M8 12h5",
  forward: "M14 6l6 6-6 6M20 12H10a6 6 0 0 0-6 6v1",
  horn: "M4 10v4h3l8 5V5l-8 5zM18.5 9a4 4 0 0 1 0 6",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6M18 14a6.5 6.5 0 0 1 3.5 6",
  pin: "M9 4h6l-1 6 4 4H6l4-4zM12 14v7",
  plus: "M12 5v14M5 12h14",
  poll: "M5 20V10M12 20V4M19 20v-7",
  reply: "M10 6L4 12l6 6M4 12h10a6 6 0 0 1 6 6v1",
  save: "M12 4v11M7 11l5 5 5-5M4 20h16",
  send: "M4 12l16-8-6 16-3-6z",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14a4 4 0 0 0 7 0M9 9.5h.01M15 9.5h.01",
  thread: "M5 4h14v11h-7l-4 4v-4H5zM9 8h6M9 11h4",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  voice: "M5 10v4h3l5 4V6l-5 4zM16 9.5a3.5 3.5 0 0 1 0 5M18.5 7a7 7 0 0 1 0 10",
  unread: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 8v5M12 16h.01",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const node = svg(PATHS[name]);
  node.classList.add("line", `icon-${name}`);
  return node;
}
