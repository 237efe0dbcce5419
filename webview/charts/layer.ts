/** A canvas at the device's resolution that is drawn on in CSS pixels. */
export class Layer {
  readonly context: CanvasRenderingContext2D | null;
  width = 0;
  height = 0;
  private ratio = 0;

  constructor(readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext?.('2d') ?? null;
  }

  /** @returns whether the canvas changed (and is empty now). */
  resize(width: number, height: number): boolean {
    const ratio = Math.max(1, globalThis.devicePixelRatio || 1);
    const w = Math.max(0, Math.floor(width));
    const h = Math.max(0, Math.floor(height));
    if (w === this.width && h === this.height && ratio === this.ratio) return false;
    this.width = w;
    this.height = h;
    this.ratio = ratio;
    this.canvas.width = Math.max(1, Math.round(w * ratio));
    this.canvas.height = Math.max(1, Math.round(h * ratio));
    this.canvas.style.width = `${w}px`;
    this.canvas.style.height = `${h}px`;
    return true;
  }

  /** An empty context in CSS pixels; null where nothing can be drawn (no canvas, no room). */
  begin(): CanvasRenderingContext2D | null {
    const { context } = this;
    if (!context || this.width < 8 || this.height < 8) return null;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.lineJoin = 'round';
    return context;
  }
}
