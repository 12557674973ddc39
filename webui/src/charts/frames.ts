/** What may be drawn in one frame, in ms: more than this is left for the next ones. */
const SHARE = 8;

/**
 * Draws in animation frames, as much in each as it has time for, so that no tick makes one
 * long task of all charts, and not each chart a frame of its own: a frame costs as much as
 * a chart does. What is asked for again before its turn is drawn once. A hidden page gets no
 * frames: its drawings wait, at most one of each, until somebody looks.
 */
export class FrameQueue {
  private readonly waiting = new Map<object, () => void>();
  private frame = 0;

  constructor(
    private readonly request: (run: () => void) => number = (run) => requestAnimationFrame(run),
    private readonly cancel: (frame: number) => void = (frame) => cancelAnimationFrame(frame),
    private readonly now: () => number = () => performance.now(),
  ) {}

  ask(who: object, draw: () => void): void {
    this.waiting.set(who, draw);
    if (this.frame === 0) this.frame = this.request(this.next);
  }

  drop(who: object): void {
    this.waiting.delete(who);
  }

  close(): void {
    this.waiting.clear();
    if (this.frame !== 0) this.cancel(this.frame);
    this.frame = 0;
  }

  private readonly next = () => {
    this.frame = 0;
    const until = this.now() + SHARE;
    // What is asked for while this draws has its turn in another frame.
    try {
      for (const [who, draw] of [...this.waiting]) {
        if (!this.waiting.delete(who)) continue;
        draw();
        if (this.now() >= until) break;
      }
    } finally { // one that throws takes only its own turn
      if (this.waiting.size > 0 && this.frame === 0) this.frame = this.request(this.next);
    }
  };
}
