/** The page: who is looking, where they are, and which part hears of what. */

import * as actions from "./actions.js";
import { ask } from "./api.js";
import { Composer } from "./composer.js";
import { pickEmoji } from "./emojis.js";
import { openFeed } from "./feed.js";
import { setUpForum } from "./forum.js";
import { Hearing } from "./hearing.js";
import { Interacting } from "./interact.js";
import { setUpMessages } from "./message-acts.js";
import { places } from "./places.js";
import { setUpSides } from "./sidebar.js";
import { state } from "./state.js";
import { Timeline } from "./timeline.js";
import { setUpTop } from "./top.js";

const by = (id) => document.getElementById(id);

async function start() {
  state.person = new URLSearchParams(location.search).get("as") ?? (await ask("GET", "/page/as"))[0];
  const timeline = new Timeline(by("scroll"), by("log"), by("present"));
  const interacting = new Interacting(timeline);
  const composer = new Composer(by("composer"), {
    run: (command, options) => {
      const channel = state.place;
      return interacting.run({ channel, command, slash: true }, () => actions.run(channel, command, options));
    },
    editLast: () => timeline.lastOwn(),
    pickEmoji,
  });
  const go = places(timeline, composer);
  setUpSides(go);
  setUpForum(go);
  setUpTop({ go, jump: (id) => timeline.jump(id) });
  setUpMessages({ timeline, interacting, composer, go });
  const hearing = new Hearing(timeline, composer, go);
  openFeed(state.person, { item: (item) => hearing.take(item), lost: () => hearing.lost() });
}

start();
