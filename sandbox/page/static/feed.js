/**
 * The line from the sandbox: what happens, as it happens. It is opened again for as long as the page is.
 * @typedef {{ kind: string, sequence: number, [key: string]: any }} Item
 */

import { zone } from "./time.js";

const FIRST_WAIT = 250;
const LONGEST_WAIT = 4_000;

/**
 * @param {string} person
 * @param {{ item: (item: Item) => void, lost: () => void }} heard `item` gets "hello" first, after every connection
 */
export function openFeed(person, heard) {
  let wait = FIRST_WAIT;
  const connect = () => {
    const query = new URLSearchParams(zone);
    const socket = new WebSocket(`ws://${location.host}/page/as/${encodeURIComponent(person)}/feed?${query}`);
    socket.onmessage = (event) => {
      wait = FIRST_WAIT;
      heard.item(JSON.parse(event.data));
    };
    socket.onclose = () => {
      heard.lost();
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };
  connect();
}
