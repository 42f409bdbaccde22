/** Going from channel to channel; where one is stands in the address, so that a reload and the back button know it. */

import * as actions from "./actions.js";
import { complain } from "./complaints.js";
import { drawForum } from "./forum.js";
import { drawMembers } from "./members.js";
import { drawSides } from "./sidebar.js";
import { channelOf, isForum, Kind, on, state, tell } from "./state.js";
import { drawTop } from "./top.js";
import { drawTyping } from "./typing.js";
import { markRead, readUpTo } from "./unread.js";

/**
 * @param {import("./timeline.js").Timeline} timeline @param {import("./composer.js").Composer} composer
 * @returns {(channel?: string | null) => Promise<void>} goes to a channel; without one, to where the address says, or to the first
 */
export function places(timeline, composer) {
  const go = async (wanted) => {
    if (wanted && !channelOf(wanted)) await lookAgain();
    const channel = channelOf(wanted ?? addressed()) ?? firstChannel();
    document.body.classList.remove("side-open");
    if (!channel || channel.id === state.place) {
      composer.focus();
      return;
    }
    const before = state.place;
    state.place = channel.id;
    note(before === null);
    await show(timeline, composer, before);
  };
  addEventListener("popstate", () => go());
  for (const topic of ["overview", "unread", "bot", "link"]) on(topic, drawAround);
  return go;
}

/** For a channel that was just made. */
async function lookAgain() {
  try {
    state.overview = await actions.overview();
  } catch (error) {
    complain(error);
    return;
  }
  tell("overview");
}

function addressed() {
  return new URLSearchParams(location.search).get("in");
}

function firstChannel() {
  const { guilds, directs } = state.overview;
  const texts = guilds.flatMap((guild) => guild.channels).filter((channel) => channel.kind === Kind.TEXT);
  return texts.find((channel) => guilds.some((guild) => guild.system === channel.id)) ?? texts[0] ?? directs[0];
}

/** @param {boolean} first whether nothing was shown before, to which one could go back */
function note(first) {
  if (addressed() === state.place) return;
  const query = new URLSearchParams({ as: state.person, in: state.place });
  history[first ? "replaceState" : "pushState"](null, "", `?${query}`);
}

async function show(timeline, composer, before) {
  const fresh = readUpTo(state.place);
  composer.open(before);
  drawAround();
  drawTyping();
  tell("place");
  composer.focus();
  try {
    if (isForum(channelOf(state.place))) timeline.close();
    else await timeline.open(state.place, fresh);
  } catch (error) {
    complain(error);
  }
  markRead(channelOf(state.place));
}

function drawAround() {
  if (!state.overview) return;
  drawSides();
  drawTop();
  drawMembers();
  drawForum();
}
