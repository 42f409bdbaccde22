/**
 * A forum: its posts, the newest first, and a dialog in which one begins another.
 * @typedef {import("./state.js").Channel} Channel
 */

import * as actions from "./actions.js";
import { openDialog } from "./dialogs.js";
import { h, listen, show } from "./dom.js";
import { icon } from "./icons.js";
import { byAge, channelOf, isForum, may, state, threadsOf } from "./state.js";
import { markRead } from "./unread.js";

const by = (id) => document.getElementById(id);

/** @param {(channel: string) => void} go */
export function setUpForum(go) {
  listen(by("posts"), {
    open: (node) => go(node.dataset.to),
    post: () => openForm(channelOf(state.place), go),
  });
}

/** In the place of messages and composer, where the open channel is a forum. */
export function drawForum() {
  const channel = channelOf(state.place);
  const forum = Boolean(channel) && isForum(channel);
  by("posts").hidden = !forum;
  by("scroll").hidden = by("composer").hidden = forum;
  if (!forum) return;
  const posts = threadsOf(channel).sort((one, other) => Number(one.archived) - Number(other.archived) || -byAge(one.last ?? one.id, other.last ?? other.id));
  show(by("posts"),
    h("header.forum", { "data-key": "head" }, h("p", {}, posts.length === 1 ? "1 post" : `${posts.length} posts`),
      h("button.primary", { type: "button", "data-act": "post", disabled: !may(channel, "send") }, "New post")),
    !may(channel, "send") && h("p.note", { "data-key": "note" }, "You may read here, but not begin posts."),
    h("ul", { "data-key": "list", "aria-label": "Posts" }, posts.map(drawPost)),
    !posts.length && h("p.note", { "data-key": "none" }, "There are no posts yet."));
  markRead(channel);
}

/** @param {Channel} post */
function drawPost(post) {
  return h("li", { "data-key": post.id }, h("button.post", { type: "button", "data-act": "open", "data-to": post.id },
    h("span.tags", {}, post.tags.map((tag) => h("span.tag.dim", {}, tag)), post.locked && h("span.tag.dim", {}, "LOCKED"), post.archived && h("span.tag.dim", {}, "ARCHIVED")),
    h("strong", {}, post.name),
    h("span.begun", {}, h("span.name", { vars: { "--role": post.owner.color } }, post.owner.name), post.line && `: ${post.line}`),
    h("span.about", {}, icon("thread"), post.count === 1 ? "1 message" : `${post.count} messages`)));
}

/** @param {Channel} forum */
function openForm(forum, go) {
  const name = h("input", { type: "text", maxlength: "100", required: true, autofocus: true });
  const content = h("textarea", { maxlength: "2000", rows: "5", required: true });
  const tags = forum.tags.map((tag) => h("input", { type: "checkbox", value: tag }));
  const wrong = h("p.failed", { role: "alert", hidden: true });
  const form = h("form.modal", {},
    h("label.field", {}, h("span.label", {}, "Title"), name),
    h("label.field", {}, h("span.label", {}, "Message"), content),
    tags.length > 0 && h("div.field", { role: "group", "aria-label": "Tags" }, h("span.label", {}, "Tags"),
      h("div.options.beside", {}, tags.map((tag) => h("label.option", {}, tag, h("span", {}, tag.value))))),
    wrong, h("footer", {}, h("button.primary", {}, "Post")));
  const dialog = openDialog("New post", form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = tags.filter((tag) => tag.checked).map((tag) => tag.value);
    try {
      const post = await actions.startPost(forum.id, name.value.trim(), content.value.trim(), chosen);
      dialog.close();
      go(post.id);
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
    }
  });
}
