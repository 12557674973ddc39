/**
 * Draws one thing per animation frame, so that no tick makes one long task of all charts.
 * What is asked for again before its turn is drawn once. A hidden page gets no frames: its
 * drawings wait, at most one of each, until somebody looks.
 */
export class FrameQueue {
  private readonly waiting = new Map<object, () => void>();
  private frame = 0;

  constructor(
    private readonly request: (run: () => void) => number = (run) => requestAnimationFrame(run),
    private readonly cancel: (frame: number) => void = (frame) => cancelAnimationFrame(frame),
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
    const first = this.waiting.entries().next().value;
    if (!first) return;
    const [who, draw] = first;
    this.waiting.delete(who);
    if (this.waiting.size > 0) this.frame = this.request(this.next);
    draw();
  };
}
