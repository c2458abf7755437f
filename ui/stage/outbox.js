// What the server is told, but never more than one thing ahead of its answer.

const OVERDUE = 1500; // milliseconds without an answer

export class Outbox {
  constructor() {
    this.waiting = new Map(); // the latest of what the server has not been told, by event
  }

  // Whether there is anything that it has not answered.
  get busy() {
    return Boolean(this.sending || this.waiting.size);
  }

  // Whether it has still to answer, or to be told, something of this kind.
  awaits(event) {
    return this.waiting.has(event) || Boolean(this.sending && this.event === event);
  }

  offer(event, value) {
    this.waiting.set(event, value);
    this.flush();
  }

  flush() {
    if (this.sending || !this.waiting.size) return;
    const [event, value] = this.waiting.entries().next().value;
    this.waiting.delete(event);
    this.sending = true;
    this.sent = Math.random();
    this.event = event;
    this.send(event, { serial: this.sent, value });
    // A message that meets a rerun of the page can get lost; saying it twice does no harm.
    clearTimeout(this.overdue);
    this.overdue = setTimeout(() => {
      if (!this.waiting.has(event)) this.waiting.set(event, value);
      this.answered();
    }, OVERDUE);
  }

  // A picture that answers what has this serial number; whether it is of the visitor's last word.
  hear(serial) {
    const current = !this.sending || serial === this.sent;
    if (serial === this.sent) this.answered();
    return current;
  }

  answered() {
    clearTimeout(this.overdue);
    this.sending = false;
    this.flush();
  }

  leave() {
    clearTimeout(this.overdue);
  }
}
