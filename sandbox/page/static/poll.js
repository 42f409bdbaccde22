/**
 * Polls: the question, its answers with their votes, and how long it is open. A click on an answer votes, or takes that back.
 * @typedef {{ id: string, text: string, emoji: string, count: number, mine: boolean }} Answer
 * @typedef {{ question: string, answers: Answer[], multiple: boolean, voters: number, ends: number, ended: boolean }} Poll
 */

import { h } from "./dom.js";
import { full } from "./time.js";

/** @param {Poll} poll */
export function drawPoll(poll) {
  const total = poll.answers.reduce((sum, answer) => sum + answer.count, 0);
  const about = poll.ended ? "" : poll.multiple ? "Select one or more answers" : "Select one answer";
  const votes = poll.voters === 1 ? "1 voter" : `${poll.voters} voters`;
  return h("div.poll", { role: "group", "aria-label": `Poll: ${poll.question}` }, h("div.question", {}, poll.question), about && h("div.about", {}, about),
    h("div.answers", {}, poll.answers.map((answer) => drawAnswer(answer, total, poll.ended))),
    h("div.about", {}, `${votes} · ${poll.ended ? "Poll closed" : `until ${full(poll.ends)}`}`));
}

/** @param {Answer} answer */
function drawAnswer({ id, text, emoji, count, mine }, total, ended) {
  const share = total ? Math.round((count / total) * 100) : 0;
  return h("button.answer", { type: "button", "data-act": "vote", "data-answer": id, "aria-pressed": String(mine), disabled: ended,
    "aria-label": `${text}, ${count === 1 ? "1 vote" : `${count} votes`}`, vars: { "--share": `${share}%` } },
  emoji && h("span.emoji", {}, emoji), h("span.label", {}, text), h("span.count", {}, `${count} · ${share}%`));
}

/** What somebody's vote is after a click. @param {Poll} poll @param {string} clicked @returns {number[]} */
export function votesAfter(poll, clicked) {
  const before = poll.answers.filter((answer) => answer.mine).map((answer) => answer.id);
  const others = before.filter((id) => id !== clicked);
  const after = before.includes(clicked) ? others : [...(poll.multiple ? others : []), clicked];
  return after.map(Number);
}
