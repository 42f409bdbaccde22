/** How the list of messages scrolls: it stays at its end while new ones come, and where it is while somebody reads. */

const NEAR = 60;
const EARLY = 400;

export class Scroller {
  /**
   * @param {HTMLElement} place what scrolls @param {HTMLElement} log what is in it
   * @param {HTMLButtonElement} present leads to the newest messages
   * @param {{ top: () => void, bottom: () => void, present: () => void }} reached
   */
  constructor(place, log, present, reached) {
    this.place = place;
    this.log = log;
    this.present = present;
    this.reached = reached;
    this.ended = true;
    this.unseen = 0;
    this.top = 0;
    place.addEventListener("scroll", () => this.scrolled(), { passive: true });
    present.addEventListener("click", () => reached.present());
    const sizes = new ResizeObserver(() => this.resized());
    sizes.observe(place);
    sizes.observe(log);
  }

  get distance() {
    return this.place.scrollHeight - this.place.scrollTop - this.place.clientHeight;
  }

  /** What grows meanwhile moves the end away, and only who scrolls up leaves it. */
  scrolled() {
    const up = this.place.scrollTop < this.top - 1;
    this.top = this.place.scrollTop;
    this.ended = this.distance < NEAR || (this.ended && !up);
    if (this.ended) this.unseen = 0;
    if (this.place.scrollTop < EARLY) this.reached.top();
    if (this.distance < EARLY) this.reached.bottom();
    this.tellPresent();
  }

  resized() {
    if (this.ended) this.place.scrollTop = this.place.scrollHeight;
    this.tellPresent();
  }

  toEnd() {
    this.ended = true;
    this.unseen = 0;
    this.place.scrollTop = this.place.scrollHeight;
    this.tellPresent();
  }

  /** From here on somebody reads elsewhere than at the end. */
  release() {
    this.ended = false;
  }

  /** A message was added at the end. */
  grown() {
    if (this.ended) this.toEnd();
    else this.missed();
  }

  missed() {
    this.unseen += 1;
    this.tellPresent();
  }

  tellPresent() {
    const away = !this.ended && (this.unseen > 0 || this.distance > this.place.clientHeight);
    this.present.hidden = !away;
    const news = this.unseen === 1 ? "1 new message · " : `${this.unseen} new messages · `;
    this.present.textContent = `${this.unseen ? news : ""}Jump to present`;
  }

  /** Does something that changes what is above, and keeps what is seen where it is. @param {() => void} change */
  steadily(change) {
    const node = this.log.querySelector(`[data-id="${this.topmost()}"]`);
    const before = node?.getBoundingClientRect().top ?? 0;
    change();
    const after = node?.isConnected ? node.getBoundingClientRect().top : before;
    this.place.scrollTop += after - before;
  }

  /** @returns {string | undefined} the id of the first message that is seen */
  topmost() {
    const edge = this.place.getBoundingClientRect().top;
    return [...this.log.querySelectorAll("li[data-id]")].find((node) => node.getBoundingClientRect().bottom > edge)?.dataset.id;
  }
}
